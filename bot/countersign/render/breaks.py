"""What breaks, and for whom: the table, and a paragraph for each finding."""

from __future__ import annotations

from countersign.model.consumer import Registration
from countersign.model.finding import Level, Question
from countersign.model.signing import Signer, SignerRole
from countersign.model.verdict import ClearedBy, Judged, NoticeState, Verdict
from countersign.render.agreements import agreed_sentence
from countersign.render.changes import Names, change, effect, gone
from countersign.render.engines import engines_sentence
from countersign.render.links import Links, seen_at
from countersign.render.markdown import code, link, mention, plain, table
from countersign.render.proof import proof
from countersign.render.readers import products_among, reader_name
from countersign.render.signers import cell
from countersign.render.waiting import needs_call, needs_notice, unsigned
from countersign.render.words import count, day, listed, short_team, weekday

#: How much of a long list is shown. GitHub cuts a text at 65,535 characters; a person stops reading long before.
MOST_ROWS = 30
MOST_TABLE = 40_000
MOST_PARAGRAPHS = 20
MOST_READERS = 6

#: What passes a finding without its notice or open call.
_WITHOUT_WAITING = frozenset({ClearedBy.DRAFT, ClearedBy.MERGE_GROUP, ClearedBy.OVERRIDE, ClearedBy.DISPUTE, ClearedBy.BREAK_GLASS})
#: How the table says that nobody's signature is needed any more.
_LET_PASS = {ClearedBy.OVERRIDE: "● overridden", ClearedBy.DISPUTE: "● a false alarm", ClearedBy.BREAK_GLASS: "● glass broken"}


def weighty(verdict: Verdict) -> tuple[Judged, ...]:
    """What belongs in the table: all that needs, or needed, somebody."""
    return tuple(one for one in verdict.judged if one.cleared_by is not ClearedBy.HARMLESS)


def breaks_table(verdict: Verdict, names: Names, links: Links | None) -> str:
    """One row a finding: handle, change, where, who is hit, and who has signed."""
    rows = weighty(verdict)
    cells: list[list[str]] = []
    room = MOST_TABLE
    for one in rows[:MOST_ROWS]:
        row = [f"**{one.finding.handle}**", change(one.finding, names), seen_at(one.finding, verdict.pull_request, links)]
        row += _readers(one, online=verdict.online)
        room -= sum(len(cell) for cell in row)
        if room < 0:
            break
        cells.append(row)
    shown = table(("", "change", "where", "who is hit", "signed" if verdict.online else "who has to sign"), cells)
    if len(rows) > len(cells):
        shown += f"\n\nAnd {len(rows) - len(cells)} more. `countersign check` at your desk lists them all."
    return shown


def paragraphs(verdict: Verdict, names: Names, links: Links | None) -> list[str]:
    """For each finding: what a reader will feel, and how its notice or open call stands."""
    rows = weighty(verdict)
    shown = [_paragraph(one, verdict, names, links) for one in rows[:MOST_PARAGRAPHS]]
    left = len(rows) - MOST_PARAGRAPHS
    return [*shown, f"{count(left, 'more change')} {'is' if left == 1 else 'are'} like these."] if left > 0 else shown


def _paragraph(one: Judged, verdict: Verdict, names: Names, links: Links | None) -> str:
    finding = one.finding
    handle = finding.handle if links is None else link(finding.handle, links.rule(finding.rule))
    parts = [f"**{handle}** · {finding.level.value} · **{change(finding, names)}.** {effect(finding, names)}"]
    if gone(finding) and finding.old and finding.old.text:
        parts.append(f"The line was: {code(finding.old.text, 120)}")
    parts += [
        proof(finding),
        notice_sentence(one),
        call_sentence(one),
        _held(one),
        engines_sentence(one),
        _stand_ins(one),
        _told(one),
        _cleared(one),
        agreed_sentence(one),
    ]
    return " ".join(part for part in parts if part)


