"""Inputs that are nearly files, and what a reader makes of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from benchmarks.fuzzing.bending import bend
from benchmarks.fuzzing.sound import SOUND
from countersign import policy as policies
from countersign.formats import FORMATS, NeedsFiles, Source, Unreadable, overall, parse, relate
from countersign.formats.binary import as_text, is_binary
from countersign.formats.odps import input_ports
from countersign.model.change import Relation
from countersign.model.contract import Contract
from countersign.rules import RULES


@dataclass(frozen=True)
class Input:
    """reader: a name of `READERS`. raw: the file's bytes. number: which of its seed."""

    reader: str
    file: str
    raw: bytes
    number: int


def bent(reader: str, seed: int, number: int) -> Input:
    """A sound file of the reader's, bent; the same for the same seed and number."""
    random = Random(f"{seed} {reader} {number}")
    file, raw = random.choice(SOUND[reader])
    others = [other for kinds in SOUND.values() for _, other in kinds]
    return Input(reader, file, bend(random, raw, others), number)


def attempt(given: Input) -> str:
    """``read``, ``refused``, ``asked``, or ``crash`` and the exception."""
    try:
        text = as_text(given.file, given.raw) if is_binary(given.file) else given.raw.decode("utf-8")
    except UnicodeDecodeError:
        return "refused"  # before any reader: `services.reading.decode`
    try:
        READERS[given.reader](given, text)
    except NeedsFiles:
        return "asked"
    except Unreadable as error:
        lines = text.count("\n") + 1
        if not (error.message and error.remedy and (is_binary(given.file) or 1 <= error.line <= lines)):
            return f"crash a refusal without a place or a remedy: {error.line} of {lines}: {error.message}; {error.remedy}"
        return "refused"
    except BaseException as error:  # whatever else it is, it is a fault
        return f"crash {type(error).__name__}: {str(error)[:300]}"
    return "read"


def _contract(given: Input, text: str) -> None:
    contract = parse(Source(given.file, text), "fuzz", given.reader)
    if overall(contract, contract) is not Relation.EQUAL:
        raise AssertionError("a contract that is not its own equal")
    for file, raw in SOUND[given.reader]:
        other = _sound(given.reader, file, raw)
        relate(contract, other)
        relate(other, contract)


@cache
def _sound(reader: str, file: str, raw: bytes) -> Contract:
    return parse(Source(file, as_text(file, raw) if is_binary(file) else raw.decode()), "fuzz", reader)


def _policy(given: Input, text: str) -> None:
    policies.read(policies.Document(given.file, text), None, name="acme/orders", rule_ids=tuple(RULES), below_floor="refuse")


def _product(given: Input, text: str) -> None:
    input_ports(text, given.file)


#: Who is given inputs: every format, and what else of a pull request is read.
READERS: Mapping[str, Callable[[Input, str], None]] = {**dict.fromkeys(FORMATS, _contract), "policy": _policy, "product": _product}
