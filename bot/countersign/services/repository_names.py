"""Repositories are known by GitHub's number: what is kept of one follows it to each name that it takes."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.model.github import Repository
from countersign.model.names import with_name
from countersign.services.context import Ports
from countersign.services.elsewhere import ASKED
from countersign.services.in_force import is_organisation


def follow(ports: Ports, listed: Sequence[Repository]) -> list[str]:
    """Bring the records to the names that GitHub has now. listed: all of an installation. The names that are new.

    A repository that came from another installation's organisation is another one here: its readers, owners and rules are others.
    """
    moved = []
    for repository in listed:
        here = ports.records.repository(repository.name)
        if here is not None and here.id == repository.id:
            continue
        _set_aside(ports, repository)
        known = ports.records.repository_numbered(repository.id)
        if known is not None and known.installation == repository.installation:
            _move(ports, repository.id, known.name, repository.name)
            moved.append(repository.name)
    return moved


def _set_aside(ports: Ports, repository: Repository) -> None:
    """A repository takes a name that another had: nothing that was said in that one may count in this one.

    The other's records go under ``name~number``, which no repository on GitHub can be called. If it has only another name by now, they
    go there from here; if it is gone, that is where its registrations go on counting.
    """
    name, here = repository.name, ports.records.repository(repository.name)
    other = here.id if here else 0
    if here is None and not ports.records.was_called(repository.id, name):
        other = ports.records.last_called(name, but=repository.id)
        if ports.records.repository_numbered(other) is not None:
            return  # it took its records along
    if other:
        _move(ports, other, name, f"{name}~{other}")


def _move(ports: Ports, number: int, old: str, new: str) -> None:
    _say_again(ports, old, new)
    ports.records.move_repository(number, old, new, ports.calendar.now())
    if is_organisation(old):  # its rules bound every other repository, and a check must be able to say that they no longer do
        ports.records.write_ledger("repository-forgotten", old, 0, ports.calendar.now(), {"renamed": new})


def _say_again(ports: Ports, old: str, new: str) -> None:
    """The ledger is never changed. What is found in it by a name is noted once more, by the new name, as of the time when it was noted."""
    for row in ports.records.ledger(kind="issue-opened"):
        marker = with_name(row["what"]["marker"], old, new)
        if marker != row["what"]["marker"]:
            once = f"issue-opened:{row['sequence']}:{new}"
            ports.records.write_ledger("issue-opened", row["repository"], row["number"], row["at"], {"marker": marker}, once=once)
    for row in ports.records.ledger(kind=ASKED):
        if row["what"]["home"].lower() == old.lower():
            what = {**row["what"], "home": new, "was": old}
            once = f"{ASKED}:{row['sequence']}:{new}"
            ports.records.write_ledger(ASKED, row["repository"], row["number"], row["at"], what, once=once)
