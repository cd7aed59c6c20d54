"""Nouns to JSON data and back, for the child process, the queue and the exported facts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import msgspec

from countersign.model.typed import converted

if TYPE_CHECKING:
    from countersign.model.command import Command
    from countersign.model.github import Event

T = TypeVar("T")


def dump(value: Any) -> Any:
    """JSON data of a noun: dataclasses become objects, times ISO text, paths lists."""
    return msgspec.to_builtins(value, str_keys=True)


def load(kind: type[T], data: Any) -> T:
    """The noun again; raises `msgspec.ValidationError` if the data is not of that shape."""
    return converted(kind, data)


def dump_commands(commands: Iterable[Command]) -> list[Any]:
    return [{"command": type(command).__name__, "data": dump(command)} for command in commands]


def load_command(data: Any) -> Command:
    command: Command = converted(_commands()[data["command"]], data["data"])
    return command


def dump_event(event: Event) -> Any:
    return {"event": type(event).__name__, "data": dump(event)}


def load_event(data: Any) -> Event:
    event: Event = converted(_events()[data["event"]], data["data"])
    return event


@cache
def _commands() -> dict[str, Any]:
    from countersign.model.command import Command  # only the server has a queue

    return {kind.__name__: kind for kind in get_args(Command)}


@cache
def _events() -> dict[str, Any]:
    from countersign.model.github import Event

    return {kind.__name__: kind for kind in get_args(Event)}
