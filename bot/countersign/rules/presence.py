"""Whether a value is there, whether it may be null, and what stands in for it."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Kind
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, compatibility, rule


@rule("field-required-changed", Level.BREAKING, Question.COMPATIBILITY, Aspect.REQUIRED)
def field_required_changed(change: Change, direction: Direction) -> Judgement:
    """A field that was always there may now be missing, or the other way round.

    From required to optional, a reader that never checked fails on the first record without the field. From optional to
    required, new data is fine, but old data may lack the field.

    ```diff
      {"properties": {"region": {"type": "string"}},
    -  "required": ["order_id", "region"]}
    +  "required": ["order_id"]}
    ```

    To avoid it: go on writing the field, with a value that readers know to mean "none", until they can do without it.
    """
    return compatibility(change, direction)


@rule("field-nullable-changed", Level.BREAKING, Question.COMPATIBILITY, Aspect.NULLABLE)
def field_nullable_changed(change: Change, direction: Direction) -> Judgement:
    """Null becomes an allowed value, or stops being one.

    A null where there was never one is the commonest way to break a reader without changing a type: sums skip the row, joins
    drop it, typed code throws. Taking null away is safe for today's readers, but old data may hold nulls.

    ```diff
    - {name: amount, logicalType: string, required: true}
    + {name: amount, logicalType: string}
    ```

    In ODCS `required: true` means "not null", so this is the rule that speaks there.

    To avoid it: keep the field free of nulls, and put the new case into a field or a value of its own.
    """
    return compatibility(change, direction)


@rule("default-changed", Level.BREAKING, Question.COMPATIBILITY, Aspect.DEFAULT)
def default_changed(change: Change, direction: Direction) -> Judgement:
    """What readers take for a missing value is another, new, or gone.

    A default is a value that nobody wrote and everybody reads. Without it, a reader can fail where a value is missing. With
    another one, the same record reads differently from the day on which the reader takes the new contract: that has to be signed
    even where every value still fits.

    ```diff
    - {"name": "currency", "type": "string", "default": "EUR"}
    + {"name": "currency", "type": "string", "default": "USD"}
    ```

    To avoid it: write the value into the data instead of changing the default.
    """
    judgement = compatibility(change, direction)
    if judgement.level is Level.SAFE and change.kind is Kind.ALTERED:
        return Judgement(level=Level.SEMANTIC, before=change.before, after=change.after)
    return judgement
