"""The ways forward of a red check, the safest first. Only what the product can do is offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from countersign.model.policy import Mode
from countersign.model.signing import Signer
from countersign.model.verdict import Judged, NoticeState, Verdict
from countersign.render import waiting
from countersign.render.agreements import break_glass_way, dispute_way
from countersign.render.breaks import held_for, who_may
from countersign.render.changes import Names, effect
from countersign.render.links import where
from countersign.render.markdown import code, mention, plain
from countersign.render.safest import safest_way
from countersign.render.signers import answers_due, no_deadline, way_sentences
from countersign.render.suspects import settle
from countersign.render.words import count, listed, opened, weekday

_MOST = 8


def ways(verdict: Verdict, names: Names, now: datetime) -> list[str]:
    """Markdown of each way that exists for this verdict, without numbers; empty when nothing stands in the way."""
    standing = waiting.standing(verdict)
    found = [
        _see_to_below(verdict),
        _repair(waiting.for_repair(standing)),
        _leave_the_gate(waiting.for_override(standing), names),
        _leave_registered(standing),
        safest_way(verdict, names, now),
        _get_signed(verdict, standing),
        _let_hold_end(standing, names),
        settle(standing, names, verdict.overrides),
        _let_notice_run(standing, names, now),
        _open_call(standing, names),
        break_glass_way(verdict, standing),
        _override(verdict, standing, now),
        dispute_way(verdict, standing),
    ]
    return [way for way in found if way]


def _see_to_below(verdict: Verdict) -> str:
    if verdict.below is None or verdict.below.passes:
        return ""
    return f"**See to #{verdict.below.number} first.** This one stands on it, and is judged again by itself as soon as that one passes."


def _repair(judged: Sequence[Judged]) -> str:
    if not judged:
        return ""
    names = Names(one.finding for one in judged)
    steps = []
    for one in judged[:_MOST]:
        finding = one.finding
        place = finding.new or finding.old
        at = f"{code(where(place), 120)}: " if place else ""
        version = finding.note("next")
        steps.append(f"{at}write {code('version: ' + version)}." if version else f"{at}{effect(finding, names)}")
    if len(judged) > _MOST:
        steps.append(f"And {len(judged) - _MOST} more, listed below.")
    return "**Repair it.** " + (steps[0] if len(steps) == 1 else "\n" + "\n".join(f"   - {step}" for step in steps))


def _leave_the_gate(judged: Sequence[Judged], names: Names) -> str:
    if not judged:
        return ""
    knobs = listed([code(names.of(one.finding)) for one in judged], 4)
    return f"**Leave the gate as it is.** Take the change of {knobs} out of this pull request."


def _leave_registered(standing: Sequence[Judged]) -> str:
    gone = list(dict.fromkeys(mention(one.finding.team) for one in standing if one.finding.rule == "registration-removed"))
    named = list(dict.fromkeys(mention(one.finding.team) for one in standing if one.finding.rule == "delegate-added"))
    steps = [f"Put the registration of {listed(gone, 4)} back."] if gone else []
    steps += [f"Take the new delegates of {listed(named, 4)} out."] if named else []
    return f"**Leave it as it is.** {' '.join(steps)}" if steps else ""


def _get_signed(verdict: Verdict, standing: Sequence[Judged]) -> str:
    missing, dated = waiting.missing(standing), waiting.dated(standing)
    if not missing:
        return _wait_for_the_day(dated)
    everybody = {(signer.role, signer.teams) for one in standing for signer in one.signers}
    can = [signer for signer in missing if not signer.nobody_can]
    whom = listed([who_may(signer) for signer in can], 10)
    has = "has" if len(can) == 1 else "have"
    sentences = []
    if whom and not verdict.online:
        sentences.append(f"{whom} would be asked in the pull request; at your desk, signatures are not known.")
    elif whom and verdict.pull_request.draft:
        sentences.append(f"{whom} {has} to sign. Nobody is asked while this is a draft: mark it ready for review.")
    elif whom and not verdict.pull_request.number:
        sentences.append(f"{whom} {has} to sign in the pull request; then put it into the merge queue again.")
    elif whom and (verdict.ask or verdict.ask_elsewhere):
        sentences += _asked(verdict, can)
    elif whom and verdict.mode is Mode.OBSERVE:
        sentences.append(f"{whom} would have to sign, by an approving review. Nobody is asked while the gate only observes.")
    elif whom:
        sentences.append(f"{whom} {has} to sign, by an approving review of this pull request.")
    if verdict.online and len(everybody) > 1:
        sentences.append(f"{len(missing)} of {len(everybody)} signatures {'is' if len(missing) == 1 else 'are'} missing.")
    due = answers_due(missing) if verdict.ask or verdict.ask_elsewhere else ""
    endless = no_deadline(can) if verdict.ask or verdict.ask_elsewhere else ""
    sentences += [sentence for sentence in (due, endless) if sentence]
    for signer in missing:
        sentences += way_sentences(signer)
        if signer.nobody_can:
            sentences.append(f"{who_may(signer)}: {_why_nobody(signer, verdict)}")
    sentences += [_signed_from(signer, day) for signer, day in dated]
    return "**Get it signed.** " + " ".join(opened(sentence) for sentence in sentences)


def _why_nobody(signer: Signer, verdict: Verdict) -> str:
    if signer.teams and all(team in verdict.unknown for team in signer.teams):
        if not any("/" in team for team in signer.teams):
            return "nobody of that name is in a team of the organisation. Name somebody else in the policy, or put them into a team."
        near = [verdict.unknown[team] for team in signer.teams if verdict.unknown[team]]
        hint = f"; did you mean {listed([code(name) for name in near], 2, 'or')}?" if near else "."
        return f"there is no such team. Correct the name where the policy or CODEOWNERS has it{hint}"
    if signer.teams and all(team in verdict.shared for team in signer.teams):
        return "several teams have had this name, so it means none of them. Name the right one by another."
    return "there is nobody who may sign, apart from the author. Put somebody into the team."


def _let_hold_end(standing: Sequence[Judged], names: Names) -> str:
    held = waiting.for_hold(standing)
    if not held:
        return ""
    by = list(dict.fromkeys(plain(hold.by) for one in held for hold in one.holds))
    ends = max(hold.until for one in held for hold in one.holds if hold.until)
    return (
        f"**Wait, or talk to {listed(by, 3)}.** {listed([code(names.of(one.finding)) for one in held], 4)}"
        f" {'is' if len(held) == 1 else 'are'} held for {listed(list(dict.fromkeys(name for one in held for name in held_for(one))), 3)}"
        f" until {weekday(ends)}. Whoever holds may end it at any time, by a hold until the same day."
    )


def _wait_for_the_day(dated: Sequence[tuple[Signer, datetime]]) -> str:
    """Everybody has signed, some of them from a day that is still to come."""
    if not dated:
        return ""
    sentences = [_signed_from(signer, day) for signer, day in dated]
    return f"**Wait for the day.** {' '.join(sentences)} An approving review without a date, by the same person, signs at once."


def _signed_from(signer: Signer, since: datetime) -> str:
    return f"{who_may(signer)} has signed from {weekday(since)} on: until then this waits."


def _asked(verdict: Verdict, can: Sequence[Signer]) -> list[str]:
    """Who was asked for a review here, and who in an issue of its own."""
    away = [signer for signer in can if {*signer.teams} & {*verdict.ask_elsewhere}]
    here = [signer for signer in can if signer not in away]
    sentences = []
    if here:
        whom = listed([who_may(signer) for signer in here], 10)
        sentences.append(f"{whom} {'was' if len(here) == 1 else 'were'} asked for a review; an approving review signs.")
    if away:
        whom = listed([who_may(signer) for signer in away], 10)
        has, was, its, signs = ("has", "it was", "its", "signs") if len(away) == 1 else ("have", "they were", "their", "sign")
        sentences.append(f"{whom} {has} no access to this repository: {was} asked in an issue of {its} own, and {signs} there.")
    return sentences


def _let_notice_run(standing: Sequence[Judged], names: Names, now: datetime) -> str:
    judged = waiting.for_notice(standing)
    if not judged:
        return ""
    unsigned = bool(waiting.missing(standing))
    others = [one for one in standing if one not in judged and not one.signers] or waiting.for_repair(standing)
    green = "this check turns green by itself" + (", once it is signed" if unsigned else "")
    green = "this part is done" if others else green
    new = [one for one in judged if one.notice and one.notice.state is NoticeState.NOT_STARTED]
    running = [one for one in judged if one not in new and one.notice and one.notice.ends_at]
    sentences = []
    if any(_signed_in_vain(one) for one in judged):
        sentences.append("Here signatures do not stand for notice: the policy always asks for it (`notice.unless: never`).")
    if new:
        days = max(one.notice.days for one in new if one.notice)
        named = listed([code(names.of(one.finding)) for one in new])
        sentences.append(
            f"Announce the end of {named} {_announced(new)}, in a pull request of its own: nobody has to sign it. {count(days, 'day')}"
            f" after it is merged ({weekday(now + timedelta(days=days))}, if that is today) {green}."
        )
    if running:
        named = listed([code(names.of(one.finding)) for one in running])
        ends = max(one.notice.ends_at for one in running if one.notice and one.notice.ends_at)
        sentences.append(f"The end of {named} is announced. On {weekday(ends)} the notice has run, and {green}.")
    return "**Let the notice run.** " + " ".join(sentences)


def _signed_in_vain(one: Judged) -> bool:
    """Everybody who has a say has signed, and the policy asks for the notice all the same."""
    return one.notice is not None and not one.notice.waivable and bool(one.signers) and all(signer.settled for signer in one.signers)


def _announced(judged: Sequence[Judged]) -> str:
    """Where the announcement is written: the policy knows fields; that a contract ends as a whole is said in the contract."""
    fields = [one for one in judged if one.finding.path]
    whole = "by an `endOfLife` without `element` among the contract's `slaProperties`"
    return "with the lines above" + (f" and {whole}" if len(fields) < len(judged) else "") if fields else whole


def _open_call(standing: Sequence[Judged], names: Names) -> str:
    judged = waiting.for_call(standing)
    if not judged:
        return ""
    named = listed(list(dict.fromkeys(code(names.of(one.finding)) for one in judged)))
    ends = [one.open_call.ends_at for one in judged if one.open_call and one.open_call.ends_at]
    until = f"until {weekday(max(ends))}" if ends else f"for {count(max(one.open_call.days for one in judged if one.open_call), 'day')}"
    return (
        f"**Wait for the open call.** Nobody is registered as a reader of {named}, so it stays open {until} for readers nobody knows of."
        " They speak up by registering under `reads:` in their own policy."
    )


def _override(verdict: Verdict, standing: Sequence[Judged], now: datetime) -> str:
    by = verdict.overrides.by
    blocking = [one for one in standing if one.mode is Mode.ENFORCE]
    if not by or not blocking:
        return ""
    handles = list(dict.fromkeys(one.finding.handle for one in blocking))
    shown = " ".join(handles[:10])
    until = (now + timedelta(days=verdict.overrides.max_days)).date().isoformat()
    rest = f" (and the other {len(handles) - 10} the same way)" if len(handles) > 10 else ""
    # Nobody can comment in a merge group, nor at a desk.
    there = "" if verdict.pull_request.number else " in the pull request"
    again = " Then put it into the merge queue again." if there and verdict.online else ""
    return (
        f"**Override it.** {listed([mention(name) for name in by], 4, 'or')} may comment{there}"
        f' `/countersign override {shown} --reason "…" --until {until}`{rest}. The author may not, nor anybody who committed here.'
        " It goes on record, the readers it passes over are asked to look at it afterwards, and it is void if this is not merged by then."
        f"{again}"
    )
