"""Pauses of the gate whose time is over, and whose issue is still open: whoever began one is told, once.

The App cannot change settings, and should not: whoever took its key could open every gate. What merged meanwhile is audited as ever.
"""

from __future__ import annotations

from countersign.model.command import Command, KeepComment
from countersign.ports import GitHubTrouble
from countersign.render.pause import overdue_comment
from countersign.services.context import Ports
from countersign.services.in_force import is_organisation
from countersign.services.pause import read_pause


def overdue_pauses(ports: Ports) -> list[Command]:
    commands: list[Command] = []
    for home in ports.records.repositories():
        if is_organisation(home.name):
            try:
                commands += _of(ports, home.name)
            except GitHubTrouble:  # the next look comes in a few minutes
                continue
    return commands


def _of(ports: Ports, home: str) -> list[Command]:
    organisation = home.split("/")[0]
    commands: list[Command] = []
    for issue in ports.github.open_issues(home):
        pause = read_pause(issue.body, organisation)
        if pause is None or pause.until > ports.calendar.now() or ports.github.role(home, issue.author) != "admin":
            continue
        body = overdue_comment(pause, issue.author)
        commands.append(KeepComment(repository=home, number=issue.number, marker=f"countersign:pause-over:{issue.number}", body=body))
    return commands
