"""A verdict on a terminal: a block a file, a few lines a finding.

Text goes in cleaned, so that a contract cannot steer the terminal. The only escape sequences are the colours set here; who prints them
anywhere else takes them out (`click.echo` does). Without a library for tables, so that `countersign check` starts at once.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from countersign.model.contract import Place
from countersign.model.finding import Level
from countersign.model.signing import Signer, SignerRole
from countersign.model.verdict import ClearedBy, Conclusion, Judged, Verdict
from countersign.render.at_length import lines_of
from countersign.render.breaks import weighty
from countersign.render.changes import Names, change_plainly, effect_plainly, gone, gone_elsewhere
from countersign.render.proof import proof_plainly
from countersign.render.rule_pages import body
from countersign.render.secrecy import veiled
from countersign.render.titles import title
from countersign.render.waiting import needs_call, needs_notice, unsigned
from countersign.render.words import clean, count, listed, short_team
from countersign.rules import RULES

_BOLD, _DIM, _RED, _GREEN, _YELLOW = "1", "2", "31", "32", "33"
_STYLE = {Conclusion.SUCCESS: f"{_BOLD};{_GREEN}", Conclusion.FAILURE: f"{_BOLD};{_RED}", Conclusion.NEUTRAL: f"{_BOLD};{_YELLOW}"}
#: More than anybody reads in a terminal.
_MOST = 60
_NARROWEST = 60


def terminal(verdict: Verdict, width: int = 100, *, why: bool = False) -> str:
    """The verdict in lines of at most ``width`` columns: what needs somebody, by file; what is only told; what is not known.

    why: at the first finding of each rule, the rule at length.
    """
    return "\n".join(_lines(veiled(verdict), max(width, _NARROWEST), why))


def _lines(verdict: Verdict, width: int, why: bool) -> Iterator[str]:
    yield from _wrapped(title(verdict), width, style=_STYLE[verdict.conclusion])
    if not verdict.touched:
        return
    names = Names(one.finding for one in verdict.judged)
    rows = weighty(verdict)
    explained: set[tuple[str, ...]] = set()
    at_length: set[str] = set()
    for heading, block in _by_file(rows[:_MOST]).items():
        yield ""
        yield from _wrapped(heading, width, style=_BOLD)
        column = max(len(_line(one)) for one in block)
        for one in block:
            first = one.finding.rule not in at_length
            yield from _told(one, names, column, width, explained)
            if why and first:
                at_length.add(one.finding.rule)
                yield ""
                yield from lines_of(body(RULES[one.finding.rule]), width, " " * (column + 4))
                yield ""
    if rows:
        yield ""
    if len(rows) > _MOST:
        yield f"and {len(rows) - _MOST} more; --format json lists them all"
    harmless = [change_plainly(one.finding, names) for one in verdict.judged if one.cleared_by is ClearedBy.HARMLESS]
    if harmless:
        yield from _wrapped(f"Breaks nobody: {listed(harmless, 10)}.", width, style=_DIM)
    for remark in verdict.remarks:
        yield from _wrapped(f"Note: {clean(remark)}", width)
    if verdict.offer:
        lines = count(verdict.offer.lines, "line")
        yield from _wrapped(f"`countersign fix` prints a patch ({lines}) that keeps the old beside the new and breaks nobody.", width)
    if rows and not verdict.online:
        yield from _wrapped("At your desk, signatures, overrides and running notices are not known.", width, style=_DIM)
    if rows and not why:
        yield from _wrapped(f"`countersign explain {rows[0].finding.rule}` says what that rule is for, and the way out.", width, style=_DIM)


def _told(one: Judged, names: Names, column: int, width: int, explained: set[tuple[str, ...]]) -> Iterator[str]:
    """The change; its level, its rule and what it needs; the line that is gone; and, once a rule, what readers will feel."""
    finding = one.finding
    colour = _GREEN if one.cleared else _RED if one.blocks else _YELLOW
    start = f"  {_line(one):<{column}}  {_paint(finding.handle, colour)}  "
    indent = " " * (column + 4)
    first, *rest = textwrap.wrap(change_plainly(finding, names), width - len(indent) - len(finding.handle) - 2) or [""]
    yield start + first
    for line in rest:
        yield indent + " " * (len(finding.handle) + 2) + line
    yield from _wrapped(f"{finding.level.value} · {finding.rule} · {_needs(one)}", width, indent, style=_DIM)
    if gone(finding) and finding.old and finding.old.text:
        yield from _wrapped(f"was: {clean(finding.old.text)}", width, indent)
    message = finding.note("message")
    key = (finding.rule, finding.after if finding.after in ("true", "false") else "", message)
    if key not in explained:
        explained.add(key)
        yield from _wrapped(effect_plainly(finding, names), width, indent)
    yield from _wrapped(proof_plainly(finding), width, indent)


def _by_file(rows: Sequence[Judged]) -> dict[str, list[Judged]]:
    blocks: dict[str, list[Judged]] = {}
    for one in rows:
        place = _place(one)
        blocks.setdefault(clean(place.file) if place else clean(one.finding.contract) or "policy", []).append(one)
    return blocks


def _place(one: Judged) -> Place | None:
    finding = one.finding
    return finding.old if gone(finding) and not gone_elsewhere(finding) else finding.new or finding.old


def _line(one: Judged) -> str:
    place = _place(one)
    if place is None:
        return ""
    return f"{'old ' if place is one.finding.old and gone(one.finding) else ''}line {place.line}"


def _needs(one: Judged) -> str:
    if one.cleared:
        return {ClearedBy.DRAFT: "a draft, blocks nobody", ClearedBy.OVERRIDE: "overridden"}.get(one.cleared_by, "cleared")
    if not one.signers:
        return "needs a repair" if one.finding.level is Level.INVALID else "needs an override"
    parts = []
    registered = [
        short_team(signer.teams[0])
        for signer in unsigned(one)
        if signer.role in (SignerRole.CONSUMER, SignerRole.MANAGER, SignerRole.NAMED)
    ]
    if registered:
        parts.append(f"a signature of {listed(registered)}")
    parts += dict.fromkeys(_owner(signer) for signer in unsigned(one) if signer.role in (SignerRole.OWNERS, SignerRole.ORGANISATION))
    if needs_notice(one) and one.notice:
        parts.append(f"{count(one.notice.days, 'day')} of notice")
    if needs_call(one) and one.open_call:
        parts.append(f"an open call of {count(one.open_call.days, 'day')}")
    return f"needs {listed(parts)}"


def _owner(signer: Signer) -> str:
    of = f" ({listed([short_team(team) for team in signer.teams], 2, 'or')})" if signer.teams else ""
    return f"a signature of an owner{of}" if signer.role is SignerRole.OWNERS else f"a signature of an owner of the organisation{of}"


def _wrapped(text: str, width: int, indent: str = "", *, style: str = "") -> Iterator[str]:
    for line in textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False):
        yield _paint(line, style) if style else line


def _paint(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"
