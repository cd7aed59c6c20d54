"""What is noticed about registrations, besides what the gate judges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LostTeam:
    """A team (``@org/team``), or a person (``@login``), that a policy names and that cannot be asked.

    places: (file, line) of each line that names it. empty: it exists, and nobody is in it.
    nearest: a team whose name is nearly the same, "" if there is none.
    renamed: what it is called now, "" if it still has this name. shared: several teams have had the name, which means none of them.
    """

    name: str
    places: tuple[tuple[str, int], ...]
    empty: bool = False
    nearest: str = ""
    renamed: str = ""
    shared: bool = False
