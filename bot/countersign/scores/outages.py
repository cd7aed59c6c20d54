"""Incidents, as their news in the ledger tells them."""

from __future__ import annotations

from countersign.model.fact import Facts, Outage, Row

#: News after which no more bad data gets in.
_STOPS = frozenset({"halted", "fixed", "rolled-back", "closed", "false-alarm", "corrected"})
#: News after which data flows again.
_FLOWS = frozenset({"fixed", "rolled-back", "closed", "false-alarm", "corrected"})
_ENDS = frozenset({"closed", "false-alarm", "corrected"})


class Outages:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[int, Outage] = {}

    def news(self, entry: Row) -> None:
        what, news = entry.what, entry.what["news"]
        outage = self._known.get(what["incident"])
        if outage is None:
            outage = Outage(incident=what["incident"], repository=entry.repository, contract=what["contract"], opened_at=entry.at)
            self._known[outage.incident] = outage
            self._facts.outages.append(outage)
        if news in ("opened", "halted") and outage.ended_at is None:  # broken again after a fix that did not hold
            outage.flowing_at = None
            outage.stopped_at = outage.stopped_at if news == "halted" else None
        if news == "halted":
            outage.halted_at = outage.halted_at or entry.at
        if news == "acknowledged":
            outage.acknowledged_at = outage.acknowledged_at or entry.at
        if news == "unacknowledged":
            outage.late_at = outage.late_at or entry.at
        if news == "rolled-back":
            outage.rolled_back = True
        if news in _STOPS:
            outage.stopped_at = outage.stopped_at or entry.at
        if news in _FLOWS:
            outage.flowing_at = outage.flowing_at or entry.at
        if news in _ENDS:
            outage.ended_at, outage.end = entry.at, news

    def hit(self, entry: Row) -> None:
        outage = self._known.get(entry.what["incident"])
        if outage is not None:
            outage.readers = tuple(sorted({*outage.readers, *entry.what["readers"]}))
            assets = {(one["kind"], one["name"], one["reader"]) for one in entry.what["assets"]}
            outage.assets = tuple(sorted({*outage.assets, *assets}))
