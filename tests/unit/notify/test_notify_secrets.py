"""A policy names secrets; only the operator's, under their own prefix, are ever looked up, and none is ever told."""

from __future__ import annotations

import stat

import pytest

from countersign.adapters.notify import Seal, Secrets, installation_key
from countersign.ports import NotifyTrouble


def test_a_secret_comes_from_the_environment_or_from_the_file(tmp_path):
    file = tmp_path / "secrets"
    file.write_text("# ours\n\nCHAT_PAYMENTS = slack://a/b/c?x=1\n")
    secrets = Secrets({"COUNTERSIGN_SECRET_PAGER_PAYMENTS": "r"}, file)
    assert secrets.find("PAGER_PAYMENTS") == "r"
    assert secrets.find("CHAT_PAYMENTS") == "slack://a/b/c?x=1"
    assert secrets.missing(["PAGER_PAYMENTS", "CHAT_PAYMENTS", "NOT_THERE"]) == ("NOT_THERE",)


def test_a_policy_cannot_reach_the_rest_of_the_environment():
    with pytest.raises(NotifyTrouble, match="AWS_KEY is not set"):
        Secrets({"AWS_KEY": "of somebody else"}).find("AWS_KEY")


def test_a_bad_line_is_told_by_its_number_and_never_quoted(tmp_path):
    file = tmp_path / "secrets"
    file.write_text("GOOD_ONE=1\nhunter2\n")
    with pytest.raises(ValueError, match=r"secrets:2: write NAME=value") as error:
        Secrets({}, file).check()
    assert "hunter2" not in str(error.value)


def test_the_installations_key_is_made_once_and_is_nobody_elses(tmp_path):
    key = installation_key(tmp_path)
    assert installation_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["installation.key"]
    assert stat.S_IMODE((tmp_path / "installation.key").stat().st_mode) == 0o600


def test_a_key_that_can_be_guessed_is_refused(tmp_path):
    (tmp_path / "mine").write_text("short")
    with pytest.raises(ValueError, match="at least 32"):
        installation_key(tmp_path, tmp_path / "mine")


def test_a_token_says_what_was_sealed_and_no_other_installation_can_make_one():
    ours, theirs = Seal(b"o" * 32), Seal(b"t" * 32)
    token = ours.seal([7, "payments-oncall"])
    assert ours.open(token) == [7, "payments-oncall"]
    assert theirs.open(token) is None
    assert ours.open(token.replace(".", ".A", 1)) is None and ours.open("x" + token) is None and ours.open("") is None


def test_equal_values_have_equal_fingerprints_within_an_installation_only():
    ours, theirs = Seal(b"o" * 32), Seal(b"t" * 32)
    assert ours.fingerprint("4711") == ours.fingerprint("4711") != ours.fingerprint("4712")
    assert ours.fingerprint("4711") != theirs.fingerprint("4711")
    assert len(ours.fingerprint("\udcff")) == 10
