"""Which channel is told what, and in which way. Never noise: a page only where somebody has to act now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from countersign.model.command import Outgoing, SendChat, SendMail, SendPage, SendWebhook
from countersign.model.incident import Incident, State
from countersign.model.incident_event import News
from countersign.model.incident_facts import IncidentFacts
from countersign.model.policy import Policy
from countersign.model.telling import Channel, Notification, Page, PageAction
from countersign.render import incident_message, incident_notification, incident_page
from countersign.services.context import Ports
from countersign.services.in_force import is_organisation

#: Somebody has to act now.
LOUD = frozenset(
    {
        News.HALTED,
        News.UNACKNOWLEDGED,
        News.NOT_FIXED,
        News.NOT_CONFIRMED,
        News.BY_HAND,
        News.ROLLED_BACK,
        News.ROLLBACK_FAILED,
    }
)
ENDED = frozenset({News.CLOSED, News.FALSE_ALARM, News.CORRECTED})
_MAILED = LOUD | ENDED | {News.OPENED}
_CHATTED = _MAILED | {News.ACKNOWLEDGED, News.FIXED, News.UNDONE}
#: What the lead is told of, and from then on of everything.
_LEAD = LOUD - {News.HALTED}
#: What ends the ringing.
_ANSWERED = {News.ACKNOWLEDGED: PageAction.ACKNOWLEDGE, News.FIXED: PageAction.RESOLVE, **dict.fromkeys(ENDED, PageAction.RESOLVE)}

#: How long a signed link works.
LINK = timedelta(hours=24)


def channels_told(policy: Policy, facts: IncidentFacts) -> tuple[Channel, ...]:
    """The one on call; the lead too, once something has happened that the lead is told of."""
    on_call = policy.channels.get(policy.on_call)
    if on_call is None:
        return ()
    lead = policy.channels.get(on_call.lead)
    happened = {news for line in facts.timeline for news in line.news}
    return (on_call, lead) if lead is not None and happened & _LEAD else (on_call,)


def outgoing(ports: Ports, channel: Channel, facts: IncidentFacts, news: News, revision: int) -> Iterator[Outgoing]:
    """What goes out by one channel, each under a name of its own."""
    incident = facts.incident
    name = f"{incident.number}:{revision}:{news.value}:{channel.name}"
    link = acknowledge_link(ports, incident, channel)
    if channel.pagerduty and (page := _page(ports, facts, news, link)):
        ringing = news.value if page.action is PageAction.TRIGGER else ""
        yield SendPage(
            incident=incident.number, channel=channel.name, once=f"{name}:page", secret=channel.pagerduty, page=page, news=ringing
        )
    if channel.chat and news in _CHATTED:
        message = incident_message(facts, news, acknowledge=link)
        yield SendChat(incident=incident.number, channel=channel.name, once=f"{name}:chat", secret=channel.chat, message=message)
    if channel.email and news in _MAILED:
        message = incident_message(facts, news, acknowledge=link)
        yield SendMail(incident=incident.number, channel=channel.name, once=f"{name}:mail", address=channel.email, message=message)
    if channel.webhook:
        told = Notification(id=f"{page_key(ports, incident)}:{revision}:{news.value}", body=incident_notification(facts, news, revision))
        yield SendWebhook(incident=incident.number, channel=channel.name, once=f"{name}:webhook", secret=channel.webhook, notification=told)


def page_key(ports: Ports, incident: Incident) -> str:
    """PagerDuty's ``dedup_key``: one for the incident, and no other Countersign's."""
    return f"countersign:{ports.app.id}:incident:{incident.number}"


def number_of_key(ports: Ports, key: str) -> int | None:
    """The incident of such a key; None if it is not ours."""
    prefix, _, number = key.rpartition(":")
    return int(number) if f"{prefix}:" == f"countersign:{ports.app.id}:incident:" and number.isdecimal() and len(number) < 10 else None


def _page(ports: Ports, facts: IncidentFacts, news: News, link: str) -> Page | None:
    key = page_key(ports, facts.incident)
    if news in LOUD:
        return incident_page(facts, news, key=key, acknowledge=link)
    # Where nothing was ever stopped, nobody was paged.
    action = _ANSWERED.get(news) if facts.incident.halted_at is not None else None
    return Page(action=action, key=key) if action else None


def acknowledge_link(ports: Ports, incident: Incident, channel: Channel) -> str:
    """The signed link by which somebody of the channel acknowledges it; "" where it is acknowledged, or nobody could reach the page."""
    waiting = incident.acknowledged is None and incident.state in (State.OPEN, State.HALTED, State.ROLLED_BACK)
    if not waiting or not ports.public_url or ports.seal is None:
        return ""
    until = int((ports.calendar.now() + LINK).timestamp())
    return f"{ports.public_url}/acknowledge/{ports.seal.seal([incident.number, channel.name, until])}"


def unset_secrets(ports: Ports) -> dict[str, tuple[str, ...]]:
    """``org/channel`` -> names of its secrets that the operator has not set, over all organisations. Raises `GitTrouble`."""
    if ports.notify is None:
        return {}
    unset: dict[str, tuple[str, ...]] = {}
    for home in (row.name for row in ports.records.repositories() if is_organisation(row.name)):
        organisation = home.split("/")[0]
        above = ports.organisation_policy(f"{organisation}/any")
        policy = ports.reader.policy(home, None, above.document if above else None).policy
        channels = policy.channels if policy else {}
        unset |= {f"{organisation}/{name}": ports.notify.missing(channel.secrets) for name, channel in sorted(channels.items())}
    return {name: missing for name, missing in unset.items() if missing}
