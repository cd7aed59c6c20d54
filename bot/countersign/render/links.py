"""Where the things that a check names can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from countersign.model.consumer import Registration
from countersign.model.contract import Place
from countersign.model.finding import Finding
from countersign.model.pull_request import PullRequest
from countersign.render.changes import gone
from countersign.render.markdown import code, link
from countersign.render.words import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """repository_url: ``https://host/org/repo``. rules_url: the folder of the rules' pages. head: the commit the check is of.

    details_url: our own page about the pull request, "" if there is none.
    """

    repository_url: str
    rules_url: str
    head: str
    details_url: str = ""

    def line(self, place: Place, commit: str) -> str:
        """The URL of a line of a file at a commit."""
        return f"{self.repository_url}/blob/{commit}/{quote(place.file, errors='replace')}#L{place.line}"

    def registered(self, entry: Registration) -> str:
        """The URL of a registration's line as it is now, in the repository that holds it."""
        server = self.repository_url.rsplit("/", 2)[0]
        return f"{server}/{entry.repository}/blob/HEAD/{quote(entry.place.file, errors='replace')}#L{entry.place.line}"

    def rule(self, rule: str) -> str:
        """The URL of a rule's page."""
        return f"{self.rules_url}/{rule}.md"


def where(place: Place) -> str:
    """``contracts/orders.odcs.yaml:17``, for plain text."""
    return f"{clean(place.file)}:{place.line}"


def seen_at(finding: Finding, pull_request: PullRequest, links: Links | None) -> str:
    """Where a finding shows, as Markdown: the line of the head, or the line that is gone. Without ``links`` the bare names."""
    past = gone(finding) or finding.new is None
    place = finding.old if past else finding.new
    if place is None:
        return "–"
    label = code(f"{place.file.rpartition('/')[2]}:{place.line}", 60)
    if links is not None:
        label = link(label, links.line(place, pull_request.base_tip if past else pull_request.head))
    return f"old line {label}" if past else label
