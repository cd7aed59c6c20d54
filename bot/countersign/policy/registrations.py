"""Registrations that a change of policy takes out or narrows, or in which others may sign; their team signs (GATE §4, Registrations)."""

from __future__ import annotations

from datetime import date

from countersign.model.consumer import CRITICALITIES, LEASE, Expectation, Registration
from countersign.model.path import Path
from countersign.model.policy import Policy


def removed_registrations(old: Policy, new: Policy) -> tuple[tuple[Registration, Registration | None], ...]:
    """(old, what is left of it or None) of each that is gone, or would be asked less: fewer fields, weaker expectations, another engine,
    another team, a lower criticality or an earlier end.

    An entry is found again by contract, team, ``on_behalf_of`` and product; failing that, by contract and product among those that are new.
    """
    known = {entry.identity for entry in old.reads}
    fresh = [entry for entry in new.reads if entry.identity not in known]
    kept = {entry.identity: entry for entry in new.reads}
    found: list[tuple[Registration, Registration | None]] = []
    for entry in old.reads:
        left = kept.get(entry.identity) or next((other for other in fresh if _contract(other) == _contract(entry)), None)
        if left is None or _narrower(entry, left):
            found.append((entry, left))
    return tuple(found)


def added_delegates(old: Policy, new: Policy) -> tuple[tuple[Registration, str], ...]:
    """(entry, a delegate that it newly names) of each: whoever that is would sign for a team that may not have chosen it."""
    known: dict[tuple[object, ...], set[str]] = {}
    for entry in old.reads:
        known.setdefault(entry.identity, set()).update(entry.delegates)
    return tuple((entry, one) for entry in new.reads for one in sorted(set(entry.delegates) - known.get(entry.identity, set())))


def _contract(entry: Registration) -> tuple[str, str, str]:
    return entry.reference.repository, entry.reference.contract, entry.product


def _narrower(old: Registration, new: Registration) -> bool:
    return (
        old.team != new.team
        or new.reference.dataset not in ("", old.reference.dataset)
        or _fewer(old.fields, new.fields)
        or _expects_less(old, new)
        or old.reads_with != new.reads_with  # each engine reads through something that another does not
        or CRITICALITIES.index(new.criticality) < CRITICALITIES.index(old.criticality)
        or _ends_sooner(old.until, new.until)
    )


def _fewer(old: tuple[Path, ...], new: tuple[Path, ...]) -> bool:
    """True if a field of ``old`` is neither in ``new`` nor below one of its fields. No fields are all of them."""
    if not new:
        return False
    return not old or any(all(field[: len(wide)] != wide for wide in new) for field in old)


def _expects_less(old: Registration, new: Registration) -> bool:
    """True if something about a field of ``old`` would be asked no longer. A field without expectations is asked about for any break."""
    before, after = ({one.field: one for one in entry.expects} for entry in (old, new))
    for field in old.fields:
        covering = [wide for wide in new.fields if field[: len(wide)] == wide]
        if not covering or any(wide not in after for wide in covering):
            continue  # it is gone, which `_fewer` tells, or all of it is asked about
        if field not in before or field not in after or not _implies(after[field], before[field]):
            return True
    return False


def _implies(new: Expectation, old: Expectation) -> bool:
    """Whether all that ``old`` states is stated by ``new`` as well: whoever expects more is asked more."""
    return (
        old.type in ("", new.type)
        and old.unit in ("", new.unit)
        and (old.nullable is not False or new.nullable is False)
        and set(old.values) <= set(new.values)
        and (old.new_values == "ignore" or new.new_values == "ask")
    )


def _ends_sooner(old: str, new: str) -> bool:
    """An entry without a day runs 12 months from when it came, so a written day may be sooner.

    A longer lease than that counts for nothing, so a day further off takes the reader out.
    """
    if old == new or not new:
        return False
    return not old or new < old or date.fromisoformat(new) > date.fromisoformat(old) + LEASE
