"""What `countersign incidents` and `countersign tokens` print, and what a comment about an incident is answered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from countersign.model.consumer import Reference
from countersign.model.guarded import GuardToken
from countersign.model.incident import By, How, Incident, Part, Rollback, State
from countersign.model.incident_event import News, Refusal, Transition
from countersign.render.incident_answers import incident_answer, incident_needs_reason, incident_outsider, incident_unknown_verb
from countersign.render.incidents_console import incident_json, incident_refused, incident_text, incidents_text, tokens_text

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
OLA = By(who="@ola", how=How.COMMENT)
HALTED = Incident(
    number=12,
    contract="acme/orders-service#orders",
    dataset="orders",
    source="kafka:orders",
    opened_at=NINE,
    state=State.HALTED,
    parts=tuple(Part(partition=name, trip=f"t{name}", halted=True, since=NINE) for name in "03"),
    halted_at=NINE,
    acknowledge_by=NINE + timedelta(minutes=30),
    fix_by=NINE + timedelta(minutes=120),
    confirmed=False,
)
TAKEN = replace(HALTED, state=State.ACKNOWLEDGED, acknowledged=OLA, acknowledged_at=NINE + timedelta(minutes=4), acknowledge_by=None)
BROKE = Transition(
    number=12, revision=1, at=NINE, event="Broke", before=None, after=State.HALTED, by=By(how=How.GUARD), news=(News.HALTED,), once="r1"
)
ACKNOWLEDGED = replace(
    BROKE, revision=2, at=NINE + timedelta(minutes=4), event="Acknowledge", before=State.HALTED, after=State.ACKNOWLEDGED, by=OLA
)
FAILED = replace(
    ACKNOWLEDGED,
    revision=3,
    event="RollbackFailed",
    before=State.ACKNOWLEDGED,
    by=By(how=How.ROLLBACK),
    said=("The table moved.", "Kafka\x1b[31m stands"),
)


def test_one_incident_says_what_is_stopped_what_comes_next_and_how_it_came_about() -> None:
    assert incident_text(TAKEN, [BROKE, ACKNOWLEDGED, FAILED]).splitlines() == [
        "12  acknowledged  since 2 Mar 2026 09:00 UTC  acme/orders-service#orders/orders at kafka:orders",
        "  Stopped: 2 partitions (0, 3).",
        "  Looked after by @ola in a comment.",
        "  To be fixed by 2 Mar 2026 11:00 UTC.",
        "  Not confirmed: every record that the guard sent keeps the contract.",
        "",
        "2 Mar 2026 09:00 UTC  the guard reported a break -> halted",
        "2 Mar 2026 09:04 UTC  acknowledged by @ola in a comment -> acknowledged",
        "2 Mar 2026 09:04 UTC  the rollback failed: The table moved.; Kafka⟨U+001B⟩[31m stands",
    ]


def test_the_list_has_a_line_for_each_and_an_empty_one_says_so() -> None:
    assert incidents_text([HALTED, replace(HALTED, number=13, state=State.OPEN)]).count("\n") == 1
    assert incidents_text([]) == "There is no incident."


def test_as_json_it_is_the_incident_with_its_timeline() -> None:
    found = json.loads(incident_json(HALTED, [BROKE]))
    assert (found["state"], found["acknowledge_by"], found["timeline"][0]["news"]) == ("halted", "2026-03-02T09:30:00Z", ["halted"])


def test_every_refusal_is_a_sentence() -> None:
    for why in Refusal:
        assert incident_refused(why).endswith(".")


def test_whoever_acknowledges_is_told_of_the_second_clock_and_the_next_one_by_whom_it_was() -> None:
    assert incident_answer("acknowledge", TAKEN, None) == (
        "You look after it now. It has to be fixed by 2 Mar 2026 11:00 UTC; otherwise a revert of what probably did it is proposed."
    )
    assert incident_answer("acknowledge", replace(TAKEN, rollback=Rollback.FAILED), None).endswith("11:00 UTC.")
    assert incident_answer("acknowledge", TAKEN, Refusal.ACKNOWLEDGED).endswith("acknowledged it before, on 2 Mar 2026 09:04 UTC.")


def test_a_comment_that_does_nothing_says_why_and_what_would() -> None:
    assert incident_outsider(["@acme/payments"]) == "Only the contract's owners (`@acme/payments`) may say that."
    assert incident_needs_reason("false-alarm") == 'Say why, as in `/countersign false-alarm "why"`. It is on record.'
    assert "`/countersign resolve`" in incident_unknown_verb("solve", open_quote=False)
    assert "quotation mark" in incident_unknown_verb("", open_quote=True)


def test_tokens_are_listed_without_their_secrets() -> None:
    token = GuardToken(id="1f", reference=Reference("acme/orders-service", "orders"), source="kafka:orders", made_at=NINE)
    assert tokens_text([token, replace(token, id="2a", revoked_at=NINE)], []).splitlines() == [
        "1f  acme/orders-service#orders at kafka:orders, made 2 Mar 2026 09:00 UTC",
        "2a  acme/orders-service#orders at kafka:orders, made 2 Mar 2026 09:00 UTC, revoked 2 Mar 2026 09:00 UTC",
    ]
    assert tokens_text([], []) == "There is no token."
