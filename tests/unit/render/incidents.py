"""An incident at each of its turns: orders carry nulls in `amount` and a region that nobody knows; the machine decides, `render` writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from countersign.gates.incident import Refused, brought_by, opened, step
from countersign.model.consumer import Asset, Reference, Registration
from countersign.model.contract import Place
from countersign.model.incident import By, Hit, How, Incident, Suspected
from countersign.model.incident_event import (
    Acknowledge,
    Broke,
    CallFalseAlarm,
    Due,
    Event,
    GoBack,
    Resolve,
    Resumed,
    RollbackFailed,
    RolledBack,
    Tell,
    Transition,
)
from countersign.model.incident_facts import IncidentFacts, Sampled
from countersign.model.product import Product
from countersign.model.report import Broken, Counts
from countersign.model.runtime import Runtime, StoredTable

#: A Tuesday, three in the morning.
NOW = datetime(2026, 11, 24, 3, 2, tzinfo=UTC)
REFERENCE = Reference("acme/orders-service", "orders")
TABLE = StoredTable(catalog="lake", table="shop.orders")
PLACE = Place(file="contracts-policy.yaml", line=3)
FINANCE = Registration(
    reference=REFERENCE,
    team="@acme/finance-analytics",
    place=PLACE,
    fields=(("amount",),),
    assets=(Asset(kind="dashboard", name="Revenue", url="https://bi.acme.example/revenue"),),
    repository="acme/finance-analytics",
)
CUSTOMER = replace(FINANCE, team="@acme/customer-360", fields=(("amount",), ("region",)), assets=(), private=True, repository="acme/secret")
PRODUCT = Product(name="Customer 360", manager="@mia", place=PLACE, repository="acme/data-products")
HIT = Hit(
    owners=("@acme/payments",),
    readers=(FINANCE, CUSTOMER),
    products=(PRODUCT,),
    paths=(("orders", "amount"), ("orders", "region")),
    probably=Suspected(commit="9f" * 20, pull=42, title="Amounts in cents", at=NOW - timedelta(hours=3), deployed=True),
)
SAMPLE = (
    Sampled(partition="2", offset="4711", path=("orders", "amount"), rule="null", found="null"),
    Sampled(partition="2", offset="4713", path=("orders", "region"), rule="enum", found="string of 6", value='"EU-NEW"', mark="k3v9xq2a7b"),
    Sampled(partition="2", offset="4714", path=("orders", "customer"), rule="maxLength", found="string of 300", mark="zz81m0p4cd"),
)

BROKE = Broke(partition="2", trip="t1", halted=True, reason="bad", first_bad="4711", last_good="4710", confirmed=True)
PETE = By(who="@pete", how=How.COMMENT)


def after(*events: tuple[int, Event], runtime: Runtime | None = None) -> IncidentFacts:
    """The facts after these events. events: (minutes after it broke, event); the first is a `Broke`."""
    runtime = runtime or Runtime(tables=(TABLE,))
    lines: list[Transition] = []
    incident: Incident | None = None
    for minutes, event in events:
        now = NOW + timedelta(minutes=minutes)
        before = incident.state if incident else None
        if incident is None:
            assert isinstance(event, Broke)
            incident, effects = opened(7, str(REFERENCE), "orders", "kafka-orders", event, now, runtime)
        else:
            stepped = step(incident, event, now, runtime)
            assert not isinstance(stepped, Refused), stepped
            incident, effects = stepped
        lines.append(
            Transition(
                number=7,
                revision=incident.revision,
                at=now,
                event=type(event).__name__,
                before=before,
                after=incident.state,
                by=brought_by(event),
                said=_said(event),
                news=tuple(effect.news for effect in effects if isinstance(effect, Tell)),
                goes_back=GoBack() in effects,
                once=str(len(lines)),
            )
        )
    assert incident is not None
    return IncidentFacts(
        incident=incident,
        first_at=NOW,
        timeline=tuple(lines),
        hit=HIT,
        counts=Counts(checked=1204, bad=311, quarantined=0),
        broken=(Broken(path=("orders", "amount"), rule="null", count=300), Broken(path=("orders", "region"), rule="enum", count=11)),
        sample=SAMPLE,
        versions=("1.4.0",),
        url="https://github.com/acme/orders-service/issues/12",
        lead="payments-lead",
    )


def _said(event: Event) -> Sequence[str]:
    texts = [getattr(event, "why", "")] + [text for name in ("what", "done", "not_done") for text in getattr(event, name, ())]
    return tuple(text for text in texts if text)


HALTED = after((0, BROKE))
SPREAD = after((0, BROKE), (4, replace(BROKE, partition="5", trip="t2")))
OPEN = after((0, replace(BROKE, halted=False, confirmed=None)))
ACKNOWLEDGED = after((0, BROKE), (9, Acknowledge(by=PETE)))
ROLLED_BACK = after(
    (0, BROKE),
    (30, Due()),
    (31, RolledBack(what=("Table `shop.orders` went back to snapshot 81.", "The revert pull request is #43."))),
)
FAILED = after(
    (0, BROKE),
    (30, Due()),
    (
        31,
        RollbackFailed(
            why="The table has moved on since.",
            done=("The Kafka offset stays at 4711.",),
            not_done=("The table was not changed.", "No revert pull request was opened."),
        ),
    ),
)
NOT_CONFIRMED = after((0, replace(BROKE, confirmed=False)), (30, Due()))
FIXED = after((0, BROKE), (9, Acknowledge(by=By(who="payments-oncall", how=How.LINK))), (70, Resumed(partition="2")))
CLOSED = after(
    (0, BROKE), (9, Acknowledge(by=PETE)), (50, Resolve(by=PETE, why="the null came from a retry")), (80, Resumed(partition="2"))
)
FALSE_ALARM = after((0, BROKE), (5, CallFalseAlarm(by=PETE, why="a load test wrote into the wrong topic")))
