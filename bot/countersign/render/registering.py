"""What an import of readers will do, did, or cannot do: for a terminal, and for its pull requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from countersign.model.consumer import Registration
from countersign.model.importing import Home, ImportPlan, LineError
from countersign.model.path import show
from countersign.ports import Proposal
from countersign.render.markdown import code, plain
from countersign.render.words import clean, count, listed, short_team

_MOST = 50


def import_errors(file: str, errors: Sequence[LineError]) -> str:
    """Each as ``file:line: error: …``, with the remedy below."""
    lines = [f"{file}:{one.line}: error: {clean(one.message)}\n    {clean(one.remedy)}" for one in errors]
    return "\n".join([*lines, f"{count(len(errors), 'error')}; nothing was written."])


def import_plan(plan: ImportPlan) -> str:
    """Which repository gets which registrations."""
    blocks = []
    for home in plan.homes:
        lines = [f"{home.repository}: {count(len(home.entries), 'registration')}", *(f"  {_entry(entry)}" for entry in home.entries)]
        blocks.append("\n".join(lines))
    if plan.known:
        lines = [f"  line {line}: {_entry(entry)}, in {entry.repository}" for line, entry in plan.known]
        blocks.append("\n".join(["Registered already, and left as they are:", *lines]))
    if not plan.homes:
        blocks.append("There is nothing to register.")
    return "\n\n".join(blocks)


def proposal_text(home: Home) -> tuple[str, str]:
    """(title, body) of the pull request, in Markdown."""
    lines = [f"- {plain(_who(entry))} reads {_fields(entry, code)} of {code(str(entry.reference))}" for entry in home.entries[:_MOST]]
    if len(home.entries) > _MOST:
        lines.append(f"- and {len(home.entries) - _MOST} more")
    body = (
        "These readers come from a list. Once this is merged, they are asked before what they read is changed or taken away, and nothing"
        " breaks them unseen. Correct what is wrong, or take out what nobody reads.\n\n" + "\n".join(lines)
    )
    return f"Register {count(len(home.entries), 'reader')}", body


def opened(proposal: Proposal) -> str:
    return f"{'Opened' if proposal.new else 'Brought up to date'}: {proposal.url}"


def _entry(entry: Registration) -> str:
    return f"{_who(entry)} reads {_fields(entry, clean)} of {clean(str(entry.reference))} ({entry.criticality})"


def _fields(entry: Registration, shown: Callable[[str], str]) -> str:
    return listed([shown(show(path)) for path in entry.fields], 8) or "everything"


def _who(entry: Registration) -> str:
    team = short_team(entry.team)
    return f"{team}, for {clean(entry.on_behalf_of)}" if entry.on_behalf_of else team
