"""What is said about registrations: in the check, and in issues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from countersign.model.consumer import Registration
from countersign.model.policy import Contested
from countersign.model.pull_request import Reader, Standing
from countersign.model.registrations import LostTeam
from countersign.render.links import Links, where
from countersign.render.markdown import code, link, mention, plain, table
from countersign.render.words import clean, count, day, listed, short_team, shortened, weekday

_LONGEST_TITLE = 200
_MOST_TEAMS = 50
_NOBODY = (
    "The policy here gives a say to teams that nobody can ask. A registration of a team that does not exist does not count; what an empty"
    " team would have to sign waits until somebody is in it."
)
_GONE = (
    "The policy here gives a say to people who are in no team of the organisation. Such a name gives nobody a say, whoever takes the login:"
    " neither approvals nor commands by it count."
)
_RENAMED = (
    "The policy here names teams by names that they have given up. A renamed team is still asked, and signs. Change the lines all the same:"
    " as soon as another team takes an old name, it means nobody in lines of owners and of those who may override."
)
_WENT = {
    "deleted": "was deleted",
    "transferred": "was transferred to another organisation",
    "removed": "was taken from those that Countersign may read",
}


def about_readers(readers: Iterable[Reader]) -> list[str]:
    """A sentence for each registration that counts otherwise than its entry says, each once."""
    counting = [reader.registration for reader in readers if reader.standing is Standing.COUNTS]
    return list(dict.fromkeys(sentence for entry in counting for sentence in _sentences(entry)))


def _sentences(entry: Registration) -> list[str]:
    team = plain(short_team(entry.team))
    found = []
    if entry.taken_out_at and entry.home_gone:
        how = f"its repository {_WENT[entry.home_gone]} on {day(entry.taken_out_at)}"
        until = f" until {day(_last_day(entry.ends_at))}" if entry.ends_at else ""
        found.append(f"The registration of {team} goes on counting{until}: {how}, and nobody signed for the team that it reads no more.")
    elif entry.taken_out_at:
        taken = f"was taken out or narrowed on {day(entry.taken_out_at)} without its signature"
        until = f" until {day(_last_day(entry.ends_at))}" if entry.ends_at else ""
        found.append(f"The registration of {team} {taken}; it counts{until}.")
    if entry.claims:
        nobody = "neither an owner of the contract nor governance has agreed"
        found.append(f"{team} counts as {code(entry.criticality)}: {nobody} to {code(entry.claims)}.")
    return found


def _last_day(ends_at: datetime) -> datetime:
    """The last moment of a lease: what is over at midnight ends on the day before."""
    return ends_at - timedelta(seconds=1)


def contested_issue(entry: Contested, *, repository: str, told: Sequence[str], links: Links) -> tuple[str, str]:
    """(title, body) of the issue that tells governance. told: they are mentioned; so is the team, which may answer there."""
    place = link(code(where(entry.place), 120), f"{links.repository_url}/blob/HEAD/{entry.place.file}#L{entry.place.line}")
    to = f"{listed([mention(name) for name in told], 10)}: " if told else ""
    body = [
        f"{to}the owners of {code(str(entry.contract), 200)} contest that {mention(entry.team)} reads it ({place} of {code(repository)}).",
        f"Their reason: “{plain(entry.reason)}”",
        f"From now on {mention(entry.team)} is told of breaks, and no pull request waits for it. What was published before waits for it"
        " all the same.",
        "### What to do\n"
        f"1. **If that is right:** {mention(entry.team)} takes its registration out, and this can be closed.\n"
        "2. **If it is not:** say so here, and ask the owners to take the `contested:` entry out; then the reader counts again.",
    ]
    return shortened(f"Contested: {clean(entry.team)} as a reader of {clean(str(entry.contract))}", _LONGEST_TITLE), "\n\n".join(body)


def held_issue(held: Sequence[Registration], *, repository: str, secret: int, told: Sequence[str]) -> tuple[str, str]:
    """(title, body) of the issue that tells governance of registrations whose repository is gone. told: they are mentioned.

    held: those that may be shown, without their reference where that may not be told; ``secret`` are besides. repository: "" where
    those who read this may not know of it.
    """
    name = code(repository) if repository else "A private repository"
    to = f"{listed([mention(one) for one in told], 10)}: " if told else ""
    went, at = next(((_WENT[one.home_gone], one.taken_out_at) for one in held if one.taken_out_at), ("is gone", None))
    rows = [
        [
            plain(short_team(entry.team)),
            code(str(entry.reference), 200) if entry.reference.repository else "a private contract",
            day(_last_day(entry.ends_at)) if entry.ends_at else "",
        ]
        for entry in held[:_MOST_TEAMS]
    ]
    more = len(held) - len(rows) + secret
    body = [
        f"{to}{name} {went}{f' on {day(at)}' if at else ''}. It held registrations of readers, and no team has signed that it reads no"
        " more. So they go on counting: changes that break them wait for these teams, as before.",
        table(["Reader", "Contract", "Counts until"], rows) if rows else "",
        f"… and {more} more that cannot be shown here." if more else "",
        "### What to do\n"
        "1. **If a team still reads:** it registers in another repository of its own. Its entry there takes the place of this one.\n"
        "2. **If it reads no more:** nobody can sign that, because the repository is gone. The entry ends with its lease. Until then,"
        " `/countersign override` in the pull request that waits lets a finding pass.",
        "Nothing else is asked for here. Close this when you have read it.",
    ]
    title = f"{clean(repository) if repository else 'A private repository'} {went}, and its readers go on counting"
    return shortened(title, _LONGEST_TITLE), "\n\n".join(part for part in body if part)


def lease_issue(entry: Registration, now: datetime, *, links: Links) -> tuple[str, str]:
    """(title, body) of the issue in the reader's own repository: its registration is about to end, and the line that renews it."""
    last = _last_day(entry.ends_at or now)
    place = link(code(where(entry.place), 120), f"{links.repository_url}/blob/HEAD/{entry.place.file}#L{entry.place.line}")
    body = [
        f"{mention(entry.team)}: your registration on {code(str(entry.reference), 200)} ({place}) ends with {weekday(last)}. From then on"
        " you are told of what breaks it, and nobody waits for your signature.",
        "### What to do\n"
        "1. **If you still read it:** write this line into the entry, in place of any `until:` that is there:\n\n"
        f'   ```yaml\n   until: "{(now + timedelta(days=365)).date().isoformat()}"\n   ```\n\n'
        "2. **If you do not:** take the entry out, and let a second member of the team approve that.",
        "This is closed when either has reached the default branch.",
    ]
    title = f"{clean(entry.team)}: registration on {clean(str(entry.reference))} ends on {day(last)}"
    return shortened(title, _LONGEST_TITLE), "\n\n".join(body)


