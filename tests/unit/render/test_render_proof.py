"""A proof in a sentence, or why there is none."""

from __future__ import annotations

from dataclasses import replace

from countersign.model.finding import Finding, Level, Question
from countersign.model.witness import Side, Witness
from countersign.render.proof import proof, proof_plainly

FINDING = Finding(
    rule="field-nullable-changed",
    level=Level.BREAKING,
    question=Question.COMPATIBILITY,
    contract="orders",
    path=("orders", "a"),
    identity=(),
)
NULL = Witness(value='{"a":null}', allowed_by=Side.NEW, validator="jsonschema-rs", said='null is not of type "string"')


def test_it_says_who_allows_the_value_who_refuses_it_and_who_says_so() -> None:
    assert proof_plainly(replace(FINDING, witness=NULL)) == (
        'Proof: {"a":null} is allowed by the new contract and refused by the old one, says jsonschema-rs: null is not of type "string".'
    )


def test_a_record_that_was_cut_says_so() -> None:
    assert "(the rest of the record is left out)" in proof_plainly(replace(FINDING, witness=replace(NULL, whole=False)))


def test_where_none_was_found_it_says_so_and_where_none_was_sought_nothing() -> None:
    assert proof_plainly(replace(FINDING, notes=(("unproved", "no value"),))).startswith("No proof: no small value")
    assert proof_plainly(replace(FINDING, notes=(("unproved", "no time"),))) == "No proof: the search for a value took too long."
    assert proof(FINDING) == ""


def test_a_value_cannot_shape_the_page_or_the_terminal() -> None:
    hostile = replace(NULL, value='{"a":"`|</code>\\n# x"}', said="\x1b[31m**bold** @acme/all <img>")
    shown = proof(replace(FINDING, witness=hostile))
    assert "<img>" not in shown and "@acme/all" not in shown.replace("@\u200bacme", "") and "\x1b" not in shown
    assert "\x1b" not in proof_plainly(replace(FINDING, witness=hostile))
