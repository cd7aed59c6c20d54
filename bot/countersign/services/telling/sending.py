"""The job ``send``: one page, chat, mail or notification, in an order of its own for each way of each channel.

A job of its own, because one channel's trouble must not keep another from being told, nor its chat's trouble its page. What waits for its
channel is sent later; what is refused for good is on record and in the incident's issue.
"""

from __future__ import annotations

from countersign.model.command import Command, Outgoing, SendChat, SendMail, SendPage, SendWebhook
from countersign.model.incident import Incident
from countersign.model.incident_event import News
from countersign.model.telling import PageAction
from countersign.ports import NotifyTrouble
from countersign.services.codec import load_command
from countersign.services.context import JSON, Ports
from countersign.services.telling.facts import NOT_TOLD, TOLD
from countersign.services.telling.messages import MESSAGE_NOT_TOLD, MESSAGE_TOLD
from countersign.services.telling.news import issue_again

#: Pages that only ask for somebody to look after it.
_ASKING = frozenset({News.HALTED.value, News.UNACKNOWLEDGED.value})
_WAYS = {SendPage: "page", SendChat: "chat", SendMail: "mail", SendWebhook: "webhook"}


def send(ports: Ports, data: JSON) -> list[Command]:
    """Raises `NotifyTrouble` where waiting helps."""
    command = load_command(data)
    if not isinstance(command, SendPage | SendChat | SendMail | SendWebhook):
        raise TypeError(f"{type(command).__name__} goes out by no channel")
    key = f"send:{command.once}"
    done, _ = ports.records.attempt(key)
    incident = _incident(ports, command)
    if done or (command.incident and incident is None) or ports.notify is None:
        return []
    if incident is not None and _outdated(command, incident):
        ports.records.done(key, "outdated")
        return []
    try:
        _deliver(ports, command)
    except NotifyTrouble as trouble:
        if trouble.retry_after is not None:
            raise
        ports.records.done(key, "refused")
        return _not_told(ports, incident, command, str(trouble))
    ports.records.done(key, "sent")
    _note(ports, TOLD, incident, command)
    return []


def not_sent(ports: Ports, data: JSON) -> list[Command]:
    """The job was given up: its channel did not answer for too long."""
    command = load_command(data)
    if not isinstance(command, SendPage | SendChat | SendMail | SendWebhook):
        return []
    incident = _incident(ports, command)
    if command.incident and incident is None:
        return []
    return _not_told(ports, incident, command, "It did not answer, however often it was tried.")


def _incident(ports: Ports, command: Outgoing) -> Incident | None:
    """None for what is about none."""
    return ports.records.incident(command.incident) if command.incident else None


def _deliver(ports: Ports, command: Outgoing) -> None:
    if ports.notify is None:
        return
    match command:
        case SendPage():
            ports.notify.page(command.secret, command.page)
        case SendChat():
            ports.notify.chat(command.secret, command.message)
        case SendMail():
            ports.notify.mail(command.address, command.message)
        case SendWebhook():
            ports.notify.webhook(command.secret, command.notification)


def _outdated(command: Outgoing, incident: Incident) -> bool:
    """A page that waited for PagerDuty wakes nobody for what somebody looks after by now, or what is over."""
    if not isinstance(command, SendPage) or command.page.action is not PageAction.TRIGGER:
        return False
    return incident.ended or (command.news in _ASKING and incident.acknowledged is not None)


def _not_told(ports: Ports, incident: Incident | None, command: Outgoing, trouble: str) -> list[Command]:
    _note(ports, NOT_TOLD, incident, command, trouble=trouble)
    return issue_again(ports, incident) if incident is not None else []


def _note(ports: Ports, kind: str, incident: Incident | None, command: Outgoing, *, trouble: str = "") -> None:
    told = {"channel": command.channel, "way": _WAYS[type(command)], "trouble": trouble}
    now = ports.calendar.now()
    if incident is None:
        kind = MESSAGE_TOLD if kind == TOLD else MESSAGE_NOT_TOLD
        ports.records.write_ledger(kind, command.home, 0, now, {"message": command.once, **told}, once=f"{kind}:{command.once}")
        return
    ports.records.write_ledger(kind, incident.repository, 0, now, {"incident": incident.number, **told}, once=f"{kind}:{command.once}")
