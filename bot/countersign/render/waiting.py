"""What a verdict still waits for, sorted by who can do something about it. Reads the model only; makes no text."""

from __future__ import annotations

from collections.abc import Iterable

from countersign.model.finding import Level, Question
from countersign.model.verdict import Judged, NoticeState, Signer, SignerRole, Verdict


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
    """The signatures it lacks, objections included."""
    return tuple(signer for signer in one.signers if signer.signature is None or signer.objector)


def for_signatures(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    return tuple(one for one in judged if unsigned(one))


def missing(judged: Iterable[Judged]) -> tuple[Signer, ...]:
    """The signatures that are missing over all of ``judged``, one for each signer."""
    found: dict[tuple[SignerRole, tuple[str, ...]], Signer] = {}
    for one in judged:
        for signer in unsigned(one):
            known = found.get((signer.role, signer.teams))
            if known is None or (signer.objector and not known.objector):
                found[signer.role, signer.teams] = signer
    return tuple(found.values())


def readers_registered(one: Judged) -> bool:
    """At least one registered reader is hit, even if owners sign in its stead."""
    return any(signer.role in (SignerRole.CONSUMER, SignerRole.MANAGER) or signer.stands_in_for for signer in one.signers)


def needs_notice(one: Judged) -> bool:
    """Its notice has to run. Not so while the readers' own signatures, once all are given, stand for it (GATE §4.3)."""
    if one.cleared or one.notice is None or one.notice.state in (NoticeState.OVER, NoticeState.NOT_NEEDED):
        return False
    return not (one.notice.waivable and readers_registered(one))


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
