"""Before a check turns green on signatures, GitHub is asked once whether they stand (fail closed)."""

from __future__ import annotations

from dataclasses import replace

from countersign.gates.pull_request import judge
from countersign.model.verdict import Conclusion, Verdict
from countersign.services.context import Ports
from countersign.services.gather import Gathered


def confirmed(ports: Ports, gathered: Gathered) -> Verdict:
    """The verdict by GitHub's own reviews and committers of this moment.

    Raises `GitHubTrouble` if GitHub does not answer: the check then stays as it is, which is not green.
    """
    facts = gathered.facts
    pull_request = facts.pull_request
    answer = ports.github.confirm(pull_request.repository, pull_request.number)
    for review in answer.reviews:
        ports.records.keep_review(pull_request.repository, pull_request.number, review)
    logins = {login.lower() for login in answer.committers if login}
    now = replace(
        facts,
        pull_request=replace(pull_request, committers=pull_request.committers | logins, committers_known=True, draft=answer.draft),
        reviews=answer.reviews,
    )
    verdict = judge(now, ports.calendar.now())
    if answer.head == pull_request.head and answer.open:
        return verdict
    remark = f"GitHub shows another head ({answer.head[:7]}) than the one judged; its own check will follow."
    return replace(verdict, conclusion=Conclusion.FAILURE, would_block=True, remarks=(*verdict.remarks, remark))
