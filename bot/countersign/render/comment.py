"""The one comment in a pull request: for teams that GitHub would not let us ask, and where the gate only warns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from countersign.model.policy import Mode
from countersign.model.verdict import Verdict
from countersign.render.breaks import breaks_table, weighty
from countersign.render.changes import Names
from countersign.render.links import Links
from countersign.render.markdown import folded, mention, prose
from countersign.render.safest import safest_way
from countersign.render.secrecy import told_to, veiled
from countersign.render.titles import title
from countersign.render.words import listed

#: More names than this in one comment would be noise; GitHub itself tells at most 50 people.
MOST_MENTIONS = 50


def sticky_comment(verdict: Verdict, *, refused: Sequence[str], links: Links, now: datetime) -> str:
    """The comment's Markdown; whoever posts it adds the marker by which it is found again.

    Once nothing stands in the way, it is folded to its first line.

    refused: teams and people whose review could not be requested; they alone are mentioned, so that nobody else is pinged.
    """
    refused = told_to(refused, verdict.secret)
    verdict = veiled(verdict)
    names = Names(one.finding for one in verdict.judged)
    parts = [f"**{prose(title(verdict))}**"]
    if refused:
        parts.append(
            f"{listed([mention(name) for name in refused], MOST_MENTIONS)}: your signature is needed here, and GitHub did not let"
            " Countersign request your review (no access to this repository, or no such team). An approving review signs."
        )
    if verdict.would_block and verdict.mode is not Mode.ENFORCE:
        parts.append("The gate only warns here, so nothing stops the merge. It would stop where the gate is enforced.")
    if weighty(verdict):
        changes = breaks_table(verdict, names, links)
        parts.append(changes if verdict.would_block else folded("What changes, and who let it pass", changes))
    way = safest_way(verdict, names, now)
    if way:
        parts.append(way)
    parts.append("The whole text is in the check **Countersign** of this pull request. This comment is kept up to date.")
    return "\n\n".join(parts)