def lease_reminder(entry: Registration) -> str:
    """The comment a week before it ends."""
    ends = f" with {weekday(_last_day(entry.ends_at))}" if entry.ends_at else ""
    return f"{mention(entry.team)}: this registration ends{ends}, in a week at most. The line above renews it."


def lease_renewed() -> str:
    return "The registration was renewed, or is no longer there. Nothing is left to do."


def lost_teams_issue(lost: Sequence[LostTeam], *, links: Links) -> tuple[str, str]:
    """(title, body) of the issue about teams and people that nobody can ask."""
    rows = [
        [
            code(one.name, 150),
            listed([link(code(f"{file}:{line}", 120), f"{links.repository_url}/blob/HEAD/{file}#L{line}") for file, line in one.places], 5),
            _lost(one),
        ]
        for one in lost[:_MOST_TEAMS]
    ]
    people = any("/" not in one.name for one in lost)
    left = f"\n\nAnd {len(lost) - _MOST_TEAMS} more." if len(lost) > _MOST_TEAMS else ""
    body = [
        *([_NOBODY] if any("/" in one.name and (not (one.renamed or one.shared) or one.empty) for one in lost) else []),
        *([_RENAMED] if any(one.renamed or one.shared for one in lost) else []),
        *([_GONE] if people else []),
        table(("name" if people else "team", "where", "what is wrong"), rows) + left,
        "Correct the names, or put people into the teams. This is closed by itself then.",
    ]
    many = count(len(lost), "name" if people else "team")
    names = "has" if people else "names"
    title = (
        f"The policy names {many} by an old name" if all(one.renamed for one in lost) else f"The policy {names} {many} that nobody can ask"
    )
    return title, "\n\n".join(body)


def gone_people(names: Iterable[str]) -> str:
    """Why somebody whom the policy names has no say here; "" if there is nobody of the kind."""
    gone = sorted(names)
    if not gone:
        return ""
    are = "is" if len(gone) == 1 else "are"
    return f"The policy names {listed(gone, 5)}, who {are} in no team of the organisation: that gives nobody a say. Change the policy."


def lost_teams_settled() -> str:
    return "Every team that the policy names can be asked again. Nothing is left to do."


def _lost(one: LostTeam) -> str:
    if "/" not in one.name:
        return "nobody of that name is in a team of the organisation"
    if one.shared:
        return "several teams have had this name, so it means none of them: write what the right one is called now"
    if one.renamed:
        return f"renamed to {code(one.renamed, 150)}" + ("; nobody is in it" if one.empty else "")
    if one.empty:
        return "nobody is in it"
    return "there is no such team" + (f"; did you mean {code(one.nearest, 150)}?" if one.nearest else "")