def notice_sentence(one: Judged) -> str:
    """How the notice of a removal stands, with dates; "" if the finding needs none."""
    notice = one.notice
    if notice is None or one.cleared_by in _WITHOUT_WAITING:
        return ""
    since = f"since {day(notice.started_at)}" if notice.started_at else ""
    if notice.state is NoticeState.NOT_NEEDED:
        return "All registered readers have signed, so no notice is needed."
    if notice.state is NoticeState.OVER and notice.ends_at:
        return f"The notice ran {since} and was over on {day(notice.ends_at)}."
    if not needs_notice(one):
        return "Once every reader has signed, no notice is needed."
    if notice.state is NoticeState.RUNNING and notice.ends_at:
        cleared = "only the signatures are missing" if unsigned(one) else "this is cleared by itself"
        return f"The notice has been running {since}; it ends on {weekday(notice.ends_at)}, and then {cleared}."
    return f"Its end is not announced yet; the notice takes {count(notice.days, 'day')}."


def call_sentence(one: Judged) -> str:
    """How the open call stands, where nobody is registered."""
    call = one.open_call
    if call is None or one.cleared_by in _WITHOUT_WAITING:
        return ""
    own = "The producer's own people do not stand for other readers. " if any(signer.hits for signer in one.signers) else ""
    if call.over:
        return f"{own}The open call for readers nobody knew of is over."
    if call.ends_at:
        return f"{own}Readers nobody knows of may speak up until {weekday(call.ends_at)}: until then it waits."
    return f"{own}Readers nobody knows of get {count(call.days, 'day')} to speak up, once this is ready for review."


def _stand_ins(one: Judged) -> str:
    """Why owners sign where a reader would."""
    sentences = [
        f"{mention(signer.stands_in_for)} {'has nobody but' if '/' in signer.stands_in_for else 'is'} the author, so"
        f" {who_may(signer)} signs {'for it' if '/' in signer.stands_in_for else 'instead'}."
        for signer in one.signers
        if signer.stands_in_for
    ]
    instead = () if one.finding.question is Question.GATE else (SignerRole.OWNERS, SignerRole.ORGANISATION)
    owners = [signer for signer in one.signers if signer.role in instead and not signer.stands_in_for]
    if owners and one.unharmed:
        sentences.append(f"What {_unharmed(one)} of it still holds, and nobody else is registered, so {who_may(owners[0])} signs.")
    elif owners:
        nobody = "Nobody else" if one.read_through else "Nobody"
        sentences.append(f"{nobody} is registered as a reader of this, so {who_may(owners[0])} signs.")
    elif one.unharmed and one.signers:
        sentences.append(f"What {_unharmed(one)} of it still holds.")
    return " ".join(sentences)


def _unharmed(one: Judged) -> str:
    """``growth expects``, ``growth and fraud expect``."""
    teams = [plain(short_team(team)) for team in dict.fromkeys(entry.team for entry, _ in one.unharmed)]
    return f"{listed(teams)} expect{'s' if len(teams) == 1 else ''}"


def who_may(signer: Signer) -> str:
    """Who may give a signature, as Markdown."""
    teams = listed([mention(team) for team in signer.teams], 4, "or")
    match signer.role:
        case SignerRole.OWNERS:
            return f"an owner ({teams})" if teams else "an owner"
        case SignerRole.ORGANISATION:
            return f"an owner of the organisation ({teams})" if teams else "an owner of the organisation"
        case SignerRole.MANAGER:
            return f"{teams} (for {listed(products_among(entry for entry, _ in signer.hits), 3)})"
        case _:
            return teams


def _held(one: Judged) -> str:
    """Who holds it, until when and why."""
    if one.cleared:
        return ""
    return " ".join(
        f"**Held** by {plain(hold.by)} for {listed(held_for(one), 3)} until {weekday(hold.until)}: “{plain(hold.reason)}”."
        for hold in one.holds
        if hold.until
    )


def held_for(one: Judged) -> list[str]:
    """The data products whose managers it asks."""
    return products_among(entry for signer in one.signers if signer.role is SignerRole.MANAGER for entry, _ in signer.hits)


