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
    # Their texts as they were received: what a review was edited to since signs nothing.
    standing = {review.id for review in answer.reviews}
    reviews = ports.records.reviews(pull_request.repository, pull_request.number)
    logins = {login.lower() for login in answer.committers if login}
    now = replace(
        facts,
        pull_request=replace(pull_request, committers=pull_request.committers | logins, draft=answer.draft),
        reviews=tuple(review for review in reviews if review.id in standing),
    )
    verdict = judge(now, ports.calendar.now())
    row = ports.records.pull_request(pull_request.repository, pull_request.number)
    if answer.open and answer.head == pull_request.head and (row is None or answer.base_ref == row.base_ref):
        return verdict
    remark = (
        f"GitHub shows this pull request with the head {answer.head[:7]} into {answer.base_ref}, which is not what was judged;"
        " that is judged as soon as its event arrives."
    )
    return replace(verdict, conclusion=Conclusion.FAILURE, would_block=True, remarks=(*verdict.remarks, remark))
