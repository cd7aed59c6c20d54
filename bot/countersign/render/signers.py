"""What each reader has answered, with the days by which something has to happen or will."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from countersign.model.policy import OnSilence
from countersign.model.signing import Signature, Signer, SignerRole, Silence
from countersign.render.markdown import link, mention, plain
from countersign.render.words import day, listed, short_team, soon, weekday


def cell(signer: Signer, *, cleared: bool) -> str:
    """One reader in the table: has it signed, and if not, what is waited for. Nobody is mentioned here, so that a comment pings nobody."""
    if signer.objector:
        return _objection(signer)
    if signer.signature or signer.dated:
        return _signature(signer)
    if signer.consents and signer.silence:
        return f"◌ silent since {soon(signer.silence.due)}, counts as consent"
    if cleared:
        return "–"
    if signer.nobody_can:
        return "○ nobody can"
    return f"○ {_silence(signer) or 'not yet'}"


def way_sentences(signer: Signer) -> list[str]:
    """What there is to do about a reader that objects or does not answer."""
    if signer.objector:
        return _about_objection(signer)
    if not signer.silence or not signer.silence.over:
        return []
    team, since = mention(signer.teams[0]), weekday(signer.silence.due)
    if signer.deputies:
        return [f"{team} has not answered by {since}, so {_members(signer.deputies)} may sign in its stead, by an approving review."]
    if signer.silence.then is OnSilence.ESCALATE:
        return [f"{team} has not answered by {since}, and the organisation names nobody who could decide in its stead."]
    return [f"{team} has not answered by {since}. It is reminded; its silence lets nothing pass."]


_AFTERWARDS = {
    OnSilence.CONSENT: "the silence of {} counts as consent",
    OnSilence.ESCALATE: "governance may sign for {}",
    OnSilence.REMIND: "{} is still waited for",
}


def answers_due(signers: Sequence[Signer]) -> str:
    """By when those answer whose time still runs, and what follows if they do not; "" if there is none."""
    running = [(signer, signer.silence) for signer in signers if signer.silence and not signer.silence.over and not signer.objector]
    if not running:
        return ""
    by_day: dict[date, list[tuple[Signer, Silence]]] = {}
    for signer, silence in sorted(running, key=lambda pair: pair[1].due):
        by_day.setdefault(silence.due.date(), []).append((signer, silence))
    dues = [those[0][1].due for those in by_day.values()]
    due = f"Answers are due by {listed([weekday(one) for one in dues])}, with reminders: you need not chase anybody."
    if len(dues) == 1:
        return f"{due} After that, {_afterwards(running)}."
    clauses = "; ".join(f"after {soon(one)}, {_afterwards(those)}" for one, those in zip(dues, by_day.values(), strict=True))
    return f"{due} {clauses[:1].upper()}{clauses[1:]}."


def _afterwards(running: Sequence[tuple[Signer, Silence]]) -> str:
    outcomes = []
    for then, what in _AFTERWARDS.items():
        teams = dict.fromkeys(plain(short_team(signer.teams[0])) for signer, silence in running if silence.then is then)
        outcomes += [what.format(listed(list(teams), 6))] if teams else []
    return listed(outcomes)


def no_deadline(signers: Sequence[Signer]) -> str:
    """That nothing follows from the silence of products' managers; "" if none is waited for."""
    waited = [signer for signer in signers if signer.role is SignerRole.MANAGER and not (signer.silence or signer.objector)]
    if not waited:
        return ""
    named = listed(list(dict.fromkeys(mention(signer.teams[0]) for signer in waited)), 6)
    without = "that signature" if len(waited) == 1 else "those signatures"
    return (
        f"No deadline runs for {named}: a product manager's silence never counts. Without {without}, only an override or another of the"
        " ways below lets this pass."
    )


def _objection(signer: Signer) -> str:
    who = plain(signer.objector)
    if signer.deputies:
        return f"✗ {who} objected; {plain(listed(signer.deputies, 4, 'or'))} decides"
    return f"✗ {who} objects" + (f" until {soon(signer.objects_until)}" if signer.objects_until else "")


def _signature(signer: Signer) -> str:
    given = signer.signature or signer.dated
    assert given is not None
    stead = (f" for {plain(given.instead_of)}" if given.instead_of else "") + _place(signer, given)
    if signer.signature is None and given.since:
        return f"○ {plain(given.login)}{stead}, signed from {soon(given.since)}"
    return f"● {plain(given.login)}{stead}, {day(given.at)}"


def _place(signer: Signer, given: Signature) -> str:
    """Where it was given, if not in a review here. The place is linked only if everybody here may read it."""
    if not given.elsewhere:
        return ""
    hidden = not given.url or any(entry.private for entry, _ in signer.hits)
    return f" in {'its own repository' if hidden else link('its own repository', given.url)}"


def _silence(signer: Signer) -> str:
    silence = signer.silence
    if silence is None:
        return ""
    if not silence.over:
        return f"asked {soon(silence.asked_at)}, answer due {soon(silence.due)}"
    if signer.deputies:
        return f"silent since {soon(silence.due)}, escalated to {plain(listed(signer.deputies, 4, 'or'))}"
    return f"asked {soon(silence.asked_at)}, silent since {soon(silence.due)}"


def _about_objection(signer: Signer) -> list[str]:
    who = plain(signer.objector)
    if signer.deputies:
        return [
            f"The objection of {who} has run its time, so {_members(signer.deputies)} decides: an approving review given now signs in the"
            f" stead of {mention(signer.teams[0])}. One of its own members may sign as well."
        ]
    then = _members(signer.decides_then) if signer.decides_then else "nobody but the team itself"
    end = f" It holds until {weekday(signer.objects_until)}; after that, {then} decides." if signer.objects_until else ""
    return [f"Changes were asked for by {who}: talk it over. An approving review by the same person takes the objection back.{end}"]


def _members(names: Sequence[str]) -> str:
    return f"a member of {listed([mention(name) for name in names], 4, 'or')}"
