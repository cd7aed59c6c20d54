"""Settings of telling come from the environment, and what cannot be right ends the command with what to do."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from countersign.bootstrap.telling import warn_of_unset_secrets
from countersign.cli.telling_options import telling
from countersign.model.policy import Policy
from countersign.model.telling import Channel


def test_without_any_variable_nothing_is_set() -> None:
    found = telling({})
    assert (found.public_url, found.secrets_file, found.pagerduty_keys, found.webhook_hosts) == ("", None, (), ())


def test_lists_may_have_commas_or_spaces_and_an_address_loses_its_last_slash(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("")
    found = telling(
        {
            "COUNTERSIGN_PUBLIC_URL": "https://c.acme.example/gate/",
            "COUNTERSIGN_SECRETS_FILE": str(tmp_path / "secrets"),
            "COUNTERSIGN_PAGERDUTY_SECRET": "old new",
            "COUNTERSIGN_WEBHOOK_HOSTS": "a.internal, b.internal",
        }
    )
    assert (found.public_url, found.pagerduty_keys, found.webhook_hosts) == (
        "https://c.acme.example/gate",
        ("old", "new"),
        ("a.internal", "b.internal"),
    )
    assert "old" not in repr(found)


@pytest.mark.parametrize("url", ["c.acme.example", "ftp://c.example", "https://", "https://c.example?x=1"])
def test_an_address_that_nobody_could_open_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        telling({"COUNTERSIGN_PUBLIC_URL": url})
    assert "such as https://countersign.acme.example" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        telling({"COUNTERSIGN_SECRETS_FILE": str(tmp_path / "nothing")})
    assert "COUNTERSIGN_SECRETS_FILE names" in capsys.readouterr().err


def test_the_start_logs_each_secret_that_a_channel_needs_and_nobody_set() -> None:
    policy = Policy(file="contracts-policy.yaml", channels={"oncall": Channel(name="oncall", pagerduty="PAGER_SHOP", webhook="HOOK_SHOP")})
    ports: Any = SimpleNamespace(
        notify=SimpleNamespace(missing=lambda names: tuple(name for name in names if name != "HOOK_SHOP")),
        records=SimpleNamespace(repositories=lambda: (SimpleNamespace(name="acme/.github"), SimpleNamespace(name="acme/shop"))),
        organisation_policy=lambda repository: None,
        reader=SimpleNamespace(policy=lambda name, own, above: SimpleNamespace(policy=policy)),
    )
    with capture_logs() as lines:
        assert warn_of_unset_secrets(ports) == ()
    assert [(one["event"], one["channel"], one["secrets"]) for one in lines] == [
        ("secret-not-set", "acme/oncall", ["PAGER_SHOP", "HOOK_SHOP_KEY"])
    ]
