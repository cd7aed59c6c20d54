"""Somebody sees a number that looks wrong: from the asset to the contracts it is built on, to whoever answers for them, and back.

In the ledger, under the producer's repository (the organisation's ``.github`` where no contract is known): ``complaint`` {id, contract,
asset, incident, since, who, by}, ``complaint-told`` {id, marker} and ``complaint-over`` {id}. What people wrote is in the issue alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from itertools import islice

from countersign.model.complaint import LONGEST_NAME, LONGEST_SEEN, Answer, Complainer, Complaint, Refusal, Said
from countersign.model.consumer import Reference, Registration
from countersign.model.github import Repository
from countersign.model.incident import Incident
from countersign.ports import Records
from countersign.services.context import JSON, Ports
from countersign.services.discretion import more_public
from countersign.services.incidents import marker as incident_marker
from countersign.services.issues import number_of, numbers_of

#: Kinds of the ledger.
COMPLAINT, TOLD, OVER = "complaint", "complaint-told", "complaint-over"
#: Of one person or tool within an hour; somebody who sees more has one problem, not many.
MOST_AN_HOUR = 30
_NEAR = 5
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")


def complain(ports: Ports, said: Said, by: Complainer) -> Answer:
    """Take it down, on the disk when it returns. The same said twice on one day is one complaint."""
    refusal = _unfit(said)
    if refusal:
        return Answer(refusal=refusal)
    if said.contract:
        reference = _contract(ports, said.contract, by)
        if reference is None:
            return Answer(refusal=Refusal.UNKNOWN_CONTRACT, near=_near_contracts(ports, said.contract, by))
        entries = [one for one in _named(ports, said.asset, by) if _about(ports, one) == reference] if said.asset else []
        return _take(ports, said, by, reference, entries)
    entries = _named(ports, said.asset, by)
    if not entries:
        home = _governance(ports, by) if said.anyway else ""
        return _take(ports, said, by, Reference(home, ""), []) if home else _unknown_asset(ports, said, by)
    built_on = sorted({_about(ports, one) for one in entries})
    broken = [one for one in built_on if _incident(ports, one, entries)]
    if len(built_on) > 1 and len(broken) != 1:
        return Answer(refusal=Refusal.WHICH_CONTRACT, near=tuple(map(str, built_on)))
    reference = broken[0] if len(broken) == 1 else built_on[0]
    return _take(ports, said, by, reference, [one for one in entries if _about(ports, one) == reference])


def complaints(ports: Ports, by: Complainer, *, only: str = "", after: int = 0, most: int | None = None) -> tuple[Complaint, ...]:
    """Those that this one may see, the newest first: one's own, and all of the organisations that one leads. only: an id.

    after: so many of the newest are left out. most: of the rest so many; None for all of them.
    """
    mine = (one for one in _noted(ports.records, only) if _may_see(one, by))
    return _addressed(ports, tuple(islice(mine, after, None if most is None else after + most)))


def noted(records: Records) -> tuple[Complaint, ...]:
    """All that the ledger knows of, the newest first, without the addresses of their issues."""
    return tuple(_noted(records))


def _noted(records: Records, only: str = "") -> Iterator[Complaint]:
    over = {row["what"]["id"]: row["at"] for row in records.ledger(kind=OVER)}
    for row in reversed(records.ledger(kind=COMPLAINT)):
        what = row["what"]
        if not only or what["id"] == only:
            yield _as_now(Complaint(repository=row["repository"], at=row["at"], over_at=over.get(what["id"]), **what))


def _as_now(one: Complaint) -> Complaint:
    """Under the name that the contract's repository has now."""
    return replace(one, contract=f"{one.repository}#{one.contract.partition('#')[2]}") if one.contract else one


def _may_see(one: Complaint, by: Complainer) -> bool:
    leads = by.leads is None or one.repository.split("/")[0].lower() in by.leads
    return leads or one.by == by.name or bool(by.login and one.who.lower() == by.login.lower())


