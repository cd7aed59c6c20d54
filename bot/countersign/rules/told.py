"""What readers are told, and nobody has to clear."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Kind
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, rule


@rule("notice-announced", Level.NOTICE, Question.TOLD, Aspect.NOTICE)
def notice_announced(change: Change, direction: Direction) -> Judgement | None:
    """The end of a field, dataset or value is announced, or an announcement says another date or replacement.

    Nothing breaks by it, and nobody has to sign: an announcement is how a removal becomes possible. The notice runs from the day
    on which this lands on the default branch, never from a date written in the file.

    ```diff
      slaProperties:
    +   - {property: endOfLife, element: orders.region, value: "2026-12-23", description: use store_id}
    ```

    Announce in a pull request of its own. It merges at once, and the removal can wait in another one.
    """
    if change.kind is Kind.REMOVED:
        return None
    notes = (("remove_after", change.after or ""), ("replacement", change.detail))  # GATE §4: no notices, no dates in a fingerprint
    return Judgement(level=Level.NOTICE, notes=notes)


@rule("notice-withdrawn", Level.NOTICE, Question.TOLD, Aspect.NOTICE)
def notice_withdrawn(change: Change, direction: Direction) -> Judgement | None:
    """An announced end is taken back.

    Readers that began to move over are told that they need not. The time that ran so far is lost: a later announcement of the
    same end starts again.

    ```diff
      slaProperties:
    -   - {property: endOfLife, element: orders.region, value: "2026-12-23"}
    ```

    If only the date is wrong, change the date and leave the entry in place: then the notice goes on running.
    """
    return Judgement(level=Level.NOTICE, notes=(("remove_after", change.before or ""),)) if change.kind is Kind.REMOVED else None


@rule("description-changed", Level.NOTICE, Question.TOLD, Aspect.DESCRIPTION)
def description_changed(change: Change, direction: Direction) -> Judgement:
    """A description was reworded.

    A description is prose; no rule can tell a better sentence from another meaning. Readers are shown both texts and nobody is
    blocked. White space, case and punctuation do not matter.

    ```diff
    - description: when the order was placed
    + description: when the order was confirmed
    ```

    If the meaning did change, say so where it counts: unit, time zone, grain, null meaning, meaning of a value.
    """
    return Judgement(level=Level.NOTICE, notes=(("before", change.before or ""), ("after", change.after or "")))
