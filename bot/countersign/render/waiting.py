"""What a verdict still waits for, sorted by who can do something about it. Reads the model only; makes no text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from countersign.model.finding import Level, Question
from countersign.model.signing import Signer, SignerRole
from countersign.model.verdict import Judged, NoticeState, Verdict


def standing(verdict: Verdict) -> tuple[Judged, ...]:
    """What stands in the way: what blocks; where nothing does, what would."""
    uncleared = tuple(one for one in verdict.judged if not one.cleared)
    return tuple(one for one in uncleared if one.blocks) or uncleared


def for_repair(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """What only its author can put right."""
    return tuple(one for one in judged if one.finding.level is Level.INVALID)


def for_override(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """What nobody can sign and nobody can repair by adding something: a loosened gate."""
    return tuple(
        one for one in judged if one.finding.question is Question.GATE and not one.signers and one.finding.level is not Level.INVALID
    )


def unsigned(one: Judged) -> tuple[Signer, ...]:
    """The signatures it lacks, objections included. One that was given with a date is not lacking."""
    return tuple(signer for signer in one.signers if not signer.settled and not signer.dated)


def dated(judged: Iterable[Judged]) -> tuple[tuple[Signer, datetime], ...]:
    """The readers who signed from a day that is still to come, and the latest day of each."""
    found: dict[tuple[SignerRole, tuple[str, ...]], tuple[Signer, datetime]] = {}
    for one in judged:
        for signer in one.signers:
            day = signer.dated.since if signer.dated and not signer.settled else None
            known = found.get((signer.role, signer.teams))
            if day and (known is None or known[1] < day):
                found[signer.role, signer.teams] = signer, day
    return tuple(found.values())


def for_signatures(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    return tuple(one for one in judged if unsigned(one))


def missing(judged: Iterable[Judged]) -> tuple[Signer, ...]:
    """The signatures that are missing over all of ``judged``, one for each signer."""
    found: dict[tuple[SignerRole, tuple[str, ...]], Signer] = {}
    for one in judged:
        for signer in unsigned(one):
            known = found.get((signer.role, signer.teams))
            if known is None or _says_more(signer) > _says_more(known):
                found[signer.role, signer.teams] = signer
    return tuple(found.values())


def unsettled(judged: Iterable[Judged]) -> bool:
    """A reader has still to sign, or has signed from a day that is still to come."""
    judged = tuple(judged)
    return bool(missing(judged) or dated(judged))


def _says_more(signer: Signer) -> tuple[bool, bool]:
    """Of one team's signers over several findings, the one to show: an objection, else one that others decide for."""
    return bool(signer.objector), bool(signer.deputies)


def readers_registered(one: Judged) -> bool:
    """At least one registered reader is hit, even if owners sign in its stead."""
    return any(signer.role in (SignerRole.CONSUMER, SignerRole.MANAGER) or signer.stands_in_for for signer in one.signers)


def needs_notice(one: Judged) -> bool:
    """Its notice has to run. Not so while the readers' own signatures, once all are given, stand for it (GATE §4.3).

    Silence gives none, and they do not stand for it while somebody else is suspected to read it.
    """
    if one.cleared or one.notice is None or one.notice.state in (NoticeState.OVER, NoticeState.NOT_NEEDED):
        return False
    others = any(signer.consents or (signer.signature and signer.signature.decided) for signer in one.signers)
    return others or held_by_suspects(one) or not (one.notice.waivable and readers_registered(one))


def held_by_suspects(one: Judged) -> bool:
    """Signatures would stand for its notice, if nobody else were suspected to read it."""
    return bool(one.suspects) and one.notice is not None and one.notice.waivable and readers_registered(one)


def needs_call(one: Judged) -> bool:
    """It has to wait for readers nobody knows of."""
    return not one.cleared and one.open_call is not None and not one.open_call.over


def for_hold(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Those that a data product's manager holds."""
    return tuple(one for one in judged if not one.cleared and one.holds)


def for_notice(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    return tuple(one for one in judged if needs_notice(one))


def for_call(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    return tuple(one for one in judged if needs_call(one))
