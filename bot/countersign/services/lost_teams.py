"""Policies that name teams which do not exist, are called otherwise by now, or in which nobody is: nobody would be asked for long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from countersign.model.command import CloseIssue, Command, KeepIssue
from countersign.model.github import Repository
from countersign.model.policy import Policy
from countersign.model.registrations import LostTeam
from countersign.policy import Document
from countersign.ports import GitTrouble
from countersign.render import lost_teams_issue, lost_teams_settled
from countersign.services.branches import default_ref
from countersign.services.context import Ports
from countersign.services.in_force import documents_at
from countersign.services.renamed import names_now
from countersign.services.roster import nearest_team, teams

_MARKER = "countersign:teams"


def notice_lost_teams(ports: Ports) -> list[Command]:
    """One issue for each repository whose policy names such teams, kept up to date, and closed when it names none."""
    organisations: dict[str, list[Repository]] = {}
    for repository in ports.records.repositories():
        organisations.setdefault(repository.name.split("/")[0], []).append(repository)
    return [command for name, homes in organisations.items() for command in _in_organisation(ports, name, homes)]


def _in_organisation(ports: Ports, name: str, homes: Sequence[Repository]) -> Iterator[Command]:
    if not ports.records.team_names(name):
        return  # the teams were not read yet: nobody knows
    for home in homes:
        try:
            yield from _of(ports, home)
        except GitTrouble:
            continue  # it was never fetched, so it holds nothing that we go by; else the next day's turn finds it


def _of(ports: Ports, home: Repository) -> Iterator[Command]:
    """The default branch as it was fetched last: every push to it is."""
    own, organisation = documents_at(ports.reader, home.name, ports.git.resolve(home.name, default_ref(home)), None)
    document = own or organisation
    policy = ports.reader.policy(home.name, own, organisation).policy if document else None
    if document is None or policy is None:
        return
    lost = (*_lost(ports, document, policy), *_gone(ports, home, document, policy))
    if lost:
        title, body = lost_teams_issue(lost, links=ports.links(home.name, ""))
        yield KeepIssue(repository=home.name, marker=_MARKER, title=title, body=body)
    else:
        yield CloseIssue(repository=home.name, marker=_MARKER, said=lost_teams_settled())


def _lost(ports: Ports, document: Document, policy: Policy) -> Iterator[LostTeam]:
    names = names_now(ports)
    for name in sorted({name for name in _named(policy) if "/" in name}):
        slug = name.removeprefix("@")
        team, now = ports.records.team(slug), names.now(name)
        if team.members and now == name:
            continue
        places = tuple(place for one in (document, *document.parts) for place in _places(one, name))
        if places:  # others stand in the organisation's file, and are told there
            yield LostTeam(
                name=name,
                places=places,
                empty=team.known and not team.members and not team.shared,
                nearest="" if team.known else nearest_team(ports.records.team_names(slug.partition("/")[0], secret=False), slug),
                renamed="" if now == name else now,
                shared=team.shared,
            )


def _gone(ports: Ports, home: Repository, document: Document, policy: Policy) -> Iterator[LostTeam]:
    """People who are named and in no team of the organisation."""
    organisation = home.name.split("/")[0]
    for name in sorted(name for name in _named(policy) if name and "/" not in name):
        places = tuple(place for one in (document, *document.parts) for place in _places(one, name))
        if places and not teams(ports, organisation, [name])[name].known:
            yield LostTeam(name=name, places=places)


def _named(policy: Policy) -> set[str]:
    """Everybody whom the policy gives a say."""
    return {
        *policy.owners,
        *policy.organisation_owners,
        *policy.overrides.by,
        *(owner for entry in policy.publishes for owner in entry.owners),
        *(one for entry in policy.reads for one in (entry.team, *entry.delegates)),
        *(one for product in policy.products for one in (product.manager, product.team)),
        *(entry.team for entry in policy.contested),
    }


def _places(document: Document, name: str) -> Iterator[tuple[str, int]]:
    """(file, line) of every line that writes the name."""
    whole = re.compile(re.escape(name) + r"(?![A-Za-z0-9._/-])")
    for number, line in enumerate(document.text.splitlines(), 1):
        if whole.search(line):
            yield document.file, number
