"""The database, with what was read remembered until something is written that could change it.

A judgement asks two hundred small questions, and most of them again and again: who is in a team, what a repository is called. One process
alone may remember the answers. Every write goes to the database. A method that is named nowhere here forgets everything.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from countersign.ports import Records

#: Group -> what reads it.
_READS = {
    "people": "repository repositories_named repositories repository_numbered was_called now_called last_called team teams renamed_teams"
    " moved_teams team_names team_permission team_permissions teams_of teams_of_each people_admitted logins",
    "registry": "registrations registrations_of products catalogue owned stored suspects evidence_read notices",
    "pulls": "pull_request pull_requests open_pull_requests pushers",
    "said": "reviews overrides statements",
    "published": "judgements frozen check mode asked",
    "ledger": "ledger ledger_of",
    "incidents": "incident incidents live_incident incident_of_trip transition timeline reports sightings due_incidents next_incident",
    "": "attempt chore_due take_due tips token tokens entries_after chained_after ledger_head",
}
#: What writes -> the groups that it changes.
_WRITES = {
    "keep_registrations keep_products keep_catalogue keep_owned keep_stored keep_notices": "registry",
    "keep_suspects keep_dismissal keep_evidence_read": "registry",
    "keep_pull_request keep_pusher": "pulls",
    "keep_review keep_override keep_statement": "said",
    "keep_check begin_check keep_mode keep_asked": "published",
    "publish": "published ledger",
    "write_ledger": "ledger",
    "keep_incident keep_report see forget_evidence": "incidents",
    "learn_login": "people",
    "wake_at chore_done done keep_tip": "",
}


class Remembered:
    """Fulfils `ports.Records` on another one."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._known: dict[str, dict[Hashable, Any]] = {group: {} for group in _READS}
        for group, names in _READS.items():
            for name in names.split():
                ask = getattr(records, name)
                setattr(self, name, self._asked(name, ask, self._known[group]) if group else ask)
        for names, groups in _WRITES.items():
            for name in names.split():
                setattr(self, name, self._written(getattr(records, name), tuple(groups.split())))

    def __getattr__(self, name: str) -> Any:
        return self._written(getattr(self._records, name), tuple(self._known))

    def _asked(self, name: str, ask: Callable[..., Any], known: dict[Hashable, Any]) -> Callable[..., Any]:
        def asked(*values: Any, **named: Any) -> Any:
            key = (name, *(_hashable(value) for value in values), *((word, _hashable(value)) for word, value in sorted(named.items())))
            if key not in known:
                known[key] = ask(*values, **named)
            return known[key]

        return asked

    def _written(self, write: Callable[..., Any], groups: tuple[str, ...]) -> Callable[..., Any]:
        def written(*values: Any, **named: Any) -> Any:
            for group in groups:
                self._known[group].clear()
            return write(*values, **named)

        return written


def _hashable(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else tuple(value)


def remembered(records: Records) -> Records:
    return cast("Records", Remembered(records))
