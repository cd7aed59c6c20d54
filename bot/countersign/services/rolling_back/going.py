"""Going back for an incident, and forward again: the steps in their order, and what the timeline says of them.

Jobs of one contract run one at a time (`services.carry_out`), so no two rollbacks of it are in flight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from countersign.gates.incident import Refused, step
from countersign.model.command import Command, GoBackFor, ProposeRevert
from countersign.model.incident import By, How, Incident, Rollback
from countersign.model.incident_event import Refusal, RevertSettled, RollbackFailed, RolledBack, UndoFailed, Undone
from countersign.ports import GitHubTrouble, GitTrouble
from countersign.render import rollback_steps as render
from countersign.services.codec import load
from countersign.services.context import JSON, Ports
from countersign.services.incidents.turning import following, happen
from countersign.services.rolling_back.reverting import propose_revert
from countersign.services.rolling_back.steps import Step, held, moved_by, table_back, table_forward
from countersign.services.rolling_back.switch import stopped
from countersign.services.telling.news import issue_again


def in_flight(contract: str) -> str:
    """The partition of all jobs that move what belongs to a contract (``org/repo#id``)."""
    return f"going back {contract.lower()}"


def going_back_of(ports: Ports, wanted: GoBackFor | ProposeRevert) -> str:
    """`in_flight` of an incident's."""
    incident = ports.records.incident(wanted.incident)
    return in_flight(incident.contract if incident else "")


def went_back(ports: Ports, data: JSON) -> list[Command]:
    """The job ``go-back``. data: `GoBackFor`. Done again after a crash, it goes on where it was."""
    wanted = load(GoBackFor, data)
    incident = ports.records.incident(wanted.incident)
    if incident is None:
        return []
    run = f"{wanted.incident}:{wanted.revision}"
    if incident.rollback is not Rollback.RUNNING:
        known = ports.records.transition(f"go-back:{run}")
        return list(_followed(wanted, known.said, following(incident, known))) if known else []  # cut short after the line was written
    event = _gone_back(ports, incident, run, by_itself=_by_itself(ports, wanted))
    commands = happen(ports, incident.number, event, once=f"go-back:{run}").commands
    return list(_followed(wanted, event.what if isinstance(event, RolledBack) else (), commands))


def _followed(wanted: GoBackFor, said: tuple[str, ...], commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """With the revert as a job of its own, where it has to wait for GitHub."""
    later = (ProposeRevert(incident=wanted.incident, revision=wanted.revision),) if render.REVERT_LATER in said else ()
    return (*commands, *later)


def proposed_later(ports: Ports, data: JSON) -> list[Command]:
    """The job ``propose-revert``. data: `ProposeRevert`. Raises `GitTrouble` and `GitHubTrouble` while they may pass."""
    wanted = load(ProposeRevert, data)
    incident = ports.records.incident(wanted.incident)
    if incident is None or incident.ended or incident.rollback is not Rollback.DONE:
        return []
    run = f"{wanted.incident}:{wanted.revision}"
    why = stopped(ports)
    made = Step(render.no_revert(why), done=False) if why else propose_revert(ports, incident, run)
    return revert_settled(ports, wanted, made.said)


def revert_settled(ports: Ports, wanted: ProposeRevert, said: str) -> list[Command]:
    """On the timeline, and in the incident's issue."""
    turned = happen(ports, wanted.incident, RevertSettled(what=(said,)), once=f"revert:{wanted.incident}:{wanted.revision}")
    return issue_again(ports, turned.incident) if turned.refused is None else []


def _by_itself(ports: Ports, wanted: GoBackFor) -> bool:
    """Whether no person started it."""
    line = next(one for one in ports.records.timeline(wanted.incident) if one.revision == wanted.revision)
    return line.by.how in (How.CLOCK, How.GUARD)


def _gone_back(ports: Ports, incident: Incident, run: str, *, by_itself: bool) -> RolledBack | RollbackFailed:
    if incident.confirmed is not True:
        return RollbackFailed(why=render.NOT_CONFIRMED, not_done=(render.NOTHING_CHANGED,))
    done: list[str] = []
    for take in _steps(ports, incident, run, by_itself=by_itself):
        why = stopped(ports)
        if why:
            return RollbackFailed(why=why, done=tuple(done), not_done=(render.REST_LEFT,))
        made = take()
        if not made.done:
            return RollbackFailed(why=made.said, done=tuple(done), not_done=(render.REST_LEFT,))
        done.append(made.said)
    holding = incident.runtime.holding(incident.dataset)
    why = stopped(ports)
    try:
        revert = Step(render.no_revert(why), done=False) if why else propose_revert(ports, incident, run)
    except (GitTrouble, GitHubTrouble):
        if not holding:
            raise  # nothing has gone back, so nobody is told that it has
        revert = Step(render.REVERT_LATER, done=False)
    if not revert.done and not holding:
        return RollbackFailed(why=render.no_table(revert.said), done=tuple(done), not_done=(render.NO_DATA_CHANGED,))
    return RolledBack(what=(*done, revert.said))


def _steps(ports: Ports, incident: Incident, run: str, *, by_itself: bool) -> Iterator[Callable[[], Step]]:
    """The source first: a table that goes back while data still comes in would only be written to again."""
    for part in incident.stopped:
        yield lambda part=part: held(ports, incident, part)  # type: ignore[misc]  # bound now, and called with nothing
    for table in incident.runtime.holding(incident.dataset):
        yield lambda table=table: table_back(ports, incident, table, run=run, by_itself=by_itself)  # type: ignore[misc]  # as above


def cannot_be_undone(incident: Incident) -> Refusal | None:
    """Why nothing goes forward again. What is over stays as it ended: data has come in since."""
    answer = step(incident, Undone(by=By(how=How.COMMAND)), incident.opened_at)
    return answer.why if isinstance(answer, Refused) else None


def went_forward(ports: Ports, data: JSON) -> list[Command]:
    """The job ``undo``. data: incident, who, once."""
    incident = ports.records.incident(data["incident"])
    known = ports.records.transition(data["once"])
    if incident is not None and known is not None:
        return list(following(incident, known))  # cut short after the line was written
    if incident is None or cannot_be_undone(incident) is not None:
        return []
    by = By(who=data["who"], how=How.COMMAND)
    moved = moved_by(ports, incident)
    done: list[str] = []
    for one in moved:
        why = stopped(ports)
        made = Step(why, done=False) if why else table_forward(ports, incident, one)
        if not made.done:
            failed = UndoFailed(by=by, why=made.said, done=tuple(done), not_done=(render.REST_LEFT,))
            return list(happen(ports, incident.number, failed, once=data["once"]).commands)
        done.append(made.said)
    nothing = render.REVERT_STAYS if moved else render.NO_TABLE_MOVED
    return list(happen(ports, incident.number, Undone(by=by, what=(*done, nothing)), once=data["once"]).commands)


def gave_up(ports: Ports, job: str, data: JSON, why: str) -> list[Command]:
    """A job of these that was given up, ``go-back`` or ``undo``. What it moved before is on record."""
    incident = ports.records.incident(data["incident"])
    if incident is None:
        return []
    left = (render.LOOK_FIRST,)
    if job == "undo":
        by = By(who=data["who"], how=How.COMMAND)
        return list(happen(ports, incident.number, UndoFailed(by=by, why=why, not_done=left), once=data["once"]).commands)
    run = f"{incident.number}:{data['revision']}"
    moved = (one for one in moved_by(ports, incident) if one["run"] == run)
    done = tuple(render.gone_back(one) for one in moved)
    return list(happen(ports, incident.number, RollbackFailed(why=why, done=done, not_done=left), once=f"go-back:{run}").commands)
