"""Findings about registrations. Made in one place, because what was signed in a pull request is known by its fingerprint later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from countersign.model.consumer import Expectation, Registration
from countersign.model.contract import canonical
from countersign.model.finding import Finding
from countersign.model.path import show
from countersign.model.policy import Contested, Policy
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


def registration_contested(entry: Contested, owners: tuple[str, ...]) -> Finding:
    """owners: of the contract; one of them signs."""
    return report(
        "registration-contested",
        contract="",
        path=(str(entry.contract), entry.team),
        message=f"Reason given: {entry.reason}" if entry.reason else "",
        place=entry.place,
        any_of=owners,
    )


def criticality_raised(entry: Registration, signers: tuple[str, ...]) -> Finding:
    """signers: the contract's owners and governance; one of them agrees. Its fingerprint holds neither fields nor the lease."""
    return report(
        "criticality-raised",
        contract="",
        path=(str(entry.reference), entry.team),
        after=entry.criticality,
        place=entry.place,
        any_of=signers,
    )


def newly_contested(old: Policy, new: Policy, owners: Mapping[str, tuple[str, ...]], others: tuple[str, ...]) -> Iterator[Finding]:
    """A finding for each registration that ``new`` contests and ``old`` does not. owners: contract id -> its owners, at the base.

    others: who answers for the policy, for a contract that is not listed at the base.
    """
    known = {_contested(entry) for entry in old.contested}
    for entry in new.contested:
        if _contested(entry) not in known:
            yield registration_contested(entry, owners.get(entry.contract.contract) or others)


def raised(old: Policy, new: Policy) -> Iterator[Registration]:
    """The entries of ``new`` whose criticality is high and was not, for that contract and team."""
    known = {_key(entry) for entry in old.reads if entry.criticality == "high"}
    for entry in new.reads:
        if entry.criticality == "high" and _key(entry) not in known:
            known.add(_key(entry))
            yield entry


def _contested(entry: Contested) -> tuple[str, str]:
    return str(entry.contract).lower(), entry.team.lower()


def _key(entry: Registration) -> tuple[str, str]:
    return str(entry.reference), entry.team


def _contract(entry: Registration) -> str:
    """An input of a data product may name a contract by its id alone."""
    return str(entry.reference).removeprefix("#")


def delegate_added(entry: Registration, delegate: str) -> Finding:
    """``delegate`` is one that the entry newly names."""
    return report(
        "delegate-added",
        contract="",
        path=(str(entry.reference), entry.team, delegate),
        after=delegate,
        place=entry.place,
        team=entry.team,
    )


def _said(entry: Registration) -> str:
    fields = sorted(show(field) for field in entry.fields)
    expects = sorted(_expected(one) for one in entry.expects)
    said = [_contract(entry), entry.team, entry.criticality, entry.until, fields, expects]
    return canonical([*said, entry.reads_with] if entry.reads_with else said)


def _expected(one: Expectation) -> list[object]:
    return [show(one.field), one.type, one.unit, str(one.nullable), sorted(one.values), one.new_values]
