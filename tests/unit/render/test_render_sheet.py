"""The quarterly sheet, as it is printed."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from tests.unit.scores.ledger import Ledger, finding
from tests.unit.scores.test_sheets import merges, sheet_of

from countersign.model.sheet import Aim, Outcome, Sheet
from countersign.render.sheet import sheet_markdown
from countersign.render.sheet_page import sheet_page

GOLDEN = Path(__file__).parents[2] / "golden" / "render"


def quarter() -> Sheet:
    """One with something of everything."""
    ledger = Ledger()
    merges(ledger, 140)
    for number in range(6):
        ledger.judgement(number, number + 1, finding(f"f{number}", ["@acme/finance"]))
        ledger.judgement(number + 30, number + 1, finding(f"f{number}", cleared_by="signatures"))
    ledger.news(10, 1, "halted")
    ledger.news(10.4, 1, "acknowledged")
    ledger.news(14, 1, "closed")
    ledger.news(20, 2, "halted")
    ledger.news(20.3, 2, "acknowledged")
    ledger.news(30, 3, "halted")
    ledger.news(31, 3, "false-alarm")
    ledger.write(
        40, "direct-push", {"by": "pete", "after": "c0ffee", "findings": [{"contract": "orders", "rule": "r", "fingerprint": "a"}]}
    )
    debt = {"contract": "orders", "fingerprint": "a", "rule": "r", "path": "p", "way": "override", "weight": 1, "by": ["gov"]}
    ledger.write(24 * 60, "debt", debt, 7)
    ledger.write(24 * 61, "override", {"fingerprints": ["f1"], "by": "gov", "reason": "late"}, 2)
    found = sheet_of(ledger, targets={Aim.ESCAPED: 2}, at=24 * 80)
    base = "https://github.com/acme/orders-service"
    urls = [f"{base}/issues/11", f"{base}/issues/12", f"{base}/commit/c0ffee"]
    escaped = tuple(replace(one, url=url) for one, url in zip(found.escaped, urls, strict=True))
    return replace(found, escaped=escaped, debts=tuple(replace(one, url=f"{base}/issues/19") for one in found.debts))


def holds(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_in_markdown() -> None:
    holds("sheet.md", sheet_markdown(quarter()))


def test_as_a_page() -> None:
    holds("sheet.html", sheet_page(quarter()))


def test_a_quiet_quarter_says_so() -> None:
    said = sheet_markdown(sheet_of(Ledger(), "payments"))
    assert "contracts: nothing to judge.** Nothing was merged and nothing was broken." in said
    assert "## Violations that escaped\n\nNone." in said


def test_a_quarter_that_lasts_is_judged_so_far() -> None:
    ledger = Ledger()
    merges(ledger, 3)
    assert "contracts: met so far.** Of 3 changes" in sheet_markdown(sheet_of(ledger, at=24 * 30))


def test_the_page_needs_nothing_from_elsewhere_and_names_no_person() -> None:
    page = sheet_page(quarter())
    assert not re.search(r"<(script|link|img|iframe)|url\(|@import|pete|gov\b", page)
    assert set(re.findall(r'href="(https?://[^/"]+)', page)) == {"https://github.com"}


def hostile() -> Sheet:
    evil = "<script>|`@acme/all` #1 [x](javascript:1)"
    found = quarter()
    cases = tuple(replace(one, contracts=(evil,), repository=evil, url="javascript:alert(1)") for one in found.escaped)
    return replace(found, domain=evil, escaped=cases)


def test_names_of_others_shape_no_markdown() -> None:
    said = sheet_markdown(hostile())
    assert not re.search(r"<script|@acme|\]\(javascript|#1 ", said)


def test_names_of_others_shape_no_page() -> None:
    said = sheet_page(hostile())
    assert "<script" not in said and not re.search("href=.?javascript", said)
    assert "&lt;script&gt;" in said


def test_missed_by_one_event_is_explained() -> None:
    ledger = Ledger()
    merges(ledger, 12)
    ledger.news(50, 1, "halted")
    ledger.news(50.2, 1, "closed")
    found = sheet_of(ledger)
    assert found.outcome is Outcome.ONE_EVENT
    assert "A single event decides no quarter" in sheet_markdown(found)
