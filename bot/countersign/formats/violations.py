"""A JSON Schema validator's errors -> the one message a person can act on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from countersign.formats.marked import Unreadable
from countersign.formats.source import Document

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

#: These follow from other errors in the same object: a subschema that fails has read nothing.
_ECHOES = frozenset({"unevaluatedProperties", "unevaluatedItems"})
_CHOICES = frozenset({"oneOf", "anyOf"})


def unreadable(errors: Iterable[ValidationError], document: Document, standard: str, keys: Collection[str] = ()) -> Unreadable:
    """The first error in the order of the file, echoes left out. keys: what a misspelt key may have been meant to be."""
    found = [leaf for error in errors for leaf in _leaves(error)]
    causes = [error for error in found if error.kind.name not in _ECHOES or not any(_causes(other, error) for other in found)]
    first = min(causes or found, key=lambda error: (document.line(*_pointer(error)), -len(error.instance_path)))
    pointer = _pointer(first)
    where = show_pointer(pointer[:-1] if pointer != tuple(first.instance_path) else pointer)
    message, remedy = _say(first, standard, keys)
    return Unreadable(document.file, document.line(*pointer), f"{where}{message}", remedy)


def show_pointer(pointer: Iterable[str | int]) -> str:
    """``schema[0].properties[1]: ``; nothing for the whole document."""
    text = ""
    for step in pointer:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return f"{text}: " if text else ""


def nearest(word: str, words: Collection[str]) -> str:
    """``; did you mean `amount`?``, or nothing if no word is near."""
    near = get_close_matches(word, sorted(set(words) - {word}), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _causes(one: ValidationError, echo: ValidationError) -> bool:
    return one.kind.name not in _ECHOES and one.instance_path[: len(echo.instance_path)] == echo.instance_path


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """Of a choice, the errors of the branch that was meant: the one that fails deepest, for a text the one that lists words. If there is
    none, the choice itself."""
    context: list[list[ValidationError]] = getattr(error.kind, "context", [])
    branches = [[leaf for inner in branch for leaf in _leaves(inner)] for branch in context]
    deepest = max(branches, key=lambda branch: max((len(leaf.instance_path) for leaf in branch), default=0), default=[])
    if error.kind.name in _CHOICES and any(len(leaf.instance_path) > len(error.instance_path) for leaf in deepest):
        yield from deepest
        return
    words = [leaf for branch in branches for leaf in branch if leaf.kind.name == "enum" and isinstance(error.instance, str)]
    yield words[0] if words else error


def _pointer(error: ValidationError) -> tuple[str | int, ...]:
    """Where the error is: at an unexpected key rather than at the object that holds it."""
    unexpected = getattr(error.kind, "unexpected", None)
    path = tuple(error.instance_path)
    return (*path, unexpected[0]) if unexpected and isinstance(unexpected[0], str) else path


def _say(error: ValidationError, standard: str, keys: Collection[str]) -> tuple[str, str]:
    kind: Any = error.kind
    match kind.name:
        case "additionalProperties" | "unevaluatedProperties":
            key = kind.unexpected[0]
            return f"`{key}` is not a key of {standard} here{nearest(key, keys)}", "Correct the key, or take it out"
        case "required":
            return f"`{kind.property}` is missing", f"Add `{kind.property}`"
        case "enum":
            options = [str(option) for option in kind.options]
            return f"{_cut(error.instance)} is not one of {', '.join(options)}{nearest(str(error.instance), options)}", "Use one of these"
        case "type":
            return f"{_cut(error.instance)} is not {_either(kind.types)}", f"Write {_either(kind.types)}"
        case "oneOf" | "anyOf" if missing := _alternatives(kind):
            return f"one of {', '.join(missing)} is missing", "Add one of them"
        case "oneOf" | "anyOf":
            return f"{_cut(error.instance)} is none of the forms that {standard} allows here", f"Compare with {standard}"
    return f"{error.message[:200]}", f"Correct it as {standard} asks"


def _alternatives(kind: Any) -> list[str]:
    """The keys of which one is missing, if that is what is wrong with every branch."""
    branches = [[error.kind for error in branch] for branch in getattr(kind, "context", [])]
    if not branches or any(len(branch) != 1 or branch[0].name != "required" for branch in branches):
        return []
    return [f"`{branch[0].property}`" for branch in branches]


def _either(types: Iterable[str]) -> str:
    return " or ".join(f"{'an' if name[0] in 'aio' else 'a'} {name}" for name in types)


def _cut(value: Any) -> str:
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text[:60]}{'…' if len(text) > 60 else ''}`"
