"""The database, with what was read remembered until something is written that could change it.

A judgement asks two hundred small questions, and most of them again and again: who is in a team, what a repository is called. One process
alone may remember the answers, and knows what was never written, as the database was empty when it began. Every write goes there.
A method that is named nowhere here forgets everything.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from countersign.ports import Records

#: Group -> what reads it; "" where nothing is remembered.
_READS = {
    "people": "repository repositories_named repositories repository_numbered was_called now_called last_called team teams renamed_teams"
    " moved_teams team_names team_permission team_permissions teams_of teams_of_each people_admitted logins",
    "registrations": "registrations registrations_of every_registration",
    "products": "products",
    "catalogue": "catalogue",
    "owned": "owned",
    "stored": "stored",
    "notices": "notices",
    "listed": "listed",
    "suspects": "suspects evidence_read",
    "pulls": "pull_request pull_requests open_pull_requests",
    "pushers": "pushers",
    "said": "reviews overrides statements",
    "published": "judgements frozen",
    "checks": "check",
    "modes": "mode",
    "asked": "asked",
    "ledger": "ledger ledger_of",
    "incidents": "incident incidents live_incident incident_of_trip transition timeline reports sightings next_incident",
    "": "verdicts enforcements due_incidents attempt chore_due take_due tips token tokens entries_after chained_after ledger_head",
}
#: Group -> what changes it; "" for what nobody remembers. `publish` writes to the ledger, too; `cut_ledger` mostly finds nothing to cut.
_WRITES = {
    "people": "learn_login keep_repositories keep_teams",
    "registrations": "keep_registrations",
    "products": "keep_products",
    "catalogue": "keep_catalogue",
    "owned": "keep_owned",
    "stored": "keep_stored",
    "notices": "keep_notices",
    "listed": "keep_listed",
    "suspects": "keep_suspects keep_dismissal keep_evidence_read",
    "pulls": "keep_pull_request",
    "pushers": "keep_pusher",
    "said": "keep_review keep_override keep_statement",
    "published": "publish",
    "checks": "keep_check begin_check",
    "modes": "keep_mode",
    "asked": "keep_asked",
    "ledger": "write_ledger cut_ledger",
    "incidents": "keep_incident keep_report see forget_evidence",
    "": "wake_at chore_done done keep_tip keep_verdict keep_enforcement",
}

#: Groups whose rows are those of a default branch: written with every push that touches it, and mostly the same as before.
_OF_A_BRANCH = frozenset({"registrations", "products", "catalogue", "owned", "stored", "notices", "listed"})
#: What they answer of a place that nothing was written to.
_EMPTY: Mapping[str, Any] = {
    "pull_request": None,
    "reviews": (),
    "overrides": (),
    "statements": (),
    "judgements": (),
    "frozen": (),
    "asked": {},
    "check": None,
    "ledger": (),
}

#: What an answer is about, from the whole to the part: repository and number, repository and head, kind and repository. "": all of them.
Place = tuple[str, str]


class _Group:
    """The answers of a group, by what they are about."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, dict[Hashable, Any]]] = {}
        self._written: set[Place] | None = set()

    def is_empty(self, place: Place) -> bool:
        """Whether nothing was ever written there. Of what is not one place, nobody knows."""
        return self._written is not None and all(place) and place not in self._written

    def write(self, whole: str, part: str) -> None:
        """Something is about to be: all that it could make wrong is forgotten."""
        if not (whole and part):
            self._written = None
        elif self._written is not None:
            self._written.add((whole, part))
        self.forget(whole, part)

    def answers(self, place: Place) -> dict[Hashable, Any]:
        return self._known.setdefault(place[0], {}).setdefault(place[1], {})

    def forget(self, whole: str, part: str) -> None:
        """All that a change of the place could make wrong."""
        if not whole:
            self._known.clear()
        elif not part:
            self._known.pop(whole, None)
        else:
            for one in (part, ""):
                self._known.get(whole, {}).pop(one, None)
        self._known.pop("", None)


class Remembered:
    """Fulfils `ports.Records` on another one."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._groups = {group: _Group() for group in _READS if group}
        self._kept: dict[tuple[str, str], Any] = {}
        for group, names in _READS.items():
            for name in names.split():
                setattr(self, name, self._asked(name, group) if group else getattr(records, name))
        for group, names in _WRITES.items():
            for name in names.split():
                setattr(self, name, self._written(name, group) if group else getattr(records, name))

    def __getattr__(self, name: str) -> Any:
        """Of what is not known here, anything may follow."""
        for group in self._groups.values():
            group.write("", "")
        self._kept.clear()
        return getattr(self._records, name)

    def _asked(self, name: str, group: str) -> Callable[..., Any]:
        ask, mine = getattr(self._records, name), self._groups[group]

        def asked(*values: Any, **named: Any) -> Any:
            place = _place(group, values, named)
            if name in _EMPTY and mine.is_empty(place):
                return _EMPTY[name]
            known = mine.answers(place)
            key = (name, *(_hashable(value) for value in values), *((word, _hashable(value)) for word, value in named.items()))
            if key not in known:
                known[key] = ask(*values, **named)
            return known[key]

        return asked

    def _written(self, name: str, group: str) -> Callable[..., Any]:
        write, mine = getattr(self._records, name), self._groups[group]

        def written(*values: Any, **named: Any) -> Any:
            if name == "cut_ledger":
                cut = write(*values, **named)
                if cut:
                    mine.write("", "")
                return cut
            if group not in _OF_A_BRANCH or self._is_new(name, values):
                mine.write(*_place(group, values, named))
            if name == "publish":
                self._groups["ledger"].write("judgement", values[0])
            return write(*values, **named)

        return written

    def _is_new(self, name: str, values: tuple[Any, ...]) -> bool:
        """Whether a default branch holds other rows than it did: most pushes change none."""
        key, rows = (name, values[0]), values[1]
        same = self._kept.get(key) == rows
        self._kept[key] = rows
        return not same


def _place(group: str, values: tuple[Any, ...], named: dict[str, Any]) -> Place:
    """What a call is about, as far as it says so."""
    if group in _OF_A_BRANCH or group in ("people", "suspects", "incidents"):
        return "", ""
    if group == "ledger":
        kind, repository = (*values, "", "")[:2] if values else (named.get("kind", ""), named.get("repository", ""))
        return kind, repository if isinstance(repository, str) else ""
    first, second = (*values, "", "")[:2]
    if group == "pulls" and not isinstance(first, str):
        return getattr(first, "repository", ""), str(getattr(first, "number", ""))
    if group == "checks" and not isinstance(first, str):
        return first.repository, first.head
    return first if isinstance(first, str) else "", str(second) if group not in ("pushers", "modes") else ""


def _hashable(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else tuple(value)


def remembered(records: Records) -> Records:
    return cast("Records", Remembered(records))
