"""What the operator sees of the guards."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from countersign.model.guarded import Sighting
from countersign.model.report import Breaker, Counts, Enforced, Report
from countersign.model.runtime import GuardMode
from countersign.render.guards import guards_json, guards_text

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MOVED = "Since 2026-11-23 11:50 UTC there are about 3.0 rows for each id, where 1.0 are usual."
REPORT = Report(
    id="1",
    contract="acme/shop#orders",
    dataset="orders",
    source="kafka:orders",
    partition="0",
    at=NOON,
    mode=GuardMode.HALT,
    breaker=Breaker.CLOSED,
    counts=Counts(),
    enforced=(Enforced(version="1.2.0", commit="ab" * 20), Enforced(version="1.1.0", commit="cd" * 20, until=NOON)),
    warnings=(MOVED,),
)


def sighting(partition: str, breaker: Breaker, first_bad: str, total: Counts) -> Sighting:
    return Sighting(report=replace(REPORT, partition=partition, breaker=breaker, first_bad=first_bad), received_at=NOON, total=total)


SEEN = (
    sighting("0", Breaker.CLOSED, "", Counts(checked=12_345, bad=3)),
    sighting("1\x1b[2J", Breaker.OPEN, "4711", Counts(checked=1, bad=1, missing=30)),
)


def test_each_partition_has_a_line_and_what_they_have_in_common_stands_once() -> None:
    assert guards_text(SEEN) == (
        "acme/shop#orders/orders at kafka:orders\n"
        "  0: closed, halt; 12,345 records, 3 bad; heard of 23 Nov 2026 12:00 UTC\n"
        "  1⟨U+001B⟩[2J: open at offset 4711, halt; 1 record, 1 bad, 30 missing; heard of 23 Nov 2026 12:00 UTC\n"
        "  held to 1.2.0 (abababa), and 1.1.0 (cdcdcdc) until 23 Nov 2026 12:00 UTC\n"
        f"  The guard says: {MOVED}"
    )


def test_where_none_reports_that_is_said() -> None:
    assert guards_text(()) == "No guard has reported yet."


def test_as_json_it_is_all_there() -> None:
    first, _ = json.loads(guards_json(SEEN))
    assert first["report"]["warnings"] == [MOVED] and first["total"]["checked"] == 12_345
