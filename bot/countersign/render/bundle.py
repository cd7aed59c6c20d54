"""What a redacted reproduction says of itself, and why there is none."""

from __future__ import annotations

from collections.abc import Sequence

_REFUSED = {
    "refers": "it refers to other files, which two files alone do not bring",
    "unreadable": "it cannot be read",
    "words": "a word of the original would be left in it",
    "differs": "with its words replaced other rules speak, so it would not show what you see",
    "one-side": "it is there on one side only",
}


def bundle_refused(contract: str, why: str) -> str:
    return f"{contract} is not in the bundle: {_REFUSED[why]}."


def bundle_readme(version: str, contracts: Sequence[tuple[str, str, Sequence[Sequence[str]]]]) -> str:
    """version: of Countersign. contracts: (file, whom it protects, [rule, level] of each finding)."""
    lines = [
        "# A redacted reproduction",
        "",
        f"Written by Countersign {version}. Each contract is here as it was (`old/`) and as it would be (`new/`).",
        "",
        "Replaced, everywhere by the same neutral word: names, ids, descriptions, enum values, patterns, and every other",
        "text that is not a word of the format itself. Left out: owners, links, addresses, examples, comments. Kept:",
        "structure, types, numbers, limits, versions and dates. Look through the files before you send them.",
        "",
    ]
    for file, protects, findings in contracts:
        lines += [
            f"    countersign diff --protects {protects} old/{file} new/{file}",
            "",
            "finds the same rules at the same levels as the original does:",
            "",
            *(f"- {rule} ({level})" for rule, level in findings),
            "",
        ]
    return "\n".join(lines)
