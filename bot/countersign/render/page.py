"""The text of a verdict as Markdown: the state in a line, the ways forward, what breaks for whom, and the rest for who wants to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from countersign.model.finding import Level
from countersign.model.path import show
from countersign.model.pull_request import ContractFacts, Reader, Standing
from countersign.model.verdict import ClearedBy, Conclusion, NoticeState, Verdict
from countersign.render import waiting
from countersign.render.agreements import refused_statement
from countersign.render.breaks import breaks_table, paragraphs, weighty, who_may
from countersign.render.changes import Names, change
from countersign.render.engines import through
from countersign.render.expectations import still_expected
from countersign.render.links import Links
from countersign.render.markdown import code, link, mention, plain
from countersign.render.readers import products_among, reader_name
from countersign.render.registrations import about_readers
from countersign.render.reviews import how_to_sign, refused_holds, refused_overrides, remarks, reviews_that_do_not_count
from countersign.render.suspects import how_complete, nothing_known, suspected_readers
from countersign.render.ways import ways
from countersign.render.why import why_they_sign
from countersign.render.words import count, listed, short_team, weekday

_MOST = 10

DOES_NOT_COUNT = {
    Standing.NO_SUCH_TEAM: "no such team",
    Standing.NO_WRITE_ACCESS: "the team may not write to the repository that registers it",
    Standing.OTHER_ORGANISATION: "registered by another organisation",
    Standing.LAPSED: "its `until` has passed: a new date there renews it",
    Standing.TOO_LONG: "its `until` is more than 12 months ahead",
    Standing.LATE: "registered after this was first shown: it has a say in what comes next",
    Standing.CONTESTED: "the owners contest its registration: it is told, and not waited for, until they take that back",
}


def summary(verdict: Verdict, links: Links | None, now: datetime) -> str:
    """What must be seen in five seconds, then the ways forward, then the table."""
    names = Names(one.finding for one in verdict.judged)
    parts = [headline(verdict, names)]
    offered = ways(verdict, names, now)
    if offered:
        parts.append("### Your ways forward\n" + "\n".join(f"{at}. {way}" for at, way in enumerate(offered, 1)))
    refused = [
        *refused_overrides(verdict),
        *(refused_statement(one) for one in verdict.refused_statements[:_MOST]),
        *refused_holds(verdict),
    ]
    if refused:
        parts.append("### Commands that do not hold\n" + "\n".join(f"- {one}" for one in refused))
    if weighty(verdict):
        heading = "What breaks, and for whom" if verdict.would_block else "What changes, and who let it pass"
        parts.append(f"### {heading}\n" + breaks_table(verdict, names, links))
    return "\n\n".join(parts)


def details(verdict: Verdict, links: Links | None) -> str:
    """A paragraph a finding, who was not asked, what is safe, how complete this is, reviews, and what was judged."""
    if not verdict.touched:
        return ""
    names = Names(one.finding for one in verdict.judged)
    why = why_they_sign(verdict, links)
    parts = [*paragraphs(verdict, names, links), *_harmless(verdict, names), *([why] if why else []), *_readers(verdict)]
    if verdict.online:
        parts += [
            part
            for part in (how_to_sign(verdict) if waiting.unsettled(waiting.standing(verdict)) else "", reviews_that_do_not_count(verdict))
            if part
        ]
    parts.append(f"<sub>{_footer(verdict, links)}</sub>")
    return "\n\n".join(parts)


def headline(verdict: Verdict, names: Names) -> str:
    """Blocked or not, what changes, and by whom it waits."""
    if not verdict.touched:
        return "This pull request touches no contract, no policy and no registration. There is nothing to decide."
    standing = waiting.standing(verdict)
    lines = [_state(verdict)]
    lines += [_contract(contract, verdict) for contract in verdict.contracts[:_MOST]]
    if len(verdict.contracts) > _MOST:
        lines.append(f"{len(verdict.contracts) - _MOST} more contracts are touched.")
    if verdict.below:
        own = "only what this one changes by itself is judged here" + ("" if verdict.below.passes else ", and that one has to pass first")
        lines.append(f"It is stacked on #{verdict.below.number}: {own}.")
    if standing:
        waits = "It waits for" if verdict.conclusion is Conclusion.FAILURE else "It would wait for"
        lines.append(f"**{waits}** {'; '.join(_waits(verdict, names))}.")
    if not verdict.online:
        lines.append("Judged at your desk: signatures, overrides and running notices are not known here.")
    lines += [f"Note: {remark}" for remark in remarks(verdict)]
    return "\n".join(f"{line}<br>" for line in lines[:-1]) + f"\n{lines[-1]}" if len(lines) > 1 else lines[0]


def _state(verdict: Verdict) -> str:
    if not verdict.would_block:
        return "**Passed.**"
    if verdict.conclusion is Conclusion.FAILURE:
        what = "pull request" if verdict.pull_request.number or not verdict.online else "merge group"
        return f"**Blocked.** This {what} cannot be merged yet."
    return f"**Nothing stops the merge:** the gate is in `{verdict.mode.value}` mode here. Where it is enforced, this would be blocked."


def _contract(contract: ContractFacts, verdict: Verdict) -> str:
    old, new = contract.version
    versions = f" {code(old)} → {code(new)}" if old and new and old != new else f" {code(new or old)}" if new or old else ""
    counting = {
        reader.registration.team for reader in contract.readers if reader.standing is Standing.COUNTS and not reader.registration.product
    }
    mine = [one for one in weighty(verdict) if one.finding.contract == contract.id]
    hits = [entry for one in mine for signer in one.signers for entry, _ in signer.hits]
    hit = {entry.team for entry in hits if not entry.product}
    built = products_among(hits)
    total = len(counting | hit)
    if not mine:
        outcome = "nothing in it breaks a reader"
    elif waiting.for_repair(mine) and not hit:
        outcome = f"it has to be repaired first; {count(total, 'registered reader')}"
    elif not total:
        outcome = f"{count(len(mine), 'change')} to look at, and nobody is registered as a reader"
    elif not hit:
        outcome = f"{count(len(mine), 'change')} to look at; {count(total, 'registered reader')}"
    else:
        outcome = _hit(len(hit), total)
    if built:
        outcome += f"; {listed(built, 3)} {'is' if len(built) == 1 else 'are'} built on it"
    draft = ", but it is a draft and blocks nobody" if contract.blocks_nobody else ""
    return f"{code(contract.id)}{versions}: {outcome}{draft}."


def _hit(hit: int, total: int) -> str:
    if total == 1:
        return "its only registered reader is hit"
    if hit == total:
        return f"{'both' if total == 2 else f'all {total}'} of its registered readers are hit"
    return f"{hit} of its {total} registered readers {'is' if hit == 1 else 'are'} hit"


def _waits(verdict: Verdict, names: Names) -> list[str]:
    standing = waiting.standing(verdict)
    found = []
    repairs = waiting.for_repair(standing)
    if repairs:
        found.append(f"the author, to repair {'this' if len(repairs) == 1 else count(len(repairs), 'thing')}")
    if waiting.for_override(standing):
        by = listed([mention(name) for name in verdict.overrides.by], 4, "or") or "the organisation"
        found.append(f"{by}, because only they can let a weaker gate pass")
    missing = waiting.missing(standing)
    if missing:
        found.append(f"{listed([who_may(signer) for signer in missing], 10)} to sign")
    for signer, since in waiting.dated(standing)[:3]:
        found.append(f"the day that {who_may(signer)} signed from, {weekday(since)}")
    for one in waiting.for_notice(standing)[:3]:
        notice = one.notice
        running = notice is not None and notice.state is NoticeState.RUNNING and notice.ends_at
        name = code(names.of(one.finding))
        found.append(
            f"the notice of {name}, until {weekday(notice.ends_at)}"
            if notice and running and notice.ends_at
            else f"the end of {name} to be announced, and {count(notice.days if notice else 0, 'day')} of notice"
        )
    for one in waiting.for_hold(standing)[:3]:
        ends_at = max(hold.until for hold in one.holds if hold.until)
        by = listed([plain(hold.by) for hold in one.holds], 3)
        found.append(f"the end of the hold on {code(names.of(one.finding))} by {by}, until {weekday(ends_at)}")
    calls = waiting.for_call(standing)
    if calls:
        ends = [one.open_call.ends_at for one in calls if one.open_call and one.open_call.ends_at]
        found.append(f"the open call, until {weekday(max(ends))}" if ends else "the open call, which begins when this is ready for review")
    return found or ["a decision"]


def _harmless(verdict: Verdict, names: Names) -> list[str]:
    """One line of what readers are told, one of what is safe."""
    harmless = [one for one in verdict.judged if one.cleared_by is ClearedBy.HARMLESS]
    told = [change(one.finding, names) for one in harmless if one.finding.level is Level.NOTICE]
    safe = [change(one.finding, names) for one in harmless if one.finding.level is Level.SAFE]
    lines = [f"**For information:** {listed(told, _MOST)}."] if told else []
    return [*lines, f"**Safe:** {listed(safe, _MOST)}."] if safe else lines


def _readers(verdict: Verdict) -> list[str]:
    """Who was not asked, and how much is known."""
    parts = []
    if verdict.not_asked:
        lines = [_not_asked(reader, verdict) for reader in verdict.not_asked[:_MOST]]
        if len(verdict.not_asked) > _MOST:
            lines.append(f"and {len(verdict.not_asked) - _MOST} more")
        parts.append("### Not asked\n" + "\n".join(f"- {line}" for line in lines))
    every = [reader for contract in verdict.contracts for reader in contract.readers]
    readers = {(reader.registration.team, reader.standing) for reader in every if not reader.registration.product}
    built = products_among(reader.registration for reader in every if reader.standing is Standing.COUNTS)
    counting = len({team for team, standing in readers if standing is Standing.COUNTS})
    rest = [
        f"{plain(short_team(team))} does not count ({DOES_NOT_COUNT[standing]}{_meant(team, standing, verdict)})"
        for team, standing in sorted(readers)
        if standing is not Standing.COUNTS
    ]
    if verdict.contracts:
        said = about_readers(reader for contract in verdict.contracts for reader in contract.readers)[:_MOST]
        also = "".join(f" {sentence}" for sentence in ([f"{listed(rest, _MOST)}."] if rest else []) + said)
        also += f" {listed(built, 4)} {'is' if len(built) == 1 else 'are'} built on it." if built else ""
        asked = "Do you?" if nothing_known(verdict) else "Do you read it, too?"
        parts.append(
            f"**How complete is this?** {count(counting, 'registered reader')}{how_complete(verdict, also)}"
            + (f" {asked} {code('/countersign register')} answers with the lines that make your team a reader." if verdict.online else "")
        )
        parts += [part for part in (suspected_readers(verdict),) if part]
    return parts


def _meant(team: str, standing: Standing, verdict: Verdict) -> str:
    near = verdict.unknown.get(team, "") if standing is Standing.NO_SUCH_TEAM else ""
    return f"; did you mean {code(near)}?" if near else ""


def _not_asked(reader: Reader, verdict: Verdict) -> str:
    entry = reader.registration
    who = reader_name(entry)
    kept = still_expected(entry, [fields for one in verdict.judged for unharmed, fields in one.unharmed if unharmed == entry])
    if kept:
        return kept
    if any(entry == spared for one in verdict.judged for spared, _ in one.read_through):
        return through(entry)
    if entry.private or not entry.fields:
        return f"{who}: nothing {'of that' if entry.product else 'it reads'} is hit"
    return f"{who} {'needs' if entry.product else 'reads'} {listed([code(show(path)) for path in entry.fields], 6)}: untouched"


def _footer(verdict: Verdict, links: Links | None) -> str:
    request = verdict.pull_request
    base = request.base_ref.removeprefix("refs/heads/")
    rules: Sequence[str] = list(dict.fromkeys(one.finding.rule for one in weighty(verdict)))[:12]
    shown = [link(rule, links.rule(rule)) if links else rule for rule in rules]
    landed = f"{code(request.head[:7])} merged into {code(f'{base}@{request.base_tip[:7]}')}"
    parts = [f"Judged: {landed}, by the policy there and the organisation's"]
    if shown:
        parts.append(f"rules: {', '.join(shown)}")
    if links and links.details_url:
        parts.append(link("all of it", links.details_url))
    if verdict.online:
        parts.append(f"at your desk: {code(f'countersign check --base origin/{base}')}")
        parts.append(f"all commands: {code('/countersign help')}")
    return " · ".join(parts)
