"""What readers rely on besides shape and meaning: checks of the data, joins, where and as whom it is read."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Kind, Relation
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, rule


@rule("quality-loosened", Level.SEMANTIC, Question.MEANING, Aspect.QUALITY)
def quality_loosened(change: Change, direction: Direction) -> Judgement:
    """A check of the data is gone, lets more through than before, or only warns from now on.

    Readers leave out checks of their own because the producer makes them: no nulls, no duplicates, at least so many rows. Data that
    was held back yesterday reaches them today. A check that is new, or that lets less through, is safe.

    ```diff
      quality:
    -   - {metric: nullValues, mustBe: 0}
    +   - {metric: nullValues, mustBeLessThan: 5, unit: percent}
    ```

    Counts are compared as counts: `mustBe: 0` and `mustBeLessThan: 1` are one threshold. Two queries, two patterns and two checks of
    another engine cannot be compared, so a change of them is undecided. What a check is called and when it runs does not matter.

    To avoid it: repair the data rather than the check, or let readers sign before it reaches them.
    """
    return _promised(change)


@rule("relationship-changed", Level.SEMANTIC, Question.MEANING, Aspect.RELATIONSHIP)
def relationship_changed(change: Change, direction: Direction) -> Judgement:
    """Rows can no longer be joined as promised, or are joined with something else.

    A join on a promised key loses rows silently once the key points elsewhere. A relationship that is new is safe.

    ```diff
      relationships:
    -   - {to: customers.id}
    +   - {to: accounts.id}
    ```

    To avoid it: keep the field and what it points at, and add another field for the new relationship.
    """
    return _promised(change)


@rule("server-moved", Level.BREAKING, Question.COMPATIBILITY, Aspect.SERVER)
def server_moved(change: Change, direction: Direction) -> Judgement:
    """A place where the data is read is gone, is another one, or holds the data in another format.

    Every reader that is configured for the old place fails at the next run, or goes on reading what nobody fills any more. A
    place that is added is safe. A server that only gets another name, description or environment is the same place.

    ```diff
      servers:
    -   - {server: production, type: postgres, host: db1, port: 5432, database: shop, schema: public}
    +   - {server: production, type: postgres, host: db2, port: 5432, database: shop, schema: public}
    ```

    To avoid it: serve both places for a while, tell readers the new one, and take the old one out once they have moved.
    """
    return _served(change)


@rule("role-withdrawn", Level.BREAKING, Question.COMPATIBILITY, Aspect.ROLE)
def role_withdrawn(change: Change, direction: Direction) -> Judgement:
    """A role by which readers have access is gone, or gives another access.

    Whoever reads by that role is refused at the next run. A role that is added is safe; who approves requests for it does not
    matter here.

    ```diff
      roles:
    -   - {role: orders_reader, access: read}
    ```

    To avoid it: keep the role until those who use it have been moved to another.
    """
    return _served(change)


@rule("partitioning-changed", Level.NOTICE, Question.TOLD, Aspect.PARTITIONING)
def partitioning_changed(change: Change, direction: Direction) -> Judgement:
    """The rows are laid out by other fields.

    They hold what they held, so nothing breaks. But a query that filters by the old field reads everything, and takes longer and
    costs more; who reads files by their folder finds other folders.

    ```diff
    - {name: placed_on, logicalType: date, partitioned: true, partitionKeyPosition: 1}
    + {name: placed_on, logicalType: date}
    ```
    """
    return _told(change)


@rule("price-changed", Level.NOTICE, Question.TOLD, Aspect.PRICE)
def price_changed(change: Change, direction: Direction) -> Judgement:
    """The data costs another price.

    What is delivered stays the same, so nobody has to sign. Readers are told before the bill does.

    ```diff
      price:
    -   priceAmount: 9.95
    +   priceAmount: 14.95
    ```
    """
    return _told(change)


@rule("deprecation-marked", Level.NOTICE, Question.TOLD, Aspect.DEPRECATION)
def deprecation_marked(change: Change, direction: Direction) -> Judgement:
    """Something is marked as deprecated, or no longer.

    A mark has no date, so no notice begins to run by it: it tells readers not to build on it any more.

    ```diff
    - {name: region, logicalType: string}
    + {name: region, logicalType: string, deprecated: true}
    ```

    To take it out one day: announce its end with a date (`slaProperties`, `property: endOfLife`).
    """
    return _told(change)


@rule("identifier-changed", Level.NOTICE, Question.TOLD, Aspect.IDENTIFIER)
def identifier_changed(change: Change, direction: Direction) -> Judgement:
    """The document says another `id` of itself.

    Catalogues and data products find the contract by it. Readers of the data notice nothing; registrations here go by the id in the
    policy, which is not this one.

    ```diff
    - id: 53581432-6c55-4ba2-a65f-72344a91553a
    + id: orders
    ```
    """
    return _told(change)


def _promised(change: Change) -> Judgement:
    """GATE §3: a promise loosened is semantic."""
    if change.relation in (Relation.NARROWED, Relation.EQUAL):
        level = Level.SAFE
    else:
        level = Level.UNDECIDED if change.relation is Relation.UNDECIDED else Level.SEMANTIC
    return Judgement(level=level, before=change.before, after=change.after)


def _served(change: Change) -> Judgement:
    """In every direction: whoever reads there does, whatever they read."""
    return Judgement(level=Level.SAFE if change.kind is Kind.ADDED else Level.BREAKING, before=change.before, after=change.after)


def _told(change: Change) -> Judgement:
    """Nobody has to clear it. The first word of a thing is no news of a change."""
    return Judgement(level=Level.NOTICE, before=change.before, after=change.after)
