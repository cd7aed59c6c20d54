"""A verdict as a tree in plain words, for a page: each finding, who signs it and who has, and why other reviews do not count."""

from __future__ import annotations

from collections.abc import Iterator

from countersign.model.finding import Level
from countersign.model.path import show
from countersign.model.shown import ShownCommand, ShownFinding, ShownReview, ShownSigner, ShownVerdict
from countersign.model.signing import Signature, Signer
from countersign.model.verdict import ClearedBy, Judged, Verdict
from countersign.render.breaks import call_sentence, notice_sentence, weighty
from countersign.render.changes import Names, change_plainly, effect_plainly, gone
from countersign.render.links import Links, where
from countersign.render.reviews import why_it_does_not_count
from countersign.render.secrecy import veiled
from countersign.render.titles import title
from countersign.render.words import clean, day, listed, moment, short_team, shortened, soon, weekday

#: What is kept of a long list; a page of more is read by nobody, and the check has the rest.
_MOST = 200
_LONGEST = 600

_CLEARED = {
    ClearedBy.NOTHING: "",
    ClearedBy.HARMLESS: "breaks nobody",
    ClearedBy.SIGNATURES: "countersigned",
    ClearedBy.OVERRIDE: "overridden",
    ClearedBy.DISPUTE: "agreed to be a false alarm",
    ClearedBy.BREAK_GLASS: "the glass is broken",
    ClearedBy.DRAFT: "the contract is a draft",
    ClearedBy.MERGE_GROUP: "it passed in its own pull request",
}


def shown_verdict(verdict: Verdict, links: Links) -> ShownVerdict:
    seen = veiled(verdict)
    names = Names(one.finding for one in seen.judged)
    needing = weighty(seen)
    return ShownVerdict(
        head=seen.pull_request.head,
        conclusion=seen.conclusion.value,
        title=title(seen),
        mode=seen.mode.value,
        contracts=tuple((one.id, clean(one.version[0] or ""), clean(one.version[1] or "")) for one in seen.contracts[:_MOST]),
        findings=tuple(_finding(one, seen, names, links) for one in needing[:_MOST]),
        harmless=len(seen.judged) - len(needing),
        not_asked=tuple(dict.fromkeys(short_team(reader.registration.team) for reader in seen.not_asked[:_MOST])),
        reviews=tuple(
            ShownReview(
                by=clean(one.login),
                state=one.state.value.lower(),
                at=one.at,
                why=why_it_does_not_count(one, clean),
                handles=one.handles,
                url=one.url,
            )
            for one in seen.discounted[:_MOST]
        ),
        commands=tuple(_commands(seen)),
        remarks=tuple(shortened(clean(remark), _LONGEST) for remark in seen.remarks[:_MOST]),
    )


def _finding(one: Judged, verdict: Verdict, names: Names, links: Links) -> ShownFinding:
    finding, request = one.finding, verdict.pull_request
    past = gone(finding) or finding.new is None
    place = finding.old if past else finding.new
    return ShownFinding(
        handle=finding.handle,
        contract=finding.contract,
        rule=finding.rule,
        rule_url=links.rule(finding.rule),
        level=finding.level.value,
        mode=one.mode.value,
        change=change_plainly(finding, names),
        effect=effect_plainly(finding, names),
        place=("old line " if past else "") + where(place) if place else "",
        url=links.line(place, request.base_tip if past else request.head) if place else "",
        cleared=_CLEARED[one.cleared_by],
        blocks=one.blocks,
        signers=tuple(_signer(signer, cleared=one.cleared) for signer in sorted(one.signers, key=_waiting_first)[:_MOST]),
        why=tuple(_why(one)),
    )


def _waiting_first(signer: Signer) -> tuple[bool, tuple[str, ...]]:
    return signer.settled, signer.teams


def _signer(signer: Signer, *, cleared: bool) -> ShownSigner:
    state, said = _stands(signer, cleared=cleared)
    given = None if signer.objector else signer.signature or signer.dated
    shown = [(entry, fields) for entry, fields in signer.hits if not entry.private]
    return ShownSigner(
        who=tuple(map(clean, signer.teams)),
        role=signer.role.value,
        state=state,
        said=said,
        by=clean(signer.objector or (given.login if given else "")),
        at=given.at if given else None,
        url=_url(signer, given),
        reads=tuple(dict.fromkeys(clean(show(field)) or "all of it" for _, fields in shown for field in fields)),
        assets=tuple(
            dict.fromkeys(
                (shortened(clean(asset.kind), 30), shortened(clean(asset.name)), asset.url) for entry, _ in shown for asset in entry.assets
            )
        ),
    )


def _url(signer: Signer, given: Signature | None) -> str:
    """Not of a place that not everybody here may read."""
    hidden = given is None or (given.elsewhere and any(entry.private for entry, _ in signer.hits))
    return "" if hidden or given is None else given.url


