"""What the payments team does with its service on GitHub: changes it, deploys it, and is told when its data is broken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from countersign.demo.acme import Acme
from countersign.demo.people import Clone, PullRequest, Repository
from countersign.demo.play import expect

JSON = Any

#: Where the service deploys to, as the policy names it.
_ENVIRONMENT = "production"


@dataclass(slots=True)
class Payments:
    """Team and repository. workshop: where clones are."""

    acme: Acme
    workshop: Path
    clone: Clone = field(init=False)

    def __post_init__(self) -> None:
        self.clone = self.acme["paula"].clones(self.repository, self.workshop / "paula-checkout")

    @property
    def repository(self) -> Repository:
        return self.acme.repository("checkout")

    def protects(self) -> None:
        """Countersign is asked before a workflow deploys."""
        self.acme.github.steer("PUT", f"/repos/{self.repository.name}/environments/{_ENVIRONMENT}", {"apps": [self.acme.app]})

    def proposes(self, branch: str, what: str, files: Mapping[str, str]) -> PullRequest:
        self.clone.branch(branch)
        self.clone.commits(what, files)
        self.clone.pushes()
        return self.acme["paula"].opens(self.repository, branch, what)

    def tip(self, ref: str = "main") -> str:
        """The commit of a branch."""
        self.clone.git("fetch", "--quiet", "origin")
        return self.clone.git("rev-parse", f"origin/{ref}")

    def file(self, name: str, commit: str) -> str:
        return self.clone.git("show", f"{commit}:{name}") + "\n"

    def tree(self, commit: str) -> str:
        return self.clone.git("rev-parse", f"{commit}^{{tree}}")

    def would_deploy(self, commit: str) -> JSON:
        """A workflow run that reaches its deploying job; how it was answered: state, comments, deployment."""
        asked = self.acme.github.steer(
            "POST", f"/repos/{self.repository.name}/runs", {"environment": _ENVIRONMENT, "ref": commit, "as": "pete"}
        )
        return self.acme.github.steer("GET", f"/runs/{asked['run']}", wait=30)

    def may_deploy(self, commit: str) -> JSON:
        """The same, of a run that has to be let through."""
        answer = self.would_deploy(commit)
        expect(answer["state"] == "approved", f"deploying {commit[:7]} was {answer['state']}: {answer['comments']}")
        return answer

    def has_deployed(self, run: JSON) -> None:
        """The workflow says so."""
        self.acme["pete"].call("POST", f"/repos/{self.repository.name}/deployments/{run['deployment']}/statuses", {"state": "success"})

    def incidents(self) -> list[int]:
        """Those of which an issue is open."""
        listed = self.acme["pete"].call("GET", f"/repos/{self.repository.name}/issues?state=open")
        found = (re.search(r"countersign:incident:(\d+)", one["body"] or "") for one in listed)
        return [int(one[1]) for one in found if one]

    def issue(self, incident: int) -> JSON:
        """Of an incident."""
        listed = self.acme["pete"].call("GET", f"/repos/{self.repository.name}/issues?state=all")
        found = [one for one in listed if f"countersign:incident:{incident}" in (one["body"] or "").split()]
        expect(len(found) == 1, f"incident {incident} has {len(found)} issues in {self.repository.name}")
        return found[0]

    def says(self, issue: JSON, body: str) -> None:
        self.acme["pete"].comments(PullRequest(self.repository, issue["number"]), body)

    def proposals(self) -> list[JSON]:
        """Pull requests that are open."""
        return list(self.acme["pete"].call("GET", f"/repos/{self.repository.name}/pulls?state=open"))

    def pages(self, incident: int) -> list[tuple[str, str]]:
        """(who was paged, what was done), at PagerDuty."""
        received = self.acme.github.steer("GET", "/notifications", kind="page")["received"]
        mine = (one for one in received if one["body"]["dedup_key"].endswith(f":incident:{incident}"))
        return [(one["to"].lstrip("0"), one["body"]["event_action"]) for one in mine]


def reason(run: JSON) -> str:
    """The first sentence of what the workflow was told, without its links."""
    text = re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", run["comments"][0]).replace("**", "").replace("`", "")
    return str(text.partition(". ")[0])
