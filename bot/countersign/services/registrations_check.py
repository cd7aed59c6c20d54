"""Registrations that a change brings, held against the contracts that exist: one that names nothing protects nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from countersign.model.consumer import Reference, Registration
from countersign.model.finding import Finding
from countersign.model.path import show
from countersign.rules import report
from countersign.services.comparison import Comparison
from countersign.services.context import Ports

_AGAIN = "If it has just been added, re-run this check."


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
            found += [_report(entry, what, nearest if hint else "") for what, nearest in _missing(entry, known[reference])]
        elif reference.repository != repository or reference.contract not in brought:
            names = [str(one) for one in known if one.repository in visible]
            found.append(_report(entry, f"There is no contract {reference}", _nearest(str(reference), names)))
    return tuple(found)


def _said(entry: Registration) -> tuple[Reference, frozenset[tuple[str, ...]]]:
    return entry.reference, frozenset(entry.fields)


def _missing(entry: Registration, shown: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(what does not exist, the nearest name that does). shown: the paths of the contract's fields, datasets among them."""
    dataset, contract = entry.reference.dataset, entry.reference.contract
    datasets = {path.split(".")[0] for path in shown if "." not in path}
    if dataset and dataset not in datasets:
        yield f"The contract {contract} has no dataset {dataset}", _nearest(dataset, datasets)
        return
    named = {path for path in shown if not dataset or path.startswith(f"{dataset}.")}
    # A field may leave its dataset out.
    short = {path.partition(".")[2] for path in named} - {""}
    for field in entry.fields:
        text = show(field)
        if text not in named | short:
            yield f"The contract {contract} has no field {text}", _nearest(text, named if text.split(".")[0] in datasets else short)


def _nearest(word: str, words: Collection[str]) -> str:
    return next(iter(get_close_matches(word, sorted(words), n=1)), "")


def _report(entry: Registration, what: str, nearest: str) -> Finding:
    return report(
        "registration-unknown",
        contract="",
        path=(str(entry.reference), what),
        message=f"{what}.",
        remedy=f"Did you mean `{nearest}`? {_AGAIN}" if nearest else f"Copy the name from the contract. {_AGAIN}",
        place=entry.place,
    )
