"""A check -> a type that msgspec decodes JSON into, so that a good message is held to most of its contract while it is read.

A type may refuse what the check allows (1.0 where an integer is wanted), because what it refuses is looked at once more. It never takes
what the check forbids: whatever a type cannot say, or says otherwise than `explain`, stands in ``rest`` and ``texts`` beside it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import attrgetter
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, defstruct

from countersign.guard.kinds import TYPES, frozen
from countersign.guard.limits import LIMITS
from countersign.guard.messages.accepting import Accepts, accepts
from countersign.guard.messages.simple import UUID, Plain, plain
from countersign.guard.plan import Check

#: A bound up to here is the same number as an integer and as a float, so that an integer read as a float keeps it all the same.
_EXACT = 2**53
_INT64 = range(-(2**63), 2**63)
_MOMENTS: dict[str, type] = {"date": date, "time": time, "timestamp": datetime}
_ORDER = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_META = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}
_LENGTHS = {"minLength": "min_length", "maxLength": "max_length"}
_ITEMS = {"minItems": "min_length", "maxItems": "max_length"}


@dataclass(frozen=True, slots=True)
class Typed:
    """rest: what is left to ask of a decoded value, null or not. texts: attributes, from here down, that are always there and
    always texts, with the pattern that each has to match from its first character to its last."""

    type: Any
    rest: Accepts | None = None
    texts: tuple[tuple[str, Plain], ...] = ()


def typed(check: Check, above: tuple[Check, ...] = ()) -> Typed:
    """above: the checks around this one, the outermost first."""
    made = None
    timed = check.type not in _MOMENTS and any(isinstance(bound, str) for rule, bound in check.limits.items() if rule in _ORDER)
    if not check.groups and not check.branches and not timed:
        make = _MAKERS.get(check.type)
        made = make(check, (*above, check)) if make else None
    if made is None:
        return Typed(Any, accepts(check, above))
    return Typed(made.type | None, _null_or(made.rest)) if check.nullable else made


def _string(check: Check, _: tuple[Check, ...]) -> Typed | None:
    if check.values is not None:
        return _literal(check, str)
    meta: dict[str, Any] = {_LENGTHS[rule]: bound for rule, bound in check.limits.items() if rule in _LENGTHS}
    if check.limits.keys() - _LENGTHS.keys() - {"pattern"} or not _sayable(meta):
        return None
    if "pattern" not in check.limits:
        return Typed(_annotated(str, meta))
    pattern = plain(check.limits["pattern"])
    if pattern is None:
        search = LIMITS["pattern"]
        return Typed(_annotated(str, meta), lambda value: search(value, check.limits["pattern"]))
    return _matching(pattern, meta, check)


def _uuid(check: Check, _: tuple[Check, ...]) -> Typed | None:
    """As a text: msgspec's own type takes UUIDs without hyphens, too."""
    return None if check.limits or check.values is not None else _matching(UUID, {}, check)


def _matching(pattern: Plain, meta: dict[str, Any], check: Check) -> Typed:
    """A text that is always there waits for the others, since one search in all of them costs less than one in each."""
    if pattern.whole and not pattern.takes("\n") and check.required and not check.nullable:
        return Typed(_annotated(str, meta), None, (("", pattern),))
    return Typed(_annotated(str, {**meta, "pattern": pattern.python}))


def _moment(check: Check, _: tuple[Check, ...]) -> Typed | None:
    if check.values is not None or check.limits.keys() - _ORDER:
        return None
    return Typed(_MOMENTS[check.type], _limits(check) if check.limits else None)


def _integer(check: Check, _: tuple[Check, ...]) -> Typed | None:
    if check.values is not None:
        return _literal(check, int)
    low = [_lowest(rule, bound) for rule, bound in check.limits.items() if rule in ("minimum", "exclusiveMinimum")]
    high = [_highest(rule, bound) for rule, bound in check.limits.items() if rule in ("maximum", "exclusiveMaximum")]
    meta: dict[str, Any] = {}
    if low:
        meta["ge"] = max(low)
    if high:
        meta["le"] = min(high)
    if "multipleOf" in check.limits:
        meta["multiple_of"] = check.limits["multipleOf"]
    return (
        Typed(_annotated(int, meta)) if _sayable(meta) and not check.limits.keys() - _ORDER - {"multipleOf"} else Typed(int, _limits(check))
    )


def _lowest(rule: str, bound: Any) -> int:
    return int(math.ceil(bound) if rule == "minimum" else math.floor(bound) + 1)


def _highest(rule: str, bound: Any) -> int:
    return int(math.floor(bound) if rule == "maximum" else math.ceil(bound) - 1)


def _number(check: Check, _: tuple[Check, ...]) -> Typed | None:
    if check.values is not None:
        return None
    both = {"minimum", "exclusiveMinimum"} <= check.limits.keys() or {"maximum", "exclusiveMaximum"} <= check.limits.keys()
    if not both and all(rule in _META and abs(bound) < _EXACT for rule, bound in check.limits.items()):
        return Typed(_annotated(float, {_META[rule]: float(bound) for rule, bound in check.limits.items()}))
    return Typed(int | float, _limits(check))


