"""What a workflow run is told that waits for us before it deploys."""

from __future__ import annotations

from countersign.model.deployment import DeploymentVerdict, LetThrough, OpenIncident, UnsignedCommit
from countersign.render.links import Links
from countersign.render.markdown import code, link, plain
from countersign.render.words import count, listed

_MOST = 5
_BYPASS = "If it cannot wait, an administrator of the repository can deploy past this rule; GitHub keeps that on record."


def deployment_comment(verdict: DeploymentVerdict, links: Links) -> str:
    """Markdown."""
    facts = verdict.facts
    if facts.unread:
        return (
            f"**Rejected: this cannot be judged.** {plain(facts.unread)} Deploy a commit in between first, or report what runs there:"
            f" `countersign deployed {facts.repository} --commit SHA`. {_BYPASS}"
        )
    if verdict.approved:
        return _approved(verdict)
    said = []
    if verdict.incidents:
        said.append(_incidents(verdict.incidents))
    if verdict.unsigned:
        said.append(_unsigned(verdict.unsigned, links))
    return "\n\n".join([*said, _BYPASS])


def nothing_in_common(since: str) -> str:
    return f"It has no history in common with {since[:7]}, which runs there now."


def too_many_commits(most: int, since: str) -> str:
    return f"More than {most} commits have come since {since[:7]}, which runs there now."


def deployment_unanswered(why: str) -> str:
    return (
        f"**Rejected: this could not be decided.** {plain(why)} Run the job again. If it stays so, tell whoever runs Countersign. {_BYPASS}"
    )


def _approved(verdict: DeploymentVerdict) -> str:
    facts = verdict.facts
    if facts.goes_back:
        return f"Approved: it goes back to {code(facts.commit[:7])}, which ran there before."
    through = [f"{_incident(one)} ({_THROUGH[one.through]})" for one in facts.incidents if one.through is not None]
    if through:
        return f"Approved, though {listed(through)} {'is' if len(through) == 1 else 'are'} open."
    if not facts.since:
        return "Approved: no contract has an open incident. It is the first deployment there that Countersign hears of."
    return f"Approved: no contract has an open incident, and all that came since {code(facts.since[:7])} passed the gate."


_THROUGH = {
    LetThrough.GOES_BACK: "this goes back",
    LetThrough.REVERTS: "this holds the revert",
    LetThrough.OWNER: "an owner has named this commit as the fix",
}


def _incidents(incidents: tuple[OpenIncident, ...]) -> str:
    shown = listed([_incident(one) for one in incidents], _MOST)
    return (
        f"**Rejected: {shown} {'is' if len(incidents) == 1 else 'are'} open.** What goes through: a commit that ran there before, the"
        " revert that Countersign proposes, and the fix, once an owner of the contract has named it in the incident's issue:"
        " `/countersign deploy-fix COMMIT`."
    )


def _incident(one: OpenIncident) -> str:
    return link(f"incident {one.number} of {code(one.contract)}", one.url)


def _unsigned(unsigned: tuple[UnsignedCommit, ...], links: Links) -> str:
    rows = [_commit(one, links) for one in unsigned]
    return (
        f"**Rejected: {count(len(unsigned), 'commit')} since the last deployment did not pass the gate.** {listed(rows, _MOST)}."
        " Revert what readers did not sign, in a pull request that the gate judges, and deploy that."
    )


def _commit(one: UnsignedCommit, links: Links) -> str:
    about = listed([code(contract) if contract else "the policy" for contract in one.contracts], 3)
    return f"{link(code(one.commit[:7]), f'{links.repository_url}/commit/{one.commit}')} ({about})"
