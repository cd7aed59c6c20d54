"""JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from countersign.guard.messages.checker import Checker, Undecodable, told
from countersign.guard.messages.typed import remaining, typed
from countersign.guard.plan import Plan, Violation

#: Digits of an integer that msgspec reads, and Python.
_DIGITS = 4300


def compile_json(plan: Plan) -> Checker:
    """The checker of JSON messages: UTF-8 text, one value. Of names given twice in an object the last counts."""
    made = typed(plan.root)
    read = msgspec.json.Decoder(made.type).decode
    passes = remaining(made)

    def check(data: bytes) -> tuple[Violation, ...]:
        try:
            value = read(data)
            if not data.isascii():
                data.decode()  # a name or text that the contract does not list was passed over unread
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return told(plan, decode, data)
        return () if passes(value) else told(plan, decode, data)

    return _Json(check, decode)


@dataclass(frozen=True, slots=True)
class _Json:
    check: Callable[[bytes], tuple[Violation, ...]]
    decode: Callable[[bytes], Any]


def decode(data: bytes) -> Any:
    """Raises `Undecodable`."""
    try:
        return msgspec.json.decode(data)
    except msgspec.ValidationError:  # a number that is none for msgspec; a `DecodeError`, too, and therefore before it
        return _with_vast_numbers(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_json(error) from None


def _with_vast_numbers(data: bytes) -> Any:
    """Numbers beyond a 64-bit float, and integers of more digits than Python reads, are infinite decimals here: of no type of a number,
    and the violation says where. In a member that the contract does not list nobody looks at one, as on the quick way."""
    try:
        msgspec.json.decode(data, type=msgspec.Raw)  # passes over the values, and sees whether all is JSON
        return json.loads(data.decode(), parse_float=_float, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise _no_json(error) from None


def _float(text: str) -> float | Decimal:
    number = float(text)
    return number if math.isfinite(number) else _infinite(text)


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text.lstrip("-")) <= _DIGITS else _infinite(text)


def _infinite(text: str) -> Decimal:
    return Decimal("-Infinity" if text.startswith("-") else "Infinity")


def _no_json(error: Exception) -> Undecodable:
    if isinstance(error, RecursionError):
        return Undecodable("nested too deeply")
    return Undecodable("no JSON: it is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"no JSON: {error}")
