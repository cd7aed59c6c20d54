"""A field comes, goes, or takes another name."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Kind
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, compatibility, rule


@rule("field-removed", Level.BREAKING, Question.EXISTENCE, Aspect.FIELD)
def field_removed(change: Change, direction: Direction) -> Judgement | None:
    """A field that readers can name is gone.

    A query that names it fails. Worse, a reader that treats it as optional goes on with nothing in it: totals by region become
    one total. It counts in every direction and also for optional fields, because somebody may name them.

    ```diff
    - {name: region, logicalType: string}
    ```

    The fields below it go with it; they are one finding.

    To avoid it: add the replacement beside it, announce the end of the old field with a date, and remove it when the notice has run.
    """
    return Judgement(level=Level.BREAKING) if change.kind is Kind.REMOVED else None


@rule("field-renamed", Level.BREAKING, Question.EXISTENCE, Aspect.FIELD)
def field_renamed(change: Change, direction: Direction) -> Judgement | None:
    """A field takes another name.

    For whoever names the old field it is gone. It is one finding, at the old name. A rename is recognised by the `id` that both sides
    carry (ODCS), by its number (Protobuf), by an alias (Avro), or by its likeness: one field went, one came that holds the same values,
    and their names or descriptions are near one another and to no other. Else it is a removal and an addition, which is no less breaking.

    ```diff
    - {id: f7, name: region, logicalType: string}
    + {id: f7, name: sales_region, logicalType: string}
    ```

    An Avro alias helps the readers that resolve with the new schema. It does not help a query that names the column.

    To avoid it: write both names for a while and announce the end of the old one.
    """
    return Judgement(level=Level.BREAKING, before=change.before, after=change.after) if change.kind is Kind.RENAMED else None


@rule("field-added", Level.BREAKING, Question.COMPATIBILITY, Aspect.FIELD)
def field_added(change: Change, direction: Direction) -> Judgement | None:
    """A field is new, and may not fit the data or the readers that are there.

    Most new fields are safe: today's readers ignore them. What can break depends on whom the contract protects. With
    `protects: history` a required field breaks, since old data does not have it. With `protects: readers` a field breaks where
    the old contract allowed no further fields.

    ```diff
    + {name: store_id, logicalType: string, required: true}
    ```

    To avoid it: make the new field optional or give it a default, and require it in a later version.
    """
    return compatibility(change, direction) if change.kind is Kind.ADDED else None