def _stands(signer: Signer, *, cleared: bool) -> tuple[str, str]:
    """(state, sentence) of a signer; see `ShownSigner`."""
    given, silence = signer.signature or signer.dated, signer.silence
    if signer.objector:
        until = f" until {soon(signer.objects_until)}" if signer.objects_until else ""
        then = f"; {_any_of(signer.deputies)} may decide in its place" if signer.deputies else ""
        return "objects", f"{clean(signer.objector)} objects{until}{then}"
    if given:
        stead = f", in place of {short_team(given.instead_of)}" if given.instead_of else ""
        there = ", in an issue of its own repository" if given.elsewhere else ""
        if signer.signature is None and given.since:
            return "from", f"{clean(given.login)}{stead} signed from {day(given.since)} on{there}"
        return "signed", f"{clean(given.login)}{stead} signed on {day(given.at)}{there}"
    if signer.consents and silence:
        return "silent", f"silent since {day(silence.due)}, which counts as consent here"
    if cleared:
        return "free", "not needed any more"
    if signer.nobody_can:
        return "nobody", "nobody can sign: the team is empty, or holds only the author"
    if silence is None:
        return "waits", "has not signed"
    asked = f"asked {soon(silence.asked_at)}"
    if not silence.over:
        return "waits", f"{asked}, answer due {soon(silence.due)}"
    deputies = f"; {_any_of(signer.deputies)} may sign in its stead" if signer.deputies else ""
    return "waits", f"{asked}, silent since {soon(silence.due)}{deputies}"


def _any_of(names: tuple[str, ...]) -> str:
    return listed([short_team(name) for name in names], 4, "or")


def _why(one: Judged) -> Iterator[str]:
    """What else it needs, or how it was cleared."""
    yield from (sentence for sentence in (notice_sentence(one), call_sentence(one)) if sentence)
    if not one.cleared:
        yield from (f"Held by {clean(hold.by)} until {weekday(hold.until)}: {_quoted(hold.reason)}." for hold in one.holds if hold.until)
        yield from (f"A suspected reader may miss it: {clean(one.consumer)}." for one in one.suspects if not one.hidden)
    if one.cleared_by is ClearedBy.OVERRIDE and one.override:
        yield f"Overridden by {clean(one.override.by)} until {weekday(one.override.until)}: {_quoted(one.override.reason)}."
    if one.glass and one.glass.given and one.cleared_by in (ClearedBy.NOTHING, ClearedBy.BREAK_GLASS):
        until = f", until {moment(one.glass.until)}" if one.glass.until else ", not yet by enough people"
        yield f"Break-glass by {listed([clean(said.by) for said in one.glass.given])}{until}: {_quoted(one.glass.given[0].reason)}."
    if one.dispute:
        halves = [said for said in (one.dispute.by_owner, one.dispute.by_governance) if said]
        agreed = "" if one.dispute.agreed else "; one more person has to agree"
        yield from (f"Called a false alarm by {clean(said.by)}{agreed}: {_quoted(said.reason)}." for said in halves)
    if one.told:
        yield f"Told, but not waited for: {listed(list(dict.fromkeys(short_team(reader.registration.team) for reader in one.told)))}."
    if not one.signers and not one.cleared and one.finding.level is Level.INVALID:
        yield "The author has to repair it."


def _quoted(reason: str) -> str:
    return f"“{shortened(clean(reason), 200)}”"


def _commands(verdict: Verdict) -> Iterator[ShownCommand]:
    for override in verdict.refused_overrides[:_MOST]:
        said = override.override
        yield _command("override", said.by, override.why, said.reason, said.handles)
    for hold in verdict.refused_holds[:_MOST]:
        yield _command("hold", hold.hold.by, hold.why, hold.hold.reason, hold.hold.handles)
    for refused in verdict.refused_statements[:_MOST]:
        statement = refused.statement
        yield _command(statement.kind.value, statement.by, refused.why, statement.reason, statement.handles)


#: Why a command does not hold, for all kinds of them.
_REFUSED = {
    "not-entitled": "whoever wrote it may not",
    "not-manager": "only the manager of a data product that is built on it may",
    "author": "the author of a pull request may not",
    "committer": "whoever has commits in it may not",
    "expired": "its time is over",
    "past": "its date was past when it was written",
    "too-long": "its end is too far off",
    "unknown": "it names a finding that was not shown then, or several",
    "not-covered": "nothing that it names can be cleared this way",
}


def _command(what: str, by: str, why: str, reason: str, handles: tuple[str, ...]) -> ShownCommand:
    return ShownCommand(
        by=clean(by), what=what, why=_REFUSED[why], reason=shortened(clean(reason), 200), handles=tuple(f"C-{one}" for one in handles)
    )
