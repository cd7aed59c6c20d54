"""What the values mean: same names, same types, another sense."""

from __future__ import annotations

from countersign.model.change import Aspect, Change, Direction
from countersign.model.finding import Level, Question
from countersign.rules.rule import Judgement, meaning, rule


@rule("unit-changed", Level.SEMANTIC, Question.MEANING, Aspect.UNIT)
def unit_changed(change: Change, direction: Direction) -> Judgement:
    """A number is measured in another unit, or its unit is no longer said.

    Every sum, threshold and chart downstream is off by the same factor, and nothing fails. Case counts: `mW` is not `MW`. A
    unit where none was said is told to readers and blocks nothing.

    ```diff
    - {property: unit, value: EUR}
    + {property: unit, value: EUR cent}
    ```

    To avoid it: add a field with the unit in its name (`amount_cents`) beside the old one.
    """
    return meaning(change)


@rule("currency-changed", Level.SEMANTIC, Question.MEANING, Aspect.CURRENCY)
def currency_changed(change: Change, direction: Direction) -> Judgement:
    """An amount is in another currency, or its currency is no longer said.

    Amounts of two currencies get added up. The totals look plausible, which is why it is found late. A currency where none was
    said is told to readers and blocks nothing.

    ```diff
    - {property: currency, value: EUR}
    + {property: currency, value: USD}
    ```

    To avoid it: add a field for the new currency, or a field that names the currency of each row.
    """
    return meaning(change)


@rule("timezone-changed", Level.SEMANTIC, Question.MEANING, Aspect.TIMEZONE)
def timezone_changed(change: Change, direction: Direction) -> Judgement:
    """A time is in another time zone, or its zone is no longer said.

    Rows move across midnight: daily figures shift, windows overlap or leave gaps, joins on the hour miss. A time zone where none
    was said is told to readers and blocks nothing.

    ```diff
    - logicalTypeOptions: {timezone: true, defaultTimezone: Europe/Berlin}
    + logicalTypeOptions: {timezone: true, defaultTimezone: Etc/UTC}
    ```

    To avoid it: add a second time in the new zone and announce the end of the first.
    """
    return meaning(change)


@rule("null-meaning-changed", Level.SEMANTIC, Question.MEANING, Aspect.NULL_MEANING)
def null_meaning_changed(change: Change, direction: Direction) -> Judgement:
    """A missing value stands for something else, or it is no longer said what it stands for.

    "Not yet shipped" and "never shipped" are both null. Readers count the one as open and the other as closed. A meaning where
    none was said is told to readers and blocks nothing.

    ```diff
    - {property: nullMeaning, value: not yet shipped}
    + {property: nullMeaning, value: shipment unknown}
    ```

    To avoid it: give the new case a value of its own and leave null as it was.
    """
    return meaning(change)


@rule("classification-changed", Level.SEMANTIC, Question.MEANING, Aspect.CLASSIFICATION)
def classification_changed(change: Change, direction: Direction) -> Judgement:
    """A field's classification (public, internal, personal data, …) is another, or is no longer said.

    Readers have set access, retention and masking by it. If it becomes stricter, their copies are suddenly out of order; if it
    becomes looser, somebody should look twice. A classification where none was said is told to readers and blocks nothing.

    ```diff
    - classification: internal
    + classification: restricted
    ```

    To avoid it: there is no way round a true classification; let the readers sign, so that they act on it.
    """
    return meaning(change)


@rule("transform-changed", Level.SEMANTIC, Question.MEANING, Aspect.TRANSFORM)
def transform_changed(change: Change, direction: Direction) -> Judgement:
    """A field is computed in another way.

    Name and type stay, the numbers change. A reader compares this month with last month and sees a jump that did not happen. A
    computation where none was said is told to readers and blocks nothing.

    ```diff
    - transformLogic: gross - tax
    + transformLogic: gross - tax - shipping
    ```

    To avoid it: publish the new computation as a new field, and announce the end of the old one.
    """
    return meaning(change)


@rule("logical-type-changed", Level.SEMANTIC, Question.MEANING, Aspect.LOGICAL_TYPE)
def logical_type_changed(change: Change, direction: Direction) -> Judgement:
    """A logical type that Avro does not define is another, or is gone.

    Avro has readers ignore what they do not know, so every value can still be read. Code that has registered the type turns the values into
    something else from then on, or leaves them as they are. One where none was said is told to readers and blocks nothing.

    ```diff
    - {"type": "long", "logicalType": "money-in-cents"}
    + {"type": "long", "logicalType": "money-in-mills"}
    ```

    A logical type that Avro defines (`date`, `decimal`, …) bears on compatibility: see `constraint-changed` and `field-type-changed`.

    To avoid it: add a field of the new logical type beside the old one.
    """
    return meaning(change)
