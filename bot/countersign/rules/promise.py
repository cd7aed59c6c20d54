"""Service levels."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Relation
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, rule


@rule("promise-loosened", Level.SEMANTIC, Question.MEANING, Aspect.PROMISE)
def promise_loosened(change: Change, direction: Direction) -> Judgement:
    """A service level (latency, retention, availability, …) promises less than before, or is gone.

    Readers plan by it: a report runs at 7:00 because the data is promised for 6:00. A promise that becomes tighter or is new is
    safe. Where it is not known which way is tighter, or the unit is another, any change has to be signed.

    ```diff
      - property: latency
    -   value: 4
    +   value: 24
        unit: h
    ```

    To avoid it: repair the delivery rather than the promise, or give readers the new figure ahead of time and let them sign.
    """
    level = Level.SAFE if change.relation is Relation.NARROWED else Level.SEMANTIC
    return Judgement(level=level, before=change.before, after=change.after)
