"""``/countersign dismiss S-… "why"`` in a pull request: somebody says that a suspected reader is none."""

from __future__ import annotations

import re

from countersign.gates.people import People, as_known
from countersign.gates.suspects import NotDismissed
from countersign.ports import GitTrouble
from countersign.services.command_line import said_in
from countersign.services.context import Ports
from countersign.services.gather import gather
from countersign.services.suspects import dismiss

_HANDLE = re.compile(r"S-[A-Z2-7]{6}", re.IGNORECASE)


def dismissals(ports: Ports, repository: str, number: int, body: str, *, by: str, user: int, url: str, source: int) -> bool:
    """Whether a text dismisses anything. What came of each is on record, for the answer.

    source: the comment's id, or minus the review's. A dismissal while Git cannot be reached has to be written again.
    """
    wanted = [
        (said.words[0].upper(), (said.options.get("--reason") or " ".join(said.words[1:])).strip())
        for said in said_in(body)
        if said.verb == "dismiss" and said.words and _HANDLE.fullmatch(said.words[0])
    ]
    row, home = ports.records.pull_request(repository, number), ports.records.repository(repository)
    if not wanted or row is None or home is None or row.state != "open":
        return False
    try:
        facts = as_known(gather(ports, home, row).facts)
    except GitTrouble:
        return False
    known = People.of(facts.teams).login(by, user)
    for handle, why in wanted:
        refused = dismiss(ports, facts, handle, known, why) if why else NotDismissed.NO_REASON
        what = {"suspect": handle, "by": by, "url": url, "refused": refused.value if refused else ""}
        ports.records.write_ledger(
            "dismissal", repository, number, ports.calendar.now(), what, once=f"dismissal:{repository}:{source}:{handle}"
        )
    return True
