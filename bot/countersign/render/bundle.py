"""What a redacted reproduction says of itself, and why there is none."""

from __future__ import annotations

from collections.abc import Sequence

#: Where the policy of the bundle looks for the contracts, once the README's commands have put them there.
CONTRACTS = "contracts"

_REFUSED = {
    "refers": "it refers to other files, which two files alone do not bring",
    "unreadable": "it cannot be read",
    "words": "a word of the original would be left in it",
    "differs": "with its words replaced other rules speak, so it would not show what you see",
    "one-side": "it is there on one side only",
}


def bundle_refused(contract: str, why: str) -> str:
    return f"{contract} is not in the bundle: {_REFUSED[why]}."


def bundle_readme(version: str, contracts: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> str:
    """version: of Countersign. contracts: (file, [rule, level] of each finding)."""
    lines = [
        "# A redacted reproduction",
        "",
        f"Written by Countersign {version}. Each contract is here as it was (`old/`) and as it would be (`new/`).",
        "",
        "Replaced, everywhere by the same neutral word: names, ids, descriptions, enum values, patterns, and every other",
        "text that is not a word of the format itself. Left out: owners, links, addresses, servers, examples, comments. Kept:",
        "structure, types, numbers, limits, versions and dates. Look through the files before you send them.",
        "",
        "To see it, here, in a new Git repository:",
        "",
        f"    git init -q -b old && mkdir {CONTRACTS} && cp old/* {CONTRACTS}/",
        f"    git add contracts-policy.yaml {CONTRACTS} && git commit -qm old",
        f"    git switch -qc new && cp new/* {CONTRACTS}/ && git commit -qam new",
        "    countersign check --base old",
        "",
        "finds the same rules at the same levels as the original does:",
        "",
    ]
    lines += [f"- {file}: {rule} ({level})" for file, findings in contracts for rule, level in findings]
    lines.append("")
    return "\n".join(lines)
