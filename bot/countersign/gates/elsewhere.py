"""What readers who cannot read the pull request said about it in their own repositories' issues (GATE §4, Signing elsewhere)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countersign.model.pull_request import Judgement, Review, ReviewState, Statement, StatementKind


def as_reviews(statements: Sequence[Statement], judgements: Sequence[Judgement]) -> Iterator[Review]:
    """Each ``/countersign sign`` and ``/countersign object``, as the review that says the same.

    It was given at the commit whose judgement stood then, and signs by name what the issue showed and it meant, so that every bar of a
    review is a bar of it. One that means nothing that was shown is nobody's opinion.
    """
    for number, said in enumerate(statements, 1):
        if said.kind not in (StatementKind.SIGN, StatementKind.OBJECT) or (said.kind is StatementKind.SIGN and not said.fingerprints):
            continue
        standing = [judgement.head for judgement in judgements if judgement.published_at <= said.received_at]
        signs = said.kind is StatementKind.SIGN
        yield Review(
            id=number,
            login=said.by,
            state=ReviewState.APPROVED if signs else ReviewState.CHANGES_REQUESTED,
            commit=standing[-1] if standing else "",
            submitted_at=said.received_at,
            body="countersign: " + " ".join(f"C-{fingerprint}" for fingerprint in said.fingerprints) if signs else "",
            url=said.url,
            elsewhere=True,
        )
