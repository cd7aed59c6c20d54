"""Another type under the same name."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, compatibility, rule


@rule("field-type-changed", Level.BREAKING, Question.COMPATIBILITY, Aspect.TYPE)
def field_type_changed(change: Change, direction: Direction) -> Judgement:
    """A field's values have another type.

    A reader that parses `"19.99"` meets `1999`. At best it fails on the first new message; at worst it reads a number that means
    something else. A field that turns from an object into something else takes its members with it: that is this one finding.

    ```diff
    - {name: amount, logicalType: string}
    + {name: amount, logicalType: integer}
    ```

    A wider type (`int` to `long`, a further branch of a union) breaks today's readers; a narrower one breaks the reading of old
    data. Which of these counts is set by `protects:`.

    To avoid it: add a new field of the new type beside the old one, and announce the end of the old one.
    """
    return compatibility(change, direction)
