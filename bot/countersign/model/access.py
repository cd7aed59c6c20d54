"""Who looks at the pages. Logins, slugs (``org/team``) and organisations in lower case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """leads: organisations that the person sees all of. member_of: those that the person belongs to. teams: parents included.

    login: "" for whoever sits at the machine, where no sign-in is set up; ``local`` says that it is so, and such a person sees all.
    """

    login: str = ""
    leads: frozenset[str] = frozenset()
    member_of: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    local: bool = False

    @property
    def leader(self) -> bool:
        """Whether pages of a whole organisation are for this person."""
        return self.local or bool(self.leads)


#: Whoever sits at the machine.
LOCAL = Viewer(local=True)
