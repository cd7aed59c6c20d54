"""The week in plain words."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.render.test_render_sheet import holds
from tests.unit.scores.ledger import OWNED, START, Ledger, finding

from countersign.model.score import Period
from countersign.model.week import Week
from countersign.render.leadership import QUIET, sentences, week_issue, week_message
from countersign.scores import Domains, score

WEEK = Period(START, START + timedelta(days=7))


def week_of(ledger: Ledger) -> Week:
    facts, domains = ledger.facts(), Domains(OWNED)
    return Week(
        organisation="acme",
        total=score(facts, domains, WEEK, WEEK.until),
        before=score(facts, domains, WEEK.before, WEEK.since),
        teams=tuple(score(facts, domains, WEEK, WEEK.until, name) for name in domains.names),
        head=(4711, "9b1c" * 16),
        url="https://countersign.acme.example",
    )


def busy() -> Week:
    ledger = Ledger()
    ledger.news(-30, 9, "halted")
    ledger.news(-20, 9, "closed")
    for number in range(5):
        ledger.judgement(number, number + 1, finding(f"f{number}", ["@acme/finance"]))
        ledger.judgement(number + 30, number + 1, finding(f"f{number}", cleared_by="signatures"))
        ledger.merge(number + 31, number + 1)
    ledger.news(40, 1, "halted")
    ledger.news(40.4, 1, "acknowledged")
    ledger.news(44, 1, "closed")
    ledger.news(50, 2, "halted", contract="refunds")
    ledger.write(60, "override", {"fingerprints": ["f1"], "by": "gov", "reason": "late"}, 2)
    debt = {"contract": "orders", "fingerprint": "f1", "rule": "r", "path": "p", "way": "override", "weight": 1, "by": ["gov"]}
    ledger.write(61, "debt", debt, 2)
    ledger.write(62, "complaint", {"id": "1", "contract": "acme/orders-service#orders", "asset": "board", "incident": 2})
    return week_of(ledger)


def test_a_week_with_something_of_everything() -> None:
    title, body = week_issue(busy())
    message = week_message(busy())
    holds("leadership.md", f"# {title}\n\n{body}\n\n---\n\n{message.subject}\n\n{message.body}\n")
    assert len(sentences(busy())) <= 10


def test_of_a_quiet_week_one_line_is_told() -> None:
    assert sentences(week_of(Ledger())) == [QUIET]


def test_the_head_of_the_ledger_is_in_every_form() -> None:
    assert "9b1c" * 16 in week_message(busy()).body and "9b1c" * 16 in week_issue(busy())[1]


def test_nobody_is_named_and_no_repository() -> None:
    said = week_message(busy()).body
    assert "gov" not in said and "orders-service" not in said
