"""What one row stands for, and what tells rows apart."""

from __future__ import annotations

import json
from dataclasses import replace

from countersign.model.change import Aspect, Change, Direction
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, meaning, rule


@rule("grain-changed", Level.SEMANTIC, Question.MEANING, Aspect.GRAIN)
def grain_changed(change: Change, direction: Direction) -> Judgement:
    """One row stands for something else.

    Names and types are all the same, and every count and sum is wrong. If one row per ticket becomes one row per escalation
    event, a score that adds up tickets now adds up events. White space, case and punctuation do not matter. A grain where none
    was said is told to readers and blocks nothing.

    ```diff
    - dataGranularityDescription: one row per ticket
    + dataGranularityDescription: one row per escalation event
    ```

    To avoid it: publish the new grain as a dataset of its own.
    """
    return meaning(change)


@rule("key-changed", Level.SEMANTIC, Question.MEANING, Aspect.KEY)
def key_changed(change: Change, direction: Direction) -> Judgement:
    """Other fields tell the rows apart, or none do any longer.

    Readers join, deduplicate and upsert by the key. With another key, joins multiply rows and upserts overwrite the wrong ones.
    Renaming a key field is not a change of the key. A key where none was said, and the same fields in another order, are told to
    readers and block nothing.

    ```diff
    - {name: order_id, primaryKey: true, primaryKeyPosition: 1}
    + {name: order_id, primaryKey: true, primaryKeyPosition: 1}
    + {name: line_no, primaryKey: true, primaryKeyPosition: 2}
    ```

    To avoid it: publish a dataset with the new key beside the old one.
    """
    judgement = meaning(change)
    if change.before and change.after and set(json.loads(change.before)) == set(json.loads(change.after)):
        return replace(judgement, level=Level.NOTICE)
    return judgement
