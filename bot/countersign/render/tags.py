"""The message of a version's tag: plain text with Git trailers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countersign.render.words import clean


def tag_message(contract: str, version: str, repository: str, number: int, signed: Mapping[str, Sequence[str]]) -> str:
    """signed: login -> handles. The address is GitHub's private one, so that no other is told."""
    lines = [f"{clean(contract)} {clean(version)}", "", f"Merged by {repository}#{number}.", ""]
    for login, handles in sorted(signed.items()):
        who = clean(login)
        lines.append(f"Countersigned-by: {who} <{who}@users.noreply.github.com> ({', '.join(sorted(set(handles)))})")
    if not signed:
        lines.append("Nobody had to sign it.")
    return "\n".join(lines) + "\n"
