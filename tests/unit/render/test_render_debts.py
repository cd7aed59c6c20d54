"""What the issue of debts tells, and what it keeps to itself."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.gates.test_gate_debts import CUSTOMERS, DEBT, FINANCE, says

from countersign.render import Links, debt_answered, debt_refused, debts_issue

LINKS = Links(repository_url="https://github.com/acme/orders-service", rules_url="https://docs.example/rules", head="d" * 40)
HIDDEN = replace(DEBT, secret=(FINANCE,))


def test_a_secret_team_is_named_nowhere() -> None:
    told = [
        *debts_issue([HIDDEN], number=12, links=LINKS),
        debt_refused("outsider", [HIDDEN]),
        debt_answered([says(FINANCE)], [HIDDEN], [(HIDDEN, FINANCE), (HIDDEN, CUSTOMERS)]),
    ]
    assert all("finance" not in text for text in told)
    assert all("a secret team" in text.lower() for text in told[1:])


def test_a_reason_cannot_shape_the_issue() -> None:
    nasty = replace(DEBT, reason="<img src=x> | @acme/everyone [a](http://evil.example)")
    _, body = debts_issue([nasty], number=12, links=LINKS)
    assert "<img" not in body and "@acme/everyone" not in body and "](http://evil" not in body
