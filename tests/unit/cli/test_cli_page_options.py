"""For whom `serve` has pages, and what it says where nobody could be told from anybody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from countersign.cli.page_options import pages, where_pages_are

HERE = "https://c.acme.example"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text("0123456789abcdef\n")
    return file


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.5", False)]
)
def test_without_sign_in_there_are_pages_on_this_machine_alone(host: str, shown: bool) -> None:
    found = pages("", None, "", host)
    assert found.shown == shown
    assert ("for this machine only" if shown else "There are no pages") in where_pages_are(found, f"http://{host}:8080")


def test_with_sign_in_there_are_pages_wherever_it_listens(secret: Path) -> None:
    found = pages("Iv23", secret, HERE, "0.0.0.0")
    assert found.shown and found.sign_in and HERE in where_pages_are(found, "http://0.0.0.0:8080")
    assert "0123456789abcdef" not in repr(found)


@pytest.mark.parametrize(
    ("client", "url", "said"),
    [
        ("", HERE, "needs both"),
        ("Iv23", "", "COUNTERSIGN_PUBLIC_URL"),
        ("Iv23", f"{HERE}/gate", "without a path"),
        ("Iv23", "http://c.acme.example", "in the clear"),
    ],
)
def test_a_sign_in_that_is_set_up_by_halves_or_can_be_overheard_is_refused(
    client: str, url: str, said: str, secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        pages(client, secret, url, "127.0.0.1")
    assert said in capsys.readouterr().err
