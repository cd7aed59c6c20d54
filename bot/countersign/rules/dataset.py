"""A dataset comes, goes, or takes another name."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Kind, Relation
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, rule


@rule("dataset-removed", Level.BREAKING, Question.EXISTENCE, Aspect.DATASET)
def dataset_removed(change: Change, direction: Direction) -> Judgement | None:
    """A dataset (table, topic, record) that readers can name is gone.

    Every reader of it fails at the next run, or goes on with the last data that it saw and does not notice. This is one
    finding for the dataset, not one for each of its fields.

    ```diff
      schema:
        - name: orders
    -   - name: refunds
    ```

    To avoid it: keep the dataset, announce its end with a date and a replacement, and remove it once the notice has run.
    """
    return Judgement(level=Level.BREAKING) if change.kind is Kind.REMOVED else None


@rule("dataset-renamed", Level.BREAKING, Question.EXISTENCE, Aspect.DATASET)
def dataset_renamed(change: Change, direction: Direction) -> Judgement | None:
    """A dataset takes another name.

    Readers ask for the old name: a query fails, a subscription stays silent. A rename is recognised by the `id` that both sides carry
    (ODCS), by an alias (Avro), or by its likeness: most of its fields are those of the one that went. Else it is a removal and an addition.

    ```diff
    - {id: d1, name: orders}
    + {id: d1, name: sales_orders}
    ```

    To avoid it: publish the new name beside the old one, announce the end of the old name, and let readers move over.
    """
    return Judgement(level=Level.BREAKING, before=change.before, after=change.after) if change.kind is Kind.RENAMED else None


@rule("dataset-added", Level.SAFE, Question.COMPATIBILITY, Aspect.DATASET)
def dataset_added(change: Change, direction: Direction) -> Judgement | None:
    """A dataset is new in the contract; the others are as they were.

    Nobody can depend on it yet, and no value of another dataset changes by it. Nothing is asked of anybody.

    ```diff
      schema:
        - name: orders
    +   - name: refunds
    ```

    From the merge on it is promised like the rest of the contract.
    """
    return Judgement(level=Level.SAFE) if change.kind is Kind.ADDED else None


@rule("field-order-changed", Level.BREAKING, Question.COMPATIBILITY, Aspect.ORDER)
def field_order_changed(change: Change, direction: Direction) -> Judgement:
    """A table's columns stand in another order, or a new one stands between them.

    Whoever names columns notices nothing, so it asks nobody by itself. `SELECT *` into another table, `UNION` and `COPY` without a list of
    columns take them by their place: such a reader registers with `reads_with: sql`, and is asked.

    ```diff
      CREATE TABLE orders (
    +   region text,
        order_id bigint
    ```

    To avoid it: add columns at the end.
    """
    level = Level.BREAKING if change.relation is Relation.CHANGED else Level.SAFE
    return Judgement(level=level, before=change.before, after=change.after)
