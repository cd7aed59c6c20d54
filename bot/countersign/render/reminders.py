"""The comment that tells readers that their answer is due, and what follows without it."""

from __future__ import annotations

from collections.abc import Collection

from countersign.model.finding import Finding
from countersign.model.policy import OnSilence
from countersign.model.signing import Signer, Silence
from countersign.model.verdict import Reminder, Verdict
from countersign.render.changes import Names, change
from countersign.render.markdown import code, mention
from countersign.render.words import count, listed, weekday

_MOST = 5


def reminder_comment(verdict: Verdict, reminder: Reminder) -> str:
    """The comment's Markdown. It mentions those teams alone whose answers are missing."""
    names = Names(one.finding for one in verdict.judged)
    by_team: dict[tuple[str, ...], list[tuple[Finding, Signer]]] = {}
    for finding, signer in reminder.signers:
        by_team.setdefault(signer.teams, []).append((finding, signer))
    lines = [_line(signers, reminder, names, verdict.secret) for _, signers in sorted(by_team.items())]
    return "\n\n".join(
        [
            "**An answer is missing.**",
            "\n".join(f"- {line}" for line in lines),
            "An approving review of this pull request signs; to object, request changes. What breaks, and for whom, is in the check"
            " **Countersign**.",
        ]
    )


def refusal(verdict: Verdict, refused: set[str]) -> str:
    """The remark about those whom GitHub did not let us ask. Secret teams are counted, and mentioned nowhere."""
    named = sorted(refused - verdict.secret.keys())
    secret = len(refused) - len(named)
    hidden = [count(secret, "secret team")] if secret else []
    also = (
        "; a comment mentions them instead"
        if named and not secret
        else f"; a comment mentions {listed(named, 10)} instead"
        if named
        else ""
    )
    return f"GitHub did not let Countersign request a review of {listed([*named, *hidden], 10)}{also}."


def _line(signers: list[tuple[Finding, Signer]], reminder: Reminder, names: Names, secret: Collection[str]) -> str:
    """What one team is asked for. All of its findings have the same moment, so the same day, and the same consequence."""
    signer = signers[0][1]
    assert signer.silence is not None  # a reminder comes from one
    changes = listed([f"{code(finding.handle)} ({change(finding, names)})" for finding, _ in signers], _MOST)
    day = weekday(signer.silence.due)
    deputies = listed([code(name) for name in signer.deputies if name not in secret], 4, "or") or "Whoever decides in your place"
    return f"{mention(signer.teams[0])}: {changes}. {_what_follows(signer.silence, deputies, day, over=reminder.at >= signer.silence.due)}"


def _what_follows(silence: Silence, deputies: str, day: str, *, over: bool) -> str:
    match silence.then, over:
        case OnSilence.CONSENT, False:
            return f"Your answer is due on {day}. Without one, your silence counts as consent from then on."
        case OnSilence.CONSENT, True:
            return f"Your answer was due on {day}, so your silence counts as consent now. You can still object before this is merged."
        case OnSilence.ESCALATE, False:
            return f"Your answer is due on {day}. Without one, others are asked to decide in your place."
        case OnSilence.ESCALATE, True:
            return f"Your answer was due on {day}. {deputies} may sign in your place now; so may you."
        case _, False:
            return f"Your answer is due on {day}."
        case _:
            return f"Your answer was due on {day}. This pull request waits for it."
