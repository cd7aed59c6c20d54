"""The safe path for people: what the patch does, the patch itself, how to apply it, and what it leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import unified_diff

from countersign.model.path import show
from countersign.model.safe_path import Left, Obstacle, PatchedContract, PatchedFile, SafePath, Step
from countersign.render.markdown import code, fenced
from countersign.render.words import count, quoted, visible, weekday_of

#: Lines of a patch that a comment shows; GitHub takes 65,535 characters.
MOST_LINES = 300
_MOST_LEFT = 20
#: Git ends lines at a line feed, and nowhere else.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

_WHY = {
    Obstacle.OTHER_ROWS: "what a row is changes. Publish the new rows as a dataset of their own",
    Obstacle.NO_PLACE: "there is no second place for it. Leave the change out until its readers have signed",
    Obstacle.UNREADABLE: "the contract cannot be read as it would land. Repair it first",
    Obstacle.CONFLICT: "it conflicts with the base. Resolve the conflict first",
    Obstacle.GONE: "the contract is gone as a whole. Put it back, with an `endOfLife` among its `slaProperties`",
    Obstacle.TEXT: "the text is not one that can be edited without risk (aliases, types used in several places, or very many changes)",
    Obstacle.UNPROVEN: "with the old put back, the contract would still break a reader",
    Obstacle.OVERTAKEN: "the base has another text of this contract than your branch began with. Merge the base first",
}


def diff_lines(files: Sequence[PatchedFile]) -> list[str]:
    """A unified diff that `git apply` takes. What is no visible character is shown as what it is."""
    lines: list[str] = []
    for file in files:
        before, after = _LINE.findall(file.before), _LINE.findall(file.after)
        for line in unified_diff(before, after, f"a/{file.file}", f"b/{file.file}"):
            lines.append(visible(line.removesuffix("\n")))
            if not line.endswith("\n"):
                lines.append("\\ No newline at end of file")
    return lines


def safe_path_text(path: SafePath, *, written: bool) -> str:
    """For a terminal: what is done, then the patch. written: it is in the files already, so only what was done is said."""
    said = [_sentence(step, contract, quoted) for contract in path.contracts for step in contract.steps]
    left = [f"Not in the patch: {_left(one, contract, quoted)}" for contract in path.contracts for one in contract.left]
    if not path.files:
        return "\n".join(["There is no patch that breaks nobody.", *left] if left else ["Nothing here breaks a reader."])
    files = [f"Wrote {quoted(file.file)}." for file in path.files] if written else ["", *diff_lines(path.files)]
    end = ["", "Write both forms until the old may go. Commit the files, and `countersign check` again."] if written else []
    return "\n".join([*said, *left, *files, *end])


def safe_path_comment(path: SafePath, *, number: int, base: str) -> str:
    """For a pull request, as Markdown. base: the branch that it is judged against."""
    left = [_left(one, contract, code) for contract in path.contracts for one in contract.left]
    if not path.files:
        if not left:
            return "**Safe path.** Nothing in this pull request breaks a reader of a contract, so there is nothing to patch."
        return "\n".join(["**Safe path.** There is no patch here that breaks nobody.", "", *_not_in_it(left)])
    steps = [f"- {_sentence(step, contract, code)}" for contract in path.contracts for step in contract.steps]
    lines = diff_lines(path.files)
    more = [f"The other {len(lines) - MOST_LINES} lines: run the commands below."] if len(lines) > MOST_LINES else []
    parts = [
        "**Safe path.** With this patch the old stays and the new stands beside it. It was judged against the base: it breaks nobody, and"
        " nobody has to sign for it.",
        "\n".join(steps),
        fenced(lines[:MOST_LINES], "diff", exact=True),
        *more,
        "Apply it:",
        fenced(
            [
                f"gh pr checkout {number}",
                f"countersign fix --base origin/{base} --write",
                'git commit --all --message "Keep the old beside the new" && git push',
            ],
            "sh",
        ),
        "The code that writes the data has to write both forms until the old one may go.",
    ]
    if left:
        parts.append("\n".join(_not_in_it(left)))
    return "\n\n".join(parts)


def _sentence(step: Step, contract: PatchedContract, name: Callable[[str], str]) -> str:
    """name: how a name is shown."""
    kept = f"{name(show(step.path))} stays as it was" if step.beside else f"{name(show(step.path))} is put back"
    beside = f", and the new one stands beside it as {name(step.beside)}" if step.beside else ""
    if step.announced:
        return f"{kept}{beside}. Its end is announced already."
    return f"{kept}{beside}. Its end is announced for {weekday_of(contract.remove_after)}."


def _left(one: Left, contract: PatchedContract, name: Callable[[str], str]) -> str:
    what = f"{name(show(one.path))} ({one.rule})" if one.path else name(contract.contract)
    return f"{what}: {_WHY[one.why]}."


def _not_in_it(left: Sequence[str]) -> Iterator[str]:
    yield "Not in the patch:"
    for one in left[:_MOST_LEFT]:
        yield f"- {one}"
    if len(left) > _MOST_LEFT:
        yield f"- and {count(len(left) - _MOST_LEFT, 'more finding')}"
