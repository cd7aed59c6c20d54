"""The allowed values of a field, one by one."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction, Kind
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, compatibility, meaning, rule


@rule("enum-value-removed", Level.BREAKING, Question.EXISTENCE, Aspect.ENUM_VALUE)
def enum_value_removed(change: Change, direction: Direction) -> Judgement | None:
    """A value that readers can name is no longer one of the allowed values.

    A filter such as `status = 'refunded'` goes on working and finds nothing. No error is raised anywhere; a figure drops to
    zero. Each value is one finding, so that the readers of one value need not sign for another.

    ```diff
      enum:
        - {value: paid}
    -   - {value: refunded}
    ```

    To avoid it: keep the value listed while data with it can still be read, and announce its end.
    """
    return Judgement(level=Level.BREAKING) if change.kind is Kind.REMOVED else None


@rule("enum-value-renamed", Level.BREAKING, Question.EXISTENCE, Aspect.ENUM_VALUE)
def enum_value_renamed(change: Change, direction: Direction) -> Judgement | None:
    """A value keeps its number and takes another name.

    The bytes of Protobuf hold the number, so binary readers go on. Whoever names the value does not: JSON holds the name, and so do
    generated code, queries and dashboards. It is one finding, at the old name.

    ```diff
      enum Status {
        UNKNOWN = 0;
    -   REFUNDED = 1;
    +   RETURNED = 1;
      }
    ```

    To avoid it: list the new name beside the old one (`option allow_alias = true`), and announce the end of the old one.
    """
    return Judgement(level=Level.BREAKING, before=change.before, after=change.after) if change.kind is Kind.RENAMED else None


@rule("enum-value-renumbered", Level.BREAKING, Question.COMPATIBILITY, Aspect.ENUM_NUMBER)
def enum_value_renumbered(change: Change, direction: Direction) -> Judgement:
    """A value keeps its name and gets another number.

    The bytes of Protobuf hold the number. Old readers take the new number for a value that they do not know, or for another one that
    had it; new readers do the same with old data.

    ```diff
      enum Status {
        UNKNOWN = 0;
    -   PAID = 1;
    +   PAID = 5;
      }
    ```

    To avoid it: leave the numbers of values as they are, and give a new number only to a new value.
    """
    return compatibility(change, direction)


@rule("enum-value-added", Level.BREAKING, Question.COMPATIBILITY, Aspect.ENUM_VALUE)
def enum_value_added(change: Change, direction: Direction) -> Judgement | None:
    """Readers will meet a value that they do not know.

    A reader with a branch for each value fails, or puts the new value into "other". Enums are closed unless the contract says
    that the field's enum is open; in an open one a new value is safe, because readers were warned.

    ```diff
      enum:
        - {value: paid}
    +   - {value: partially_refunded}
    ```

    To avoid it: declare the enum open from the start (ODCS: `customProperties` `enumOpen: true`), or put the new case into a
    field of its own.
    """
    return compatibility(change, direction) if change.kind is Kind.ADDED else None


@rule("enum-opened", Level.BREAKING, Question.COMPATIBILITY, Aspect.ENUM_OPENNESS)
def enum_opened(change: Change, direction: Direction) -> Judgement | None:
    """A closed enum becomes open: from now on values may come that are not listed.

    Readers were promised that the list is whole. Opening it takes that back for every value to come, so they sign once, now,
    and not at each new value.

    ```diff
      customProperties:
    -   - {property: enumOpen, value: false, vendor: countersign}
    +   - {property: enumOpen, value: true, vendor: countersign}
    ```

    To avoid it: keep the enum closed and have each new value signed.
    """
    return compatibility(change, direction) if change.after == "open" else None


@rule("enum-closed", Level.BREAKING, Question.COMPATIBILITY, Aspect.ENUM_OPENNESS)
def enum_closed(change: Change, direction: Direction) -> Judgement | None:
    """An open enum becomes closed: values that are not listed are no longer allowed.

    Today's readers meet nothing new, so with `protects: readers` it is safe. Old data may hold values that were never listed,
    so with `protects: history` it breaks.

    ```diff
      customProperties:
    -   - {property: enumOpen, value: true, vendor: countersign}
    +   - {property: enumOpen, value: false, vendor: countersign}
    ```

    To avoid it: list every value that old data holds before you close the list.
    """
    return compatibility(change, direction) if change.after == "closed" else None


@rule("enum-meaning-changed", Level.SEMANTIC, Question.MEANING, Aspect.ENUM_MEANING)
def enum_meaning_changed(change: Change, direction: Direction) -> Judgement:
    """A value stays, and its description says something else.

    Every reader that counts or filters on the value now counts something else, and no schema shows it. White space, case and
    punctuation do not matter. A description where there was none is told to readers and blocks nothing.

    ```diff
    - {value: paid, description: money has arrived}
    + {value: paid, description: payment was requested}
    ```

    To avoid it: add a new value for the new meaning.
    """
    return meaning(change)
