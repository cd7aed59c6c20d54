"""A reader that says what it reads with is asked by the rules of that engine (docs/registering.md)."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import holds, page

LINES = ORDERS + "      - {name: lines, logicalType: integer, physicalType: INT, required: true}\n"
WIDER = edited(LINES, [("version: 1.4.0", "version: 2.0.0"), ("physicalType: INT", "physicalType: BIGINT")])


@pytest.fixture
def reading(empty: Organisation) -> Organisation:
    """growth reads `lines` from a table in Iceberg, customer-360 with something that it does not name."""
    empty.rules()
    empty.publishes(contract=LINES)
    empty.has("growth", "growth", {POLICY: empty.entry("growth", fields="lines: {}") + "    reads_with: iceberg-v3\n"})
    empty.reads("customer-360", fields="lines: {}")
    empty.installs()
    return empty


def test_whose_table_widens_the_column_by_itself_is_not_asked(reading: Organisation) -> None:
    pull = reading.proposes("paula", reading.repositories["orders-service"], {CONTRACT: WIDER})
    check = reading.settled(pull)
    assert (check["conclusion"], reading.asked(pull)) == ("failure", ["customer-360"])
    holds("reads-with", page(check), reading)
    later = reading.entry("customer-360", fields="lines: {}") + "    reads_with: iceberg-v3\n"
    reading.pushes("carla", reading.repositories["customer-360"], "main", {POLICY: later})
    assert reading.settled(pull)["conclusion"] == "failure"  # what was published before is not released by it
    reading["carla"].approves(pull)
    assert reading.settled(pull)["conclusion"] == "success"


def test_a_stranger_cannot_say_what_a_reader_reads_with(reading: Organisation) -> None:
    policy = reading.entry("customer-360", fields="lines: {}") + "    reads_with: delta\n"
    pull = reading.proposes("ada", reading.repositories["customer-360"], {POLICY: policy})
    assert (reading.settled(pull)["conclusion"], reading.asked(pull)) == ("failure", ["customer-360"])
    reading["carla"].approves(pull)
    assert reading.settled(pull)["conclusion"] == "success"
