"""Pushes that nobody told us of, because we were down or their webhooks were lost: found by where the branches are now."""

from __future__ import annotations

from countersign.model.command import Command
from countersign.model.github import PushEvent, Repository
from countersign.ports import GitTrouble
from countersign.services.branches import default_ref
from countersign.services.context import Ports
from countersign.services.in_force import is_organisation
from countersign.services.push import pushed

#: GitHub does not say afterwards who pushed.
_WHO = "somebody"


def missed_pushes(ports: Ports) -> list[Command]:
    """Every gated branch that has moved since we last heard of it is treated as if its push came now: what landed is audited.

    A branch that we never heard of begins here.
    """
    publishing = {reference.repository for reference, _ in ports.records.catalogue()}
    commands: list[Command] = []
    for home in ports.records.repositories():
        if home.name in publishing or is_organisation(home.name) or ports.records.registrations_of(home.name):
            commands += _of(ports, home)
    return commands


def _of(ports: Ports, home: Repository) -> list[Command]:
    known = ports.records.tips(home.name)
    commands: list[Command] = []
    for ref in dict.fromkeys([default_ref(home), *known]):
        try:
            ports.git.fetch(home.name, [ref])
            tip = ports.git.resolve(home.name, ref)
        except GitTrouble:  # the branch is gone, or Git is not to be had now; the next look comes
            continue
        before = known.get(ref)
        if before is None:
            ports.records.keep_tip(home.name, ref, tip)
        elif before != tip:
            what = {"ref": ref, "before": before, "after": tip}
            once = f"push-missed:{home.name}:{ref}:{tip}"
            ports.records.write_ledger("push-missed", home.name, 0, ports.calendar.now(), what, once=once)
            commands += pushed(ports, PushEvent(repository=home, ref=ref, before=before, after=tip, pusher=_WHO))
    return commands