def standing(ports: Ports) -> Iterator[tuple[str, datetime, JSON]]:
    """(repository, when, what) of those that are not over."""
    over = {row["what"]["id"] for row in ports.records.ledger(kind=OVER)}
    return ((row["repository"], row["at"], row["what"]) for row in ports.records.ledger(kind=COMPLAINT) if row["what"]["id"] not in over)


def issue_of(ports: Ports, repository: str, number: int, marker: str) -> int | None:
    """The number of the issue where a complaint is answered. number: of its incident. marker: as it was told, "" where it was not yet."""
    incident = ports.records.incident(number) if number else None
    marker = incident_marker(incident) if incident else marker
    return number_of(ports, repository, marker) if marker else None


# -- what is meant -------------------------------------------------------------------------------------------------------------


def _unfit(said: Said) -> Refusal | None:
    if not said.seen.strip() or len(said.seen) > LONGEST_SEEN or not (said.asset.strip() or said.contract.strip()):
        return Refusal.NOTHING_SAID
    if max(len(said.asset), len(said.contract)) > LONGEST_NAME:
        return Refusal.NOTHING_SAID
    if said.who and not _LOGIN.fullmatch(said.who):
        return Refusal.NO_LOGIN
    try:
        date.fromisoformat(said.since or "2000-01-01")
    except ValueError:
        return Refusal.NO_DATE
    return None


def _readable(ports: Ports, by: Complainer) -> Iterator[Repository]:
    """The repositories whose contents this one may know of."""
    for home in ports.records.repositories():
        organisation = home.name.split("/")[0].lower()
        if by.organisations is not None and organisation not in by.organisations:
            continue
        leads = by.leads is None or organisation in by.leads
        if leads or not home.private or by.login.lower() in ports.records.people_admitted(home.name):
            yield home


def _registered(ports: Ports, by: Complainer) -> Iterator[Registration]:
    return (entry for home in _readable(ports, by) for entry in ports.records.registrations_of(home.name))


def _named(ports: Ports, asset: str, by: Complainer) -> list[Registration]:
    """Those that name the asset so, or have its address."""
    wanted = _plain(asset)
    return [entry for entry in _registered(ports, by) if any(wanted in (_plain(one.name), _plain(one.url)) for one in entry.assets)]


def _called(asset: str, entries: list[Registration]) -> str:
    """As it is registered, whatever its case, and by its name where somebody gave its address."""
    wanted = _plain(asset)
    names = (one.name for entry in entries for one in entry.assets if wanted in (_plain(one.name), _plain(one.url)))
    return next(names, asset.strip())


def _plain(name: str) -> str:
    """As people compare them: without case, and an address without what comes behind its path."""
    name = " ".join(name.split()).casefold()
    return re.split(r"[?#]", name)[0].rstrip("/") if "://" in name else name


def _unknown_asset(ports: Ports, said: Said, by: Complainer) -> Answer:
    names = {_plain(asset.name): asset.name for entry in _registered(ports, by) for asset in entry.assets}
    wanted = _plain(said.asset)
    near = [*get_close_matches(wanted, names, n=_NEAR), *(name for name in names if wanted in name)]
    return Answer(refusal=Refusal.UNKNOWN_ASSET, near=tuple(names[one] for one in list(dict.fromkeys(near))[:_NEAR]))


def _about(ports: Ports, entry: Registration) -> Reference:
    return Reference(ports.records.now_called(entry.reference.repository), entry.reference.contract)


def _promised(ports: Ports, by: Complainer) -> dict[str, Reference]:
    """By ``org/repo#id`` in lower case: of the repositories that this one may know of, and what registrations there name."""
    homes = {home.name for home in _readable(ports, by)}
    named = {_about(ports, entry) for entry in _registered(ports, by)}
    known = (Reference(one.repository, one.contract) for one, _ in ports.records.catalogue())
    return {str(one).lower(): one for one in known if one.repository in homes or one in named}


