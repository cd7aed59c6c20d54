"""A policy file's text with one setting changed and everything else, comments too, left as it is."""

from __future__ import annotations

import re
from collections.abc import Collection

from countersign.model.policy import Mode, Policy, Publishes
from countersign.policy.document import Document, Page

_MODE = re.compile(r"(?<![\w-])(mode:[ \t]*)([\"']?)(?:observe|warn)\2(?![\w-])")
_BLOCK = re.compile(r"^([ \t]*)-([ \t]+)[A-Za-z_]+:")
_FLOW = re.compile(r"^([ \t]*-[ \t]*\{.*?)([ \t]*\})([ \t]*(?:#.*)?)$")


def enforcing(document: Document, places: Collection[int]) -> tuple[str, tuple[int, ...]]:
    """(text, what is left): the file with these entries of its ``publishes:`` (by number) under ``enforce``.

    left: entries that cannot be edited without writing the file anew; a person does those. Whoever uses the text reads it again first
    (`only_enforces`): a text is not a policy.
    """
    page = Page(document)
    lines = document.text.split("\n")
    left = []
    # From the end, so that lines which come in move nothing that is still to be found.
    for index in sorted(places, reverse=True):
        said = page.at("publishes", index, "mode")
        at = page.place("publishes", index, *(["mode"] if said is not None else [])).line - 1
        made = _replaced(lines[at]) if said is not None else _added(lines[at])
        if made is None:
            left.append(index)
        else:
            lines[at : at + 1] = made
    return "\n".join(lines), tuple(sorted(left))


def only_enforces(before: Policy, after: Policy, contracts: Collection[str]) -> bool:
    """True if the entries (by pattern) are under ``enforce`` now, and nothing else differs."""

    def said(entry: Publishes, mode: Mode) -> tuple[object, ...]:
        settings = entry.settings
        return (
            entry.pattern,
            entry.id,
            entry.id_from_path,
            entry.owners,
            mode,
            settings.protects,
            settings.profile,
            settings.notice,
            settings.review,
            settings.break_glass,
            settings.levels,
            settings.modes,
        )

    wanted = [said(entry, Mode.ENFORCE if entry.pattern in contracts else entry.settings.mode) for entry in before.publishes]
    return wanted == [said(entry, entry.settings.mode) for entry in after.publishes] and before.settings == after.settings


def _replaced(line: str) -> list[str] | None:
    """The line with its mode set; None if it does not say just one."""
    made, count = _MODE.subn(r"\1enforce", line)
    return [made] if count == 1 else None


def _added(line: str) -> list[str] | None:
    """The entry's first line with a mode beside it."""
    if flow := _FLOW.match(line):
        return [f"{flow.group(1)}, mode: enforce{flow.group(2)}{flow.group(3)}"]
    if block := _BLOCK.match(line):
        return [line, f"{block.group(1)} {block.group(2)}mode: enforce"]
    return None
