"""Issues for what reached a gated branch past the gate: a direct push, or a merge while the check was red."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.model.finding import Finding
from countersign.model.verdict import Judged, Verdict
from countersign.render.breaks import breaks_table
from countersign.render.changes import Names, change, effect, gone
from countersign.render.links import Links, where
from countersign.render.markdown import code, link, mention, plain, table
from countersign.render.secrecy import told_to, veiled
from countersign.render.waiting import missing, standing
from countersign.render.words import clean, count, listed, short_team, shortened

_MOST = 30
_LONGEST_TITLE = 200
_NEXT = (
    "### What to do\n"
    "1. **If readers fail:** revert the commit in a pull request; the gate judges that as well.\n"
    "2. **If it has to stay:** settle it with the readers of what changed, in this issue, and close it when they agree.\n"
    "3. **So that it does not happen again:** protect the branch, and require the check **Countersign** from this App."
)


def direct_push_issue(
    findings: Sequence[Finding],
    *,
    repository: str,
    branch: str,
    commit: str,
    pusher: str,
    owners: Sequence[str],
    links: Links,
    pull_requests: Sequence[int] = (),
) -> tuple[str, str]:
    """(title, body) of the issue about what a push brought to a gated branch unsigned. owners: they are mentioned, so told.

    pull_requests: those that brought commits of it, though their checks did not show these changes; none for a push past the gate.
    """
    names = Names(findings)
    blocking = [finding for finding in findings if finding.level.blocks]
    rows = [
        [f"**{finding.handle}**", change(finding, names), _where(finding, commit, links), effect(finding, names)]
        for finding in blocking[:_MOST]
    ]
    left = len(blocking) - _MOST
    how = "to" if pull_requests else "straight to"
    body = [
        f"{_told(owners)}{plain(pusher)} pushed {link(code(commit[:7]), f'{links.repository_url}/commit/{commit}')} {how}"
        f" {code(branch.removeprefix('refs/heads/'))} of {code(repository)}. {_brought(pull_requests)}",
        table(("", "change", "where", "what a reader will feel"), rows) + (f"\n\nAnd {left} more." if left > 0 else ""),
        _NEXT,
    ]
    title = (
        f"Pushed past the gate: {count(len(blocking), 'change')} in {clean(branch.removeprefix('refs/heads/'))} that readers did not sign"
    )
    return shortened(title, _LONGEST_TITLE), "\n\n".join(body)


def merged_blocked_issue(verdict: Verdict, *, commit: str, merged_by: str, owners: Sequence[str], links: Links) -> tuple[str, str]:
    """(title, body) of the issue about a pull request that was merged while its check was red. commit: what landed."""
    number, owners = verdict.pull_request.number, told_to(owners, verdict.secret)
    verdict = veiled(verdict)
    blocked = standing(verdict)
    names = Names(one.finding for one in verdict.judged)
    body = [
        f"{_told(owners)}#{number} was merged by {plain(merged_by)} as {link(code(commit[:7]), f'{links.repository_url}/commit/{commit}')}"
        f" while Countersign blocked it.{_unasked(blocked)}",
        breaks_table(verdict, names, links),
        _NEXT,
    ]
    return f"Merged while blocked: #{number}, {count(len(blocked), 'change')} not cleared", "\n\n".join(body)


def _brought(pull_requests: Sequence[int]) -> str:
    if not pull_requests:
        return "No pull request brought it, so nobody could sign."
    named = listed([f"#{number}" for number in pull_requests], 10)
    return f"What landed is not what {named} showed when it passed: nobody was asked about these changes."


def _told(owners: Sequence[str]) -> str:
    return f"{listed([mention(owner) for owner in owners], 10)}: " if owners else ""


def _unasked(blocked: Sequence[Judged]) -> str:
    teams = list(dict.fromkeys(plain(short_team(team)) for signer in missing(blocked) for team in signer.teams))
    return f" Not signed by: {listed(teams, 10)}." if teams else ""


def _where(finding: Finding, commit: str, links: Links) -> str:
    if finding.new is None or gone(finding):
        return f"old line {code(where(finding.old), 120)}" if finding.old else "–"
    return link(code(where(finding.new), 120), links.line(finding.new, commit))
