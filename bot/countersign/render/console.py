"""A verdict on a terminal, through Rich. Text goes in cleaned and never as markup, so that a contract cannot steer the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from countersign.model.finding import Level
from countersign.model.verdict import ClearedBy, Conclusion, Judged, SignerRole, Verdict
from countersign.render.breaks import weighty
from countersign.render.changes import Names, change_plainly, effect_plainly, gone
from countersign.render.links import where
from countersign.render.titles import title
from countersign.render.waiting import needs_call, needs_notice, unsigned
from countersign.render.words import clean, count, listed, short_team

_STYLE = {Conclusion.SUCCESS: "bold green", Conclusion.FAILURE: "bold red", Conclusion.NEUTRAL: "bold yellow"}
_MOST = 60
_WIDEST_PLACE = 40


def show(verdict: Verdict, console: Console) -> None:
    """Print the verdict: the title, a table of what needs somebody, what it means, and what is only told."""
    console.print(Text(title(verdict), style=_STYLE[verdict.conclusion]))
    if not verdict.touched:
        return
    names = Names(one.finding for one in verdict.judged)
    rows = weighty(verdict)
    if rows:
        console.print()
        console.print(_table(rows[:_MOST], names))
        if len(rows) > _MOST:
            console.print(Text(f"and {len(rows) - _MOST} more; --format json lists them all"))
        console.print()
        for one in rows[:_MOST]:
            console.print(Text.assemble((one.finding.handle, "bold"), "  ", (one.finding.rule, "dim")))
            console.print(Padding(Text(_told(one, names)), (0, 0, 0, 2)))
    harmless = [change_plainly(one.finding, names) for one in verdict.judged if one.cleared_by is ClearedBy.HARMLESS]
    if harmless:
        console.print(Text(f"Breaks nobody: {listed(harmless, 10)}.", style="dim"))
    for remark in verdict.remarks:
        console.print(Text(f"Note: {clean(remark)}"))
    if rows and not verdict.online:
        console.print(Text("At your desk, signatures, overrides and running notices are not known.", style="dim"))


def _table(rows: tuple[Judged, ...], names: Names) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("change", overflow="fold")
    table.add_column("where", no_wrap=True)
    table.add_column("needs", overflow="fold")
    for one in rows:
        finding = one.finding
        place = finding.old if gone(finding) else finding.new or finding.old
        table.add_row(
            Text(finding.handle, style="green" if one.cleared else "red" if one.blocks else "yellow"),
            Text(change_plainly(finding, names)),
            Text(("old " if gone(finding) else "") + _short(where(place)) if place else "–"),
            Text(_needs(one)),
        )
    return table


def _short(place: str) -> str:
    """The end of a long place: the file's name and the line say more than its folders."""
    return place if len(place) <= _WIDEST_PLACE else "…" + place[1 - _WIDEST_PLACE :]


def _needs(one: Judged) -> str:
    if one.cleared:
        return {ClearedBy.DRAFT: "nothing: a draft", ClearedBy.OVERRIDE: "nothing: overridden"}.get(one.cleared_by, "nothing more")
    if not one.signers:
        return "a repair" if one.finding.level is Level.INVALID else "an override"
    parts = []
    registered = [short_team(signer.teams[0]) for signer in unsigned(one) if signer.role in (SignerRole.CONSUMER, SignerRole.NAMED)]
    if registered:
        parts.append(f"signed by {listed(registered)}")
    if len(registered) < len(unsigned(one)):
        parts.append("signed by an owner")
    if needs_notice(one) and one.notice:
        parts.append(f"{count(one.notice.days, 'day')} of notice")
    if needs_call(one) and one.open_call:
        parts.append(f"an open call of {count(one.open_call.days, 'day')}")
    return ", ".join(parts)


def _told(one: Judged, names: Names) -> str:
    finding = one.finding
    old = f"Old line {finding.old.line}: {clean(finding.old.text)}\n" if gone(finding) and finding.old and finding.old.text else ""
    return old + effect_plainly(finding, names)
