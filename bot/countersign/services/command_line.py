"""Commands that people write in comments and reviews. Only what they say is read here; every answer is made in `render`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from countersign.gates.own_words import lines_of
from countersign.gates.review_lines import handles_in
from countersign.model.pull_request import Override, Statement, StatementKind

#: At the start of a line; a command ends with its line.
_COMMAND = "/countersign"
#: Characters of a line that are read; no command that anybody means is longer.
_LONGEST = 2048
#: This and the next are run on one word.
_VERB = re.compile(r"[a-z-]{1,30}", re.IGNORECASE)
_OPTIONS = ("--reason", "--until")
#: Looks as if a handle was meant. Were it taken for a word of the reason, the command would mean other findings than it says.
_MISTYPED = re.compile(r"C-[A-Z0-9…-]*[,.]?", re.IGNORECASE)

#: Commands of one comment that are answered.
MOST_ANSWERED = 5


@dataclass(frozen=True, slots=True)
class Said:
    """One command as written. verb: lower case, "" for ``/countersign`` alone. handles: without ``C-``, upper case.

    words: what is neither handle nor option. mistyped: words that look like handles and are none.
    open_quote: a quotation mark is not closed, so nothing after the verb was read.
    """

    verb: str
    line: str
    handles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    mistyped: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    open_quote: bool = False

    @property
    def reason(self) -> str:
        """``--reason "…"``, or the words."""
        return (self.options.get("--reason") or " ".join(self.words)).strip()

    @property
    def until(self) -> datetime | None:
        """The end of the day of ``--until YYYY-MM-DD``, UTC; None if there is none or it is no date."""
        try:
            return datetime.combine(date.fromisoformat(self.options.get("--until", "")), time(23, 59, 59), UTC)
        except ValueError:
            return None


def said_in(body: str) -> tuple[Said, ...]:
    """Every command that a text's writer gives, in order. What stands in code, a quote or HTML is an example of one."""
    found = []
    for line, own in lines_of(body.replace("“", '"').replace("”", '"')):
        rest = line[len(_COMMAND) :]
        if not own or line[: len(_COMMAND)].lower() != _COMMAND or len(line) > _LONGEST or rest[:1] not in ("", " ", "\t"):
            continue
        verb, arguments = (*rest.split(None, 1), "", "")[:2]
        if not verb or _VERB.fullmatch(verb):
            found.append(_read(line.strip(), verb.lower(), arguments.strip()))
    return tuple(found)


def overrides_of(body: str, *, by: str, at: datetime, url: str, shown: Collection[str], user: int = 0) -> Iterator[Override]:
    """Each ``/countersign override C-… [C-…] --reason "…" --until YYYY-MM-DD`` that is whole, in order.

    by, user: the writer's login, and GitHub's number of the account.
    shown: the fingerprints in the check as it stands. A handle means what it means there, now; one that means nothing or several
    things is kept as unclear.
    """
    for said in said_in(body):
        if said.verb != "override" or said.mistyped or not said.handles or not said.reason or said.until is None:
            continue
        fingerprints, unclear = _meant(said.handles, shown)
        yield Override(
            handles=said.handles,
            fingerprints=fingerprints,
            unclear=unclear,
            by=by,
            user=user,
            reason=said.reason,
            until=said.until,
            received_at=at,
            url=url,
        )


def statements_of(body: str, *, by: str, at: datetime, url: str, shown: Collection[str], user: int = 0) -> Iterator[Statement]:
    """Each whole ``break-glass [C-…] "why"``, ``dispute C-… "why"`` and ``hold C-… --until DATE --reason "…"``, in order.

    shown: as for `overrides_of`. A break-glass that names nothing means all of it. ``sign`` is no command here: a pull request is signed
    by a review.
    """
    for said in said_in(body):
        if said.verb not in (StatementKind.BREAK_GLASS, StatementKind.DISPUTE, StatementKind.HOLD) or said.mistyped or not said.reason:
            continue
        kind = StatementKind(said.verb)
        if (kind is not StatementKind.BREAK_GLASS and not said.handles) or (kind is StatementKind.HOLD and said.until is None):
            continue
        fingerprints, unclear = _meant(said.handles, shown) if said.handles else (tuple(sorted(shown)), ())
        yield Statement(
            kind=kind,
            handles=said.handles,
            fingerprints=fingerprints,
            unclear=unclear,
            by=by,
            user=user,
            reason=said.reason,
            until=said.until if kind is StatementKind.HOLD else None,
            received_at=at,
            url=url,
        )


def signatures_of(body: str, *, by: str, at: datetime, url: str, shown: Collection[str], user: int = 0) -> Iterator[Statement]:
    """Each ``sign [C-…]`` and ``object ["why"]`` in an issue of a reader's own repository, in order.

    shown: the fingerprints in the issue as it stood. A sign that names nothing means all of them; one that holds anything else than
    handles means none, as a line of a review would.
    """
    for said in said_in(body):
        if said.verb not in (StatementKind.SIGN, StatementKind.OBJECT):
            continue
        kind = StatementKind(said.verb)
        unclear: tuple[str, ...] = ()
        if kind is StatementKind.OBJECT:
            fingerprints = tuple(sorted(shown))
        elif said.words or said.mistyped or said.options or said.open_quote:
            fingerprints = ()
        else:
            fingerprints, unclear = _meant(said.handles, shown) if said.handles else (tuple(sorted(shown)), ())
        yield Statement(
            kind=kind,
            handles=said.handles,
            fingerprints=fingerprints,
            unclear=unclear,
            by=by,
            user=user,
            reason=said.reason if kind is StatementKind.OBJECT else "",
            received_at=at,
            url=url,
        )


def _meant(handles: Collection[str], shown: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the fingerprints that handles stand for, the handles that stand for none or for several)."""
    found = {handle: [fingerprint for fingerprint in sorted(shown) if fingerprint.startswith(handle)] for handle in handles}
    return (
        tuple(meant[0] for meant in found.values() if len(meant) == 1),
        tuple(handle for handle, meant in found.items() if len(meant) != 1),
    )


def _read(line: str, verb: str, rest: str) -> Said:
    try:
        left = iter(shlex.split(rest))
    except ValueError:
        return Said(verb, line, open_quote=True)
    handles: list[str] = []
    words: list[str] = []
    mistyped: list[str] = []
    options: dict[str, str] = {}
    for word in left:
        if word in _OPTIONS:
            options[word] = next(left, "")
        elif all(found := [handles_in(one) for one in word.replace(",", " ").replace(".", " ").split()]) and found:
            handles += [handle for several in found for handle in several]
        elif _MISTYPED.fullmatch(word):
            mistyped.append(word)
        else:
            words.append(word)
    return Said(verb, line, tuple(dict.fromkeys(handles)), tuple(words), tuple(mistyped), options)