def _told(one: Judged) -> str:
    names = list(dict.fromkeys(reader_name(reader.registration) for reader in one.told))
    return f"Told, but not waited for: {listed(names)}." if names else ""


def _cleared(one: Judged) -> str:
    if one.cleared_by is ClearedBy.OVERRIDE and one.override:
        override = one.override
        return (
            f"**Overridden** by {mention('@' + override.by)} until {weekday(override.until)}: “{plain(override.reason)}”."
            " If it is not merged by then, it blocks again; if it is, the readers it passed over are asked to look at it."
        )
    if one.cleared_by is ClearedBy.DRAFT:
        return "The contract is a draft: this is shown, and blocks nobody."
    if one.cleared_by is ClearedBy.MERGE_GROUP:
        return "It passed in its own pull request."
    return ""


def _readers(one: Judged, *, online: bool) -> tuple[str, str]:
    """The two cells of who is hit and who has signed, aligned line by line, those that wait first."""
    if not one.signers:
        return "–" if one.finding.level is Level.INVALID else "every reader", _without_signers(one)
    signers = sorted(one.signers, key=lambda signer: (signer.settled, signer.teams))
    hit: list[str] = []
    signed: list[str] = []
    for signer in signers[:MOST_READERS]:
        parties = _hit(signer, one)
        hit += parties
        signed += [cell(signer, cleared=one.cleared) if online else who_may(signer)] * len(parties)
    left = signers[MOST_READERS:]
    if left:
        hit.append(f"and {len(left)} more")
        signed.append(f"{sum(1 for signer in left if signer.settled)} of them have" if online else "")
    if needs_notice(one) and one.notice:
        running = one.notice.state is NoticeState.RUNNING and one.notice.ends_at
        signed.append(f"notice until {day(one.notice.ends_at)}" if running and one.notice.ends_at else "notice not begun")
    if needs_call(one) and one.open_call:
        signed.append(f"open call until {day(one.open_call.ends_at)}" if one.open_call.ends_at else "open call not begun")
    signed += [f"held until {day(hold.until)}" for hold in one.holds if hold.until and not one.cleared]
    if one.cleared_by in _LET_PASS:
        signed.append(_LET_PASS[one.cleared_by])
    return "<br>".join(hit), "<br>".join(cell for cell in signed if cell)


def _without_signers(one: Judged) -> str:
    if one.cleared_by in _LET_PASS:
        return _LET_PASS[one.cleared_by]
    return "the author repairs it" if one.finding.level is Level.INVALID else "cannot be signed"


def _hit(signer: Signer, one: Judged) -> list[str]:
    """A line for each party that a signature speaks for: a team may read for several others."""
    if one.finding.question is Question.GATE and not one.finding.team:
        return [plain(short_team(one.finding.path[-1]))]
    if signer.role in (SignerRole.OWNERS, SignerRole.ORGANISATION) and not signer.hits and not signer.stands_in_for:
        return ["no registered reader" if one.unharmed or one.read_through else "nobody registered"]
    if not signer.hits:
        return [plain(short_team(signer.stands_in_for or (signer.teams[0] if signer.teams else "")))]
    parties: dict[str, list[Registration]] = {}
    for entry, _ in signer.hits:
        parties.setdefault(reader_name(entry), []).append(entry)
    return [_party(name, entries) for name, entries in parties.items()]


def _party(name: str, entries: list[Registration]) -> str:
    if all(entry.product for entry in entries):
        return name
    assets = listed([text for entry in entries for text in assets_of(entry)], 4)
    level = max((entry.criticality for entry in entries), key=("low", "medium", "high").index)
    return f"{name}{': ' + assets if assets else ''} ({level})"


def assets_of(entry: Registration) -> list[str]:
    """``*Revenue* dashboard`` and so on; nothing of a registration that not everybody here may read."""
    if entry.private:
        return []
    return [f"{link('*' + plain(asset.name, 60) + '*', asset.url)} {plain(asset.kind, 30)}" for asset in entry.assets]
