"""Secret teams: GitHub shows them to their own members only, so no text of ours names them, their people or what they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from countersign.model.consumer import Registration
from countersign.model.finding import Finding
from countersign.model.signing import Signature, Signer
from countersign.model.verdict import Discounted, Verdict

T = TypeVar("T")

UNNAMED = "a secret team"
_MEMBER = "a member of a secret team"


def veiled(verdict: Verdict) -> Verdict:
    """The verdict as everybody may see it. Several secret teams stay apart: ``a secret team``, ``a secret team (2)``."""
    if not verdict.secret:
        return verdict
    names = names_shown(verdict.secret)
    people = frozenset(login for members in verdict.secret.values() for login in members)
    shown = _Veil(names, people).over(verdict)
    return replace(shown, secret={})


def names_shown(secret: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Secret team -> what is shown in its place."""
    return {team: UNNAMED if at == 1 else f"{UNNAMED} ({at})" for at, team in enumerate(sorted(secret), 1)}


def told_to(names: Sequence[str], secret: Mapping[str, frozenset[str]]) -> list[str]:
    """Those who may be mentioned."""
    return [name for name in names if name not in secret]


class _Veil:
    """names: secret team -> what is shown in its place. people: logins of all their members."""

    def __init__(self, names: Mapping[str, str], people: frozenset[str]) -> None:
        self._names, self._people = names, people

    def over(self, value: T) -> T:
        seen: Any = value
        if isinstance(seen, str):
            seen = self._names.get(seen, seen)
        elif isinstance(seen, tuple) and not hasattr(seen, "_fields"):
            seen = tuple(self.over(one) for one in seen)
        elif isinstance(seen, Finding):
            # What the fingerprint is made of stays.
            seen = replace(seen, team=self.over(seen.team), path=self.over(seen.path))
        elif isinstance(seen, Registration):
            hidden = seen.team in self._names
            seen = replace(seen, team=self.over(seen.team), delegates=self.over(seen.delegates))
            seen = replace(seen, private=True, assets=(), on_behalf_of="", repository="") if hidden else seen
        elif isinstance(seen, Signer):
            hidden = any(team in self._names for team in (*seen.teams, seen.stands_in_for))
            seen = self._fields(seen)
            seen = _unnamed(seen) if hidden else seen
        elif isinstance(seen, Discounted):
            seen = replace(seen, login=_MEMBER, url="") if seen.login.lower() in self._people else seen
        elif is_dataclass(seen) and not isinstance(seen, type):
            seen = self._fields(seen)
        return seen  # type: ignore[no-any-return]  # every branch keeps the type that came in

    def _fields(self, value: Any) -> Any:
        changed = {one.name: self.over(getattr(value, one.name)) for one in fields(value) if one.init}
        return replace(value, **changed)


def _unnamed(signer: Signer) -> Signer:
    def without(signature: Signature | None) -> Signature | None:
        return replace(signature, login="a member", url="", instead_of="") if signature else None

    objector = "a member" if signer.objector else ""
    return replace(signer, signature=without(signer.signature), dated=without(signer.dated), objector=objector, delegates=())
