"""Registrations out of a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.model.consumer import Registration


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with a line (from 1) of the file, and what to do."""

    line: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The registrations that one repository is to hold, in the order of the file."""

    repository: str
    entries: tuple[Registration, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """errors: then nothing may be written. known: lines that are registered already, with where."""

    homes: tuple[Home, ...] = ()
    known: tuple[tuple[int, Registration], ...] = ()
    errors: tuple[LineError, ...] = ()
