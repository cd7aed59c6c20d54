"""Proof by example, in a sentence."""

from __future__ import annotations

from collections.abc import Callable

from countersign.model.finding import Finding
from countersign.model.witness import LONGEST, Witness
from countersign.render.markdown import code, prose
from countersign.render.words import clean

#: Why there is none, by the note of `countersign.witness`.
_NONE = {
    "no value": "No proof: no small value was found that only one side allows.",
    "no time": "No proof: the search for a value took too long.",
}


def proof(finding: Finding) -> str:
    """As Markdown; "" where no example is looked for."""
    return _proof(finding, lambda text: code(text, LONGEST), prose)


def proof_plainly(finding: Finding) -> str:
    """For terminals."""
    return _proof(finding, clean, clean)


def _proof(finding: Finding, quote: Callable[[str], str], tell: Callable[[str], str]) -> str:
    if finding.witness is not None:
        return _shown(finding.witness, quote, tell)
    return _NONE.get(finding.note("unproved"), "")


def _shown(witness: Witness, quote: Callable[[str], str], tell: Callable[[str], str]) -> str:
    rest = "" if witness.whole else " (the rest of the record is left out)"
    sides = f"is allowed by the {witness.allowed_by} contract and refused by the {witness.allowed_by.other} one"
    return f"Proof: {quote(witness.value)}{rest} {sides}, says {witness.validator}: {tell(witness.said.rstrip('.'))}."
