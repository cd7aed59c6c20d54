"""Which values a type still allows, and what nobody here can decide."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Relation
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, compatibility, reported, rule


@rule("constraint-changed", Level.BREAKING, Question.COMPATIBILITY, Aspect.CONSTRAINT, Aspect.UNREAD)
def constraint_changed(change: Change, direction: Direction) -> Judgement | None:
    """A limit on a field's values (length, range, pattern, precision, physical type, list of values) is another, new, or gone.

    A looser limit sends readers values that do not fit: a longer string is cut off at their column's end, a larger number
    overflows. A tighter limit is safe for them, but old data may lie outside it.

    ```diff
    - logicalTypeOptions: {maxLength: 10}
    + logicalTypeOptions: {maxLength: 40}
    ```

    Patterns are compared as the texts that they let through. One that looks ahead or refers back cannot be compared; a change of it is
    undecided and has to be signed. A list of values that is dropped altogether is a limit that is gone.

    In JSON Schema every keyword is such a limit, `anyOf` and `if` among them: what counts is whether all values that were
    allowed still are, and whether others have joined them, not in which words the schema says so.

    To avoid it: keep the old limit for the old field, and add a field with the new one.
    """
    if change.aspect is Aspect.UNREAD and not _decided(change):
        return None
    return compatibility(change, direction)


@rule("object-openness-changed", Level.BREAKING, Question.COMPATIBILITY, Aspect.OPENNESS)
def object_openness_changed(change: Change, direction: Direction) -> Judgement:
    """An object begins or ceases to allow fields that are not listed.

    A reader that validates strictly rejects a record with a field that it does not know. Once an object is closed, old records
    that carry further fields no longer fit.

    ```diff
    - "additionalProperties": false
    + "additionalProperties": true
    ```

    To avoid it: list the new field by name instead of opening the object.
    """
    return compatibility(change, direction)


@rule("keyword-undecided", Level.UNDECIDED, Question.COMPATIBILITY, Aspect.UNREAD)
def keyword_undecided(change: Change, direction: Direction) -> Judgement | None:
    """Something in the contract differs, and Countersign cannot tell what that does to the values.

    It may be harmless, and it may break every reader. A tool that passes over what it does not know would call both safe, so this
    asks the readers. The finding names the keyword and shows both values.

    ```diff
    - "type": "string", "format": "acme-code"
    + "type": "string", "format": "acme-number"
    ```

    To avoid it: say the same with keywords that are read (docs/formats.md says which), or leave the keyword as it is.
    """
    return None if _decided(change) else Judgement(level=Level.UNDECIDED, before=change.before, after=change.after)


def _decided(change: Change) -> bool:
    """Whether the format can tell what a keyword does that has no place in the contract's form."""
    return change.relation not in (None, Relation.UNDECIDED)


earlier_versions_unknown = reported(
    "earlier-versions-unknown",
    Level.UNDECIDED,
    Question.COMPATIBILITY,
    """Not every earlier version could be compared, although the policy protects all of them.

    `protects: FULL_TRANSITIVE` (or another `…_TRANSITIVE`) holds a change against every version that the base branch ever had. Beyond
    200 commits that touched the contract, or where a version takes too long to compare, nobody can say that all of them still fit.

    ```diff
      publishes:
        - contract: contracts/orders.odcs.yaml
    -     protects: FULL
    +     protects: FULL_TRANSITIVE
    ```

    To avoid it: protect the version before this one alone, or begin a new contract once the old one has grown that long.
    """,
)
