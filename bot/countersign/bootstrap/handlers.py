"""The jobs of the queue by name, each with the verb that plans it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from countersign.bootstrap.telling import warn_of_unset_secrets
from countersign.model.command import Audit
from countersign.services import (
    chores,
    codec,
    complaints_told,
    deployments,
    enforceability,
    history,
    installations,
    landed,
    missed,
    receive,
    reconcile,
    review_pull_request,
    rolling_back,
    suspects,
    telling,
)
from countersign.services.incidents import reported, said_by_operator, turned_due

if TYPE_CHECKING:
    from countersign.services.context import Ports

JSON = Any


def handlers(ports: Callable[[], Ports]) -> dict[str, Callable[[JSON], Sequence[JSON]]]:
    """job -> data -> the commands that follow, as `services.codec` writes them. ports: asked when a job runs, for they need the queue."""
    return {
        "event": lambda data: codec.dump_commands(receive.receive(ports(), codec.load_event(data))),
        "judge": lambda data: codec.dump_commands(
            review_pull_request.review_pull_request(
                ports(), ports().records.now_called(data["repository"]), data["number"], anew=data["anew"]
            )
        ),
        "audit": lambda data: codec.dump_commands(landed.audit(ports(), codec.load(Audit, data))),
        "settings": lambda data: codec.dump_commands(enforceability.settings_checked(ports(), data["organisation"])),
        "chore": lambda data: codec.dump_commands(chores.do_chore(ports(), data["name"])),
        "evidence": lambda data: codec.dump_commands(suspects.keep_evidence(ports(), data)),
        "dismiss": lambda data: codec.dump_commands(suspects.dismissed_by_operator(ports(), data)),
        "lineage": lambda data: codec.dump_commands(suspects.read_lineage(ports(), data)),
        "report": lambda data: codec.dump_commands(reported(ports(), data)),
        "incident": lambda data: codec.dump_commands(said_by_operator(ports(), data)),
        "go-back": lambda data: codec.dump_commands(rolling_back.went_back(ports(), data)),
        "propose-revert": lambda data: codec.dump_commands(rolling_back.proposed_later(ports(), data)),
        "undo": lambda data: codec.dump_commands(rolling_back.went_forward(ports(), data)),
        "drill": lambda data: codec.dump_commands(rolling_back.drilled(ports(), data)),
        "deployed": lambda data: codec.dump_commands(deployments.deployed_by_operator(ports(), data)),
        "incident-news": lambda data: codec.dump_commands(telling.tell_of(ports(), data)),
        "incident-shown": lambda data: codec.dump_commands(telling.show_of(ports(), data)),
        "send": lambda data: codec.dump_commands(telling.send(ports(), data)),
        "acknowledge": lambda data: codec.dump_commands(telling.acknowledged_outside(ports(), data)),
        "complaint": lambda data: codec.dump_commands(complaints_told.tell_of_complaint(ports(), data)),
        "pager": lambda data: codec.dump_commands(telling.acknowledged_in_pager(ports(), data)),
        "channels": lambda data: warn_of_unset_secrets(ports()),
        "incident-due": lambda data: codec.dump_commands(turned_due(ports(), data)),
        "tick": lambda data: codec.dump_commands(receive.due(ports())),
        "reconcile": lambda data: codec.dump_commands(reconcile.reconcile_all(ports())),
        "rebuild": lambda data: codec.dump_commands(installations.rebuild(ports())),
        "history": lambda data: codec.dump_commands(history.remember(ports(), data)),
        "missed-pushes": lambda data: codec.dump_commands(missed.missed_pushes(ports())),
    }