def _boolean(check: Check, _: tuple[Check, ...]) -> Typed | None:
    return Typed(bool) if check.values is None and not check.limits else None


def _any(check: Check, _: tuple[Check, ...]) -> Typed | None:
    plain_any = not (check.limits or check.members or check.items or check.closed) and check.values is None
    return Typed(Any) if plain_any else None


def _array(check: Check, here: tuple[Check, ...]) -> Typed | None:
    item = typed(check.items, here) if check.items is not None else Typed(Any)
    meta = {_ITEMS[rule]: bound for rule, bound in check.limits.items() if rule in _ITEMS}
    if check.values is not None or check.limits.keys() - _ITEMS.keys() or check.members or not _sayable(meta):
        return None
    element = _searched(item)
    rest = element.rest
    return Typed(_annotated(list[element.type], meta), _each(rest) if rest else None)  # type: ignore[name-defined]  # made as it runs


def _object(check: Check, here: tuple[Check, ...]) -> Typed | None:
    if check.values is not None or check.limits:
        return None
    if check.items is not None:
        return None if check.members else _map(check.items, here)
    members = {name: typed(member, here) for name, member in check.members.items()}
    fields, attributes, rests, texts = [], {}, [], []
    for at, (name, member) in enumerate(check.members.items()):
        attribute = f"m{at}"
        made = members[name]
        attributes[attribute] = name
        fields.append((attribute, made.type) if member.required else (attribute, made.type | UnsetType, UNSET))
        if made.rest is not None:
            rests.append((attribute, made.rest))
        texts += [(f"{attribute}.{below}".rstrip("."), pattern) for below, pattern in made.texts]
    struct = defstruct(
        "Record", fields, rename=attributes, kw_only=True, forbid_unknown_fields=check.closed, gc=False, eq=False, module=__name__
    )
    made_whole = Typed(struct, _attributes(rests) if rests else None, tuple(texts))
    return made_whole if check.required and not check.nullable else _searched(made_whole)


def _map(items: Check, here: tuple[Check, ...]) -> Typed:
    value = _searched(typed(items, here))
    each = _each(value.rest) if value.rest else None
    return Typed(dict[str, value.type], (lambda found: each(found.values())) if each else None)  # type: ignore[name-defined]  # the same


def _searched(made: Typed) -> Typed:
    """Texts below something that may be absent, or that comes more than once, are searched there."""
    return Typed(made.type, remaining(made)) if made.texts else made


def remaining(made: Typed) -> Accepts:
    """What is left to ask of a decoded value: one search in all its texts, joined by line breaks, which no pattern takes; and the rest."""
    rest = made.rest
    if not made.texts:
        return rest or (lambda value: True)
    names = [name for name, _ in made.texts]
    get: Callable[[Any], Any] = attrgetter(*names) if names != [""] else str
    join: Callable[[Any], str] = "\n".join if len(names) > 1 else str
    match = re.compile("\n".join(pattern.body for _, pattern in made.texts)).fullmatch
    if rest is None:
        return lambda value: match(join(get(value))) is not None
    return lambda value: match(join(get(value))) is not None and rest(value)


def _literal(check: Check, kind: type) -> Typed | None:
    """The enum's values that keep the limits beside it."""
    values = [one for one in check.values or () if type(one) is kind and (kind is str or one in _INT64)]
    kept = [one for one in values if TYPES[check.type](one) and all(LIMITS[rule](one, bound) for rule, bound in check.limits.items())]
    unique = tuple({frozen(one): one for one in kept}.values())
    return Typed(Literal[unique]) if unique else None


def _limits(check: Check) -> Accepts:
    kept = [(LIMITS[rule], bound) for rule, bound in check.limits.items()]
    return lambda value: all(test(value, bound) for test, bound in kept)


def _sayable(meta: dict[str, Any]) -> bool:
    """Whether msgspec takes the bounds: integers of 64 bits."""
    return all(isinstance(bound, int) and bound in _INT64 for bound in meta.values())


def _annotated(kind: Any, meta: dict[str, Any]) -> Any:
    return Annotated[kind, Meta(**meta)] if meta else kind


def _null_or(rest: Accepts | None) -> Accepts | None:
    return rest and (lambda value: value is None or rest(value))


def _each(rest: Accepts) -> Accepts:
    return lambda values: all(map(rest, values))


def _attributes(rests: list[tuple[str, Accepts]]) -> Accepts:
    def test(value: Any) -> bool:
        for attribute, rest in rests:
            found = getattr(value, attribute)
            if found is not UNSET and not rest(found):
                return False
        return True

    return test


_MAKERS: dict[str, Callable[[Check, tuple[Check, ...]], Typed | None]] = {
    "any": _any,
    "array": _array,
    "boolean": _boolean,
    "date": _moment,
    "float": _number,
    "integer": _integer,
    "map": _object,
    "number": _number,
    "object": _object,
    "string": _string,
    "time": _moment,
    "timestamp": _moment,
    "uuid": _uuid,
}
