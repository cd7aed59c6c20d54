"""Why each reader has to sign: what it reads, and where it says so."""

from __future__ import annotations

from countersign.model.consumer import Registration
from countersign.model.path import show
from countersign.model.verdict import Verdict
from countersign.render.links import Links, where
from countersign.render.markdown import code, link
from countersign.render.readers import reader_name
from countersign.render.waiting import standing
from countersign.render.words import listed

_MOST = 10
_MOST_FIELDS = 6


def why_they_sign(verdict: Verdict, links: Links | None) -> str:
    """A line for each registration whose reader has to sign; "" if none has."""
    entries = list(dict.fromkeys(entry for one in standing(verdict) for signer in one.signers for entry, _ in signer.hits))
    if not entries:
        return ""
    lines = [f"- {_reads(entry)}; {_registered(entry, links)}" for entry in entries[:_MOST]]
    if len(entries) > _MOST:
        lines.append(f"- and {len(entries) - _MOST} more")
    leave = "Who no longer reads it takes its entry out there; what is shown here still waits for its signature."
    return "### Who has to sign, and why\n" + "\n".join(lines) + f"\n\n{leave}"


def _reads(entry: Registration) -> str:
    verb = "needs" if entry.product else "reads"
    if entry.private:
        return f"{reader_name(entry)} {verb} what is hit"
    fields = listed([code(show(path)) for path in entry.fields], _MOST_FIELDS)
    return f"{reader_name(entry)} {verb} {fields or 'all of it'}"


def _registered(entry: Registration, links: Links | None) -> str:
    """The entry's place. Of one that not everybody here may read, and at a desk, only what is known."""
    if entry.private:
        return "registered in a repository that not everybody here may read"
    until = f" until {code(entry.until)}" if entry.until else ""
    place = code(f"{entry.repository + ' ' if entry.repository else ''}{where(entry.place)}", 160)
    return f"registered{until} in {link(place, links.registered(entry)) if links and entry.repository else place}"
