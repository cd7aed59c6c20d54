"""`countersign report`, on a database as the bot leaves it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.unit.cli.producer import Run

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.fact import Owned
from countersign.model.github import Repository

ORDERS = "acme/orders"


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A quarter with one push past the gate."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUNTERSIGN_DATABASE", raising=False)
    Path("countersign-data").mkdir()
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    Path("key.pem").write_bytes(pem)
    Path("secret").write_text("made up\n")
    for name, value in {"APP_ID": "7", "PRIVATE_KEY_FILE": "key.pem", "WEBHOOK_SECRET_FILE": "secret"}.items():
        monkeypatch.setenv(f"COUNTERSIGN_{name}", value)
    engine = open_database(f"sqlite:///{tmp_path}/countersign-data/countersign.sqlite")
    upgrade(engine)
    records = Database(engine)
    records.keep_repositories([Repository(id=1, name=ORDERS, installation=1, default_branch="main", private=False)])
    records.keep_owned(ORDERS, [Owned(repository=ORDERS, contract="orders", domain="payments", teams=("@acme/payments",))])
    landed = {"by": "pete", "after": "c" * 40, "findings": [{"contract": "orders", "rule": "field-removed", "fingerprint": "a"}]}
    records.write_ledger("direct-push", ORDERS, 0, datetime(2026, 2, 3, tzinfo=UTC), landed)
    engine.dispose()
    return tmp_path


def test_a_teams_sheet_is_printed_with_links(run: Run, bot: Path) -> None:
    result = run("report", "--team", "payments", "--quarter", "2026Q1")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("# acme: payments, 2026Q1\n")
    assert f"](https://github.com/{ORDERS}/commit/{'c' * 40})" in result.stdout


def test_the_organisations_page_goes_to_a_file(run: Run, bot: Path) -> None:
    result = run("report", "--organisation", "--quarter", "2026Q1", "--format", "html", "--to", "sheet.html")
    assert (result.exit_code, result.stdout) == (0, "")
    page = Path("sheet.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "acme: all teams" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Whose sheet?"),
        (["--team", "payments", "--organisation"], "Whose sheet?"),
        (["--team", "nobody"], "acme has no team 'nobody'. There are: payments."),
        (["--team", "payments", "--quarter", "Q1"], "'Q1' is no quarter. Write 2026Q4."),
        (["--team", "payments", "--quarter", "2999Q1"], "2999Q1 has not begun."),
        (["--team", "payments", "--to", "no/such/sheet.md"], "no/such/sheet.md cannot be written: No such file or directory."),
    ],
)
def test_what_cannot_be_is_said(run: Run, bot: Path, arguments: list[str], said: str) -> None:
    result = run("report", *arguments)
    assert result.exit_code == 2 and said in result.stderr
