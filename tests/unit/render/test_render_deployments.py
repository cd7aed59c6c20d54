"""What a workflow hears before it deploys, and the pull request that takes a change back."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from countersign.gates.deployment import may_deploy
from countersign.model.deployment import DeploymentFacts, LetThrough, OpenIncident, UnsignedCommit
from countersign.model.incident import Incident, Suspected
from countersign.render import Links
from countersign.render.deployments import deployment_comment, deployment_unanswered
from countersign.render.rollbacks import revert_message, revert_proposal

GOLDEN = Path(__file__).parents[2] / "golden" / "render"
LINKS = Links(repository_url="https://github.test/acme/orders", rules_url="", head="a" * 40)
OPEN = OpenIncident(number=3, contract="orders", url="https://github.test/acme/orders/issues/12")
FACTS = DeploymentFacts(repository="acme/orders", environment="production", commit="c" * 40, since="a" * 40)
INCIDENT = Incident(
    number=3, contract="acme/orders#orders", dataset="orders", source="kafka", opened_at=datetime(2026, 3, 2, 9, tzinfo=UTC)
)


def says(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text)
    assert text == file.read_text()


def told(**facts: object) -> str:
    return deployment_comment(may_deploy(DeploymentFacts(**{**_known(), **facts})), LINKS)


def _known() -> dict[str, object]:
    return {"repository": FACTS.repository, "environment": FACTS.environment, "commit": FACTS.commit, "since": FACTS.since}


def test_what_a_workflow_hears() -> None:
    hostile = OpenIncident(number=4, contract="a`|<b>@acme/all</b>")
    past = tuple(UnsignedCommit(commit=f"{number:x}" * 40, contracts=("orders", "")) for number in range(1, 8))
    comments = {
        "Nothing stands against it": told(),
        "The first one": told(since=""),
        "It goes back": told(goes_back=True, incidents=(OPEN,)),
        "A contract is broken": told(incidents=(OPEN,)),
        "Two are, one without an issue and with a hostile name": told(incidents=(OPEN, hostile)),
        "The revert": told(incidents=(OpenIncident(number=3, contract="orders", through=LetThrough.REVERTS),)),
        "The fix": told(incidents=(OpenIncident(number=3, contract="orders", through=LetThrough.OWNER),)),
        "Past the gate": told(unsigned=past),
        "Both": told(incidents=(OPEN,), unsigned=past[:1]),
        "It cannot be judged": told(unread="More than 500 commits have come since aaaaaaa, which runs there now."),
        "It could not be decided": deployment_unanswered("Countersign could not finish its work (GitTrouble, in run r-1)."),
    }
    says("deployments.md", "".join(f"## {title}\n\n{text}\n\n" for title, text in comments.items()))
    assert all(len(text.encode()) <= 1_000 for text in comments.values()), "what is longer is cut"


def test_the_pull_request_that_takes_a_change_back() -> None:
    made = {"reverts": "b" * 40, "pull": 7, "whole": True}
    whole = revert_proposal(INCIDENT, made, "https://github.test")
    rest = revert_proposal(INCIDENT, {**made, "pull": 0, "whole": False}, "https://github.test")
    message = revert_message(INCIDENT, Suspected(commit="b" * 40, pull=7))
    says("reverts.md", "\n\n---\n\n".join([*whole, *rest, f"```\n{message}```\n"]))