def _contract(ports: Ports, written: str, by: Complainer) -> Reference | None:
    repository, _, rest = written.strip().partition("#")
    return _promised(ports, by).get(f"{ports.records.now_called(repository)}#{rest.partition('/')[0]}".lower())


def _near_contracts(ports: Ports, written: str, by: Complainer) -> tuple[str, ...]:
    known = _promised(ports, by)
    return tuple(str(known[one]) for one in get_close_matches(written.lower(), known, n=_NEAR))


def _incident(ports: Ports, reference: Reference, entries: list[Registration]) -> Incident | None:
    """The youngest that is open on the contract, and on a dataset that is read."""
    datasets = {one.reference.dataset for one in entries}
    live = [one for one in ports.records.incidents(repository=reference.repository, live=True) if one.contract_id == reference.contract]
    mine = [one for one in live if not datasets or "" in datasets or one.dataset in datasets]
    return max(mine, key=lambda one: one.number, default=None)


def _governance(ports: Ports, by: Complainer) -> str:
    """The ``.github`` of the one organisation that it may be about; "" if there are several, or none."""
    homes = [
        row.name
        for row in ports.records.repositories()
        if row.name.endswith("/.github") and (by.organisations is None or row.name.split("/")[0].lower() in by.organisations)
    ]
    return homes[0] if len(homes) == 1 else ""


# -- taken down ----------------------------------------------------------------------------------------------------------------


def _take(ports: Ports, said: Said, by: Complainer, reference: Reference, entries: list[Registration]) -> Answer:
    now = ports.calendar.now()
    contract = str(reference) if reference.contract else ""
    text = json.dumps([by.name, said.who.lower(), contract, _plain(said.asset), said.seen, said.since, f"{now:%Y-%m-%d}"])
    name = hashlib.sha256(text.encode()).hexdigest()[:12]
    known = complaints(ports, by, only=name)
    if known:
        return Answer(complaint=known[0])
    recent = [row for row in ports.records.ledger(kind=COMPLAINT, since=now - timedelta(hours=1)) if row["what"]["by"] == by.name]
    if len(recent) >= MOST_AN_HOUR:
        return Answer(refusal=Refusal.TOO_MANY)
    incident = _incident(ports, reference, entries) if reference.contract else None
    home = next((entry.repository for entry in entries if more_public(ports, reference.repository, entry.repository)), "")
    asset = _called(said.asset, entries)
    what = {
        "id": name,
        "contract": contract,
        "asset": "" if home else asset,
        "incident": incident.number if incident else 0,
        "since": said.since,
        "who": said.who,
        "by": by.name,
    }
    # What they wrote goes with the job; the ledger keeps no free text.
    data = {"repository": reference.repository, "what": what, "seen": said.seen.strip(), "asset": asset, "home": home}
    ports.queue.put("complaint", f"complaints {reference.repository}", data, id=f"complaint:{name}")
    note(ports, reference.repository, what, now)
    return Answer(complaint=complaints(ports, by, only=name)[0])


def note(ports: Ports, repository: str, what: JSON, now: datetime) -> None:
    ports.records.write_ledger(COMPLAINT, repository, 0, now, what, once=f"complaint:{what['id']}")


def _addressed(ports: Ports, some: Sequence[Complaint]) -> tuple[Complaint, ...]:
    """With the addresses of the issues where they are answered; what is asked for that is asked once for all of them."""
    if not some:
        return ()
    since = min(one.at for one in some)
    told = {row["what"]["id"]: row["what"]["marker"] for row in ports.records.ledger(kind=TOLD, since=since)}
    numbers = numbers_of(ports, {one.repository for one in some})
    incidents = {number: ports.records.incident(number) for number in {one.incident for one in some} - {0}}

    def url(one: Complaint) -> str:
        incident = incidents.get(one.incident)
        number = numbers.get((one.repository, incident_marker(incident) if incident else told.get(one.id, "")))
        return f"{ports.github_url}/{one.repository}/issues/{number}" if number is not None else ""

    return tuple(replace(one, url=url(one)) for one in some)
