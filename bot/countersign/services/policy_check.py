"""`countersign policy check`: what the bot would say of a policy, and what only shows with the files beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from countersign import policy as policies
from countersign.policy import POLICY_FILES, Trouble
from countersign.ports import Children, Died
from countersign.services.codec import load
from countersign.services.reading import CODEOWNERS_FILES, PolicyReading

#: Folders that hold no contracts of the repository's own.
_SKIPPED = frozenset({".git", ".venv", "node_modules", ".tox", "__pycache__"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCheck:
    """errors, warnings: with file and line. contracts: how many files are listed. reads: how many registrations."""

    errors: tuple[Trouble, ...]
    warnings: tuple[Trouble, ...]
    contracts: int = 0
    reads: int = 0


def check_policy(children: Children, file: Path, organisation: Path | None, *, as_organisation: bool, name: str) -> PolicyCheck | None:
    """Read the policy in the child process; None if that did not survive it."""
    own = {"file": str(file), "text": file.read_text(errors="replace")}
    above = {"file": str(organisation), "text": organisation.read_text(errors="replace")} if organisation else None
    item = {"name": name, "repository": None if as_organisation else own, "organisation": own if as_organisation else above}
    answer = children.run("countersign.services.child:read_policy", [item])[0]
    if isinstance(answer, Died):
        return None
    reading = load(PolicyReading, answer)
    policy = reading.policy
    if policy is None or as_organisation:
        return PolicyCheck(errors=reading.errors, warnings=reading.warnings)
    root = file.parent.parent if file.parent.name == ".github" else file.parent
    present = _files(root)
    errors, warnings = list(reading.errors), list(reading.warnings)
    if all((root / one).is_file() for one in POLICY_FILES):
        errors.append(Trouble(POLICY_FILES[1], 1, f"There is a {POLICY_FILES[0]} as well.", "Keep one of them."))
    listed = policies.listed(policy, present)
    owners = next((root / one for one in CODEOWNERS_FILES if (root / one).is_file()), None)
    lookup = policies.codeowners(owners.read_text(errors="replace") if owners else "")
    for entry in policy.publishes:
        mine = [path for path, (one, _) in listed.items() if one.pattern == entry.pattern]
        if not mine:
            warnings.append(
                Trouble(
                    str(file), entry.place.line, f"`{entry.pattern}` lists no file that is here.", "Correct the pattern, or take it out."
                )
            )
        for path in mine:
            if not policies.owners_of(policy, entry, lookup, path):
                errors.append(
                    Trouble(
                        str(file),
                        entry.place.line,
                        f"{path} has no owners: nobody could sign for readers who are not registered.",
                        'Write `owners: ["@org/team"]` here, a line in CODEOWNERS, or owners in the organisation\'s policy.',
                    )
                )
    return PolicyCheck(errors=tuple(errors), warnings=tuple(warnings), contracts=len(listed), reads=len(policy.reads))


def _files(root: Path) -> list[str]:
    return [
        path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() and not _SKIPPED & set(path.relative_to(root).parts)
    ]
