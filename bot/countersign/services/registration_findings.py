"""Findings about registrations. Made in one place, because what was signed in a pull request is known by its fingerprint later."""

from __future__ import annotations

from countersign.model.consumer import Expectation, Registration
from countersign.model.contract import canonical
from countersign.model.finding import Finding
from countersign.model.path import show
from countersign.rules import report


def registration_removed(gone: Registration, left: Registration | None) -> Finding:
    """``gone`` is taken out, or ``left`` is what is left of it. Its fingerprint holds all by which one asks less than the other."""
    return report(
        "registration-removed",
        contract="",
        path=(_contract(gone), gone.team, *filter(None, (gone.on_behalf_of, gone.product)), *sorted(show(field) for field in gone.fields)),
        before=_said(gone),
        after=_said(left) if left else None,
        place=left.place if left else None,
        old=gone.place,
        team=gone.team,
    )


def _contract(entry: Registration) -> str:
    """An input of a data product may name a contract by its id alone."""
    return str(entry.reference).removeprefix("#")


def delegate_added(entry: Registration, delegates: tuple[str, ...]) -> Finding:
    """``delegates`` are those that the entry newly names."""
    return report(
        "delegate-added",
        contract="",
        path=(str(entry.reference), entry.team, *delegates),
        after=" ".join(delegates),
        place=entry.place,
        team=entry.team,
    )


def _said(entry: Registration) -> str:
    fields = sorted(show(field) for field in entry.fields)
    expects = sorted(_expected(one) for one in entry.expects)
    return canonical([_contract(entry), entry.team, entry.criticality, entry.until, fields, expects])


def _expected(one: Expectation) -> list[object]:
    return [show(one.field), one.type, one.unit, str(one.nullable), sorted(one.values), one.new_values]
