"""JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from countersign.guard.messages.checker import Checker, Undecodable, told
from countersign.guard.messages.typed import remaining, typed
from countersign.guard.plan import Plan, Violation

#: Digits of an integer that Python reads without being asked for more.
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
    except msgspec.DecodeError as error:
        raise Undecodable(f"no JSON: {error}") from None
    except UnicodeDecodeError:
        raise Undecodable("no JSON: it is not UTF-8") from None
    except RecursionError:
        raise Undecodable("nested too deeply") from None
    except msgspec.ValidationError:  # a number that neither a float nor a plain integer can hold
        return _with_long_numbers(data)


def _with_long_numbers(data: bytes) -> Any:
    def constant(name: str) -> Any:
        raise Undecodable(f"no JSON: {name} is no number")

    def integer(text: str) -> int | Decimal:
        return int(text) if len(text) < _DIGITS else Decimal(text)

    try:
        return json.loads(data, parse_float=Decimal, parse_int=integer, parse_constant=constant)
    except RecursionError:
        raise Undecodable("nested too deeply") from None
    except ValueError:
        raise Undecodable("no JSON") from None
