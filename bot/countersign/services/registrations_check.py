"""Registrations that a change brings, held against the contracts that exist: one that names nothing protects nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from countersign.model.consumer import Reference, Registration
from countersign.model.finding import Finding
from countersign.model.path import Path, show
from countersign.rules import report
from countersign.services.comparison import Comparison
from countersign.services.context import Ports

AGAIN = "If it has just been added, re-run this check."


def unknown_registrations(ports: Ports, repository: str, comparison: Comparison) -> tuple[Finding, ...]:
    """A finding for each contract and field that does not exist on its default branch, in the entries that ``repository`` adds or alters.

    The nearest name is given only where everybody may see it: not that of another repository that is private.
    """
    if comparison.new_policy is None:
        return ()
    before = {_said(entry) for entry in comparison.policy.reads}
    added = [entry for entry in comparison.new_policy.reads if _said(entry) not in before]
    if not added:
        return ()
    known = dict(ports.records.catalogue())
    # What the same pull request brings is on no default branch yet.
    brought = {contract.id for contract in comparison.contracts}
    rows = {row.name: row for row in ports.records.repositories()}
    visible = {name for name, row in rows.items() if not row.private or name == repository}
    found: list[Finding] = []
    for entry in added:
        reference = entry.reference._replace(dataset="")
        if reference in known:
            hint = reference.repository in visible
            found += [_report(entry, what, near if hint else "") for what, near in missing(entry.reference, entry.fields, known[reference])]
        elif reference.repository != repository or reference.contract not in brought:
            names = [str(one) for one in known if one.repository in visible]
            found.append(_report(entry, f"There is no contract {reference}", nearest(str(reference), names)))
    return tuple(found)


def _said(entry: Registration) -> tuple[Reference, frozenset[tuple[str, ...]]]:
    return entry.reference, frozenset(entry.fields)


def missing(reference: Reference, fields: Sequence[Path], shown: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(what does not exist, the nearest name that does). shown: the paths of the contract's fields, datasets among them."""
    dataset, contract = reference.dataset, reference.contract
    datasets = {path.split(".")[0] for path in shown if "." not in path}
    if dataset and dataset not in datasets:
        yield f"The contract {contract} has no dataset {dataset}", nearest(dataset, datasets)
        return
    named = {path for path in shown if not dataset or path.startswith(f"{dataset}.")}
    # A field may leave its dataset out.
    short = {path.partition(".")[2] for path in named} - {""}
    for field in fields:
        text = show(field)
        if text not in named | short:
            yield f"The contract {contract} has no field {text}", nearest(text, named if text.split(".")[0] in datasets else short)


def nearest(word: str, words: Collection[str]) -> str:
    return next(iter(get_close_matches(word, sorted(words), n=1)), "")


def _report(entry: Registration, what: str, near: str) -> Finding:
    return report(
        "registration-unknown",
        contract="",
        path=(str(entry.reference), what),
        message=f"{what}.",
        remedy=f"Did you mean `{near}`? {AGAIN}" if near else f"Copy the name from the contract. {AGAIN}",
        place=entry.place,
    )
