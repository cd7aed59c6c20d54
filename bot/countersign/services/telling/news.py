"""What happened to an incident -> its issue, the channels, and readers elsewhere.

A plan may be made again, after a crash or because GitHub asked for time: it reads the incident as it stands, and everything in it is
known by a name of its own, so that nothing is told twice.
"""

from __future__ import annotations

from dataclasses import replace

from countersign.model.command import CloseIssue, Command, KeepComment, KeepIssue, ShowIncident, TellOf
from countersign.model.incident import Incident
from countersign.model.incident_event import News
from countersign.model.incident_facts import IncidentFacts
from countersign.ports import GitHubTrouble, GitTrouble
from countersign.render import channel_issue, incident_comment, incident_issue, incident_over
from countersign.services.codec import load
from countersign.services.context import JSON, Ports
from countersign.services.discretion import more_public
from countersign.services.incidents import hit, marker, note_hit, note_news
from countersign.services.incidents.promised import Promised, promised, promised_soon
from countersign.services.issues import closed, keep_issue, number_of
from countersign.services.telling.channels import channels_told, outgoing
from countersign.services.telling.elsewhere import told_elsewhere
from countersign.services.telling.facts import bare_facts, issue_url, whole_facts

#: What asks something of the owners, who are not told of an edit.
_COMMENTED = frozenset({News.UNACKNOWLEDGED, News.NOT_CONFIRMED, News.BY_HAND, News.ROLLED_BACK, News.ROLLBACK_FAILED})


def tell_of(ports: Ports, data: JSON) -> list[Command]:
    """The job ``incident-news``. data: a `TellOf`. Raises `GitTrouble` if the policy cannot be had."""
    news = load(TellOf, data)
    incident = ports.records.incident(news.incident)
    if incident is None:
        return []
    there = promised_soon(ports, incident.reference)
    facts = _with_issue(ports, incident, there)
    note_news(ports, incident, news)
    commands: list[Command] = []
    for channel in channels_told(there.policy, facts) if there else ():
        commands += outgoing(ports, channel, facts, news.news, news.revision)
    return [*commands, ShowIncident(incident=news.incident, revision=news.revision, news=news.news)]


def told_at_least(ports: Ports, data: JSON) -> list[Command]:
    """The job was given up: the channels are told by what is known on this machine, and the issue is another job's."""
    news = load(TellOf, data)
    incident = ports.records.incident(news.incident)
    there = promised_soon(ports, incident.reference) if incident else None
    if incident is None or there is None:
        return []
    facts = bare_facts(ports, incident, there)
    note_news(ports, incident, news)
    told = [one for channel in channels_told(there.policy, facts) for one in outgoing(ports, channel, facts, news.news, news.revision)]
    return [*told, ShowIncident(incident=news.incident, revision=news.revision, news=news.news)]


def show_of(ports: Ports, data: JSON) -> list[Command]:
    """The job ``incident-shown``. data: a `ShowIncident`."""
    shown = load(ShowIncident, data)
    incident = ports.records.incident(shown.incident)
    if incident is None:
        return []
    there = promised(ports, incident.reference)
    facts = whole_facts(ports, incident, there, hit(ports, incident, there))
    note_hit(ports, facts.hit, incident, shown)
    return [*_on_github(ports, facts, _issue(facts)), *_comment(ports, facts, shown), *_channel_issues(ports, facts, there, shown.news)]


def issue_again(ports: Ports, incident: Incident) -> list[Command]:
    """The incident's issue as it should read now."""
    there = promised(ports, incident.reference)
    facts = whole_facts(ports, incident, there, hit(ports, incident, there))
    return _on_github(ports, facts, _issue(facts))


def _with_issue(ports: Ports, incident: Incident, there: Promised | None) -> IncidentFacts:
    """With the issue opened here and now if it can be, so that whoever is woken has its address.

    If GitHub does not answer they are woken without it: `ShowIncident` has the same issue once more, as a step that waits.
    """
    if there is not None and not there.fresh:
        return bare_facts(ports, incident, there)
    try:
        facts = whole_facts(ports, incident, there, hit(ports, incident, there))
        if not facts.url and not incident.ended:
            keep_issue(ports, _issue(facts))
    except (GitHubTrouble, GitTrouble):
        return bare_facts(ports, incident, there)
    return replace(facts, url=issue_url(ports, incident))


def _issue(facts: IncidentFacts) -> KeepIssue:
    title, body = incident_issue(facts)
    return KeepIssue(repository=facts.incident.repository, marker=marker(facts.incident), title=title, body=body)


def _on_github(ports: Ports, facts: IncidentFacts, issue: KeepIssue) -> list[Command]:
    if closed(ports, issue.repository, issue.marker):
        return []
    last = [CloseIssue(repository=issue.repository, marker=issue.marker, said=incident_over(facts))] if facts.incident.ended else []
    return [issue, *last, *told_elsewhere(ports, facts)]


def _comment(ports: Ports, facts: IncidentFacts, shown: ShowIncident) -> list[Command]:
    incident = facts.incident
    number = number_of(ports, incident.repository, marker(incident))
    again = shown.news is News.HALTED and shown.revision > 1
    if number is None or incident.ended or not (shown.news in _COMMENTED or again):
        return []
    name = f"{marker(incident)}:{shown.revision}:{shown.news.value}"
    return [KeepComment(repository=incident.repository, number=number, marker=name, body=incident_comment(facts, shown.news))]


def _channel_issues(ports: Ports, facts: IncidentFacts, there: Promised | None, news: News) -> list[Command]:
    """The issue of a channel that has a repository for them, one an incident. Not where more people read than may know of it."""
    incident, commands = facts.incident, list[Command]()
    for channel in channels_told(there.policy, facts) if there else ():
        home = channel.issue
        if not home or ports.records.repository(home) is None or more_public(ports, home, incident.repository):
            continue
        name = f"{marker(incident)}:channel"
        if home.lower() == incident.repository.lower() or closed(ports, home, name):
            continue
        title, body = channel_issue(facts, news)
        commands.append(KeepIssue(repository=home, marker=name, title=title, body=body))
        if incident.ended:
            commands.append(CloseIssue(repository=home, marker=name, said=incident_over(facts)))
    return commands
