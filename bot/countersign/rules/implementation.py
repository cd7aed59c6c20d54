"""Whether a contract and the file that implements it are one."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Kind
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, reported, rule


@rule("implementation-unlinked", Level.SEMANTIC, Question.MEANING, Aspect.IMPLEMENTATION)
def implementation_unlinked(change: Change, direction: Direction) -> Judgement:
    """The contract no longer names a file that implements it.

    As long as it is named, the file has to agree with the contract, whoever changes either. Once the name is gone, the two may part
    unseen. Naming another file in its place is told, and a further file is safe.

    ```diff
      authoritativeDefinitions:
    -   - {type: implementation, url: schemas/orders.avsc}
    ```

    To avoid it: name the file that implements the contract now.
    """
    levels = {Kind.REMOVED: Level.SEMANTIC, Kind.ALTERED: Level.NOTICE}
    return Judgement(level=levels.get(change.kind, Level.SAFE), before=change.before, after=change.after)


implementation_differs = reported(
    "implementation-differs",
    Level.BREAKING,
    Question.COMPATIBILITY,
    """The contract and the file that implements it would not describe the same data.

    Data is written by one of the two and read by the other. Names, nesting, types, whether a value may be null, enum values and keys
    are compared, as far as both say something. The finding stands in the file that this pull request changed, and names the
    line of the other.

    ```diff
      {"name": "order", "type": "record", "fields": [
    -   {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}}]}
    +   {"name": "amount", "type": "string"}]}
    ```

    What differed in the same way before is told, and blocks nobody.

    To avoid it: change both files in one pull request.
    """,
)

implementation_unreadable = reported(
    "implementation-unreadable",
    Level.INVALID,
    Question.FORM,
    """The contract names a file that implements it, and the file is not there or cannot be read.

    A name that leads nowhere looks like a promise that is kept. What `authoritativeDefinitions` call an `implementation` is looked at
    if it is a path in the repository, or a URL of it, to a file of a format that is read here.

    ```diff
      authoritativeDefinitions:
    -   - {type: implementation, url: schemas/orders.avsc}
    +   - {type: implementation, url: schemas/ordres.avsc}
    ```

    To avoid it: correct the path when the file moves, and take the entry out when the file goes.
    """,
)
