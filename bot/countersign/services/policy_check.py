"""`countersign policy check`: what the bot would say of a policy, and what only shows with the files beside it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from countersign import policy as policies
from countersign.model.engine import FITS, Engine
from countersign.model.path import show
from countersign.model.policy import Policy
from countersign.policy import POLICY_FILES, Trouble
from countersign.ports import JSON, Children, Died
from countersign.services.codec import load
from countersign.services.reading import (
    CODEOWNERS_FILES,
    LARGEST_FILE,
    ROUNDS,
    PolicyReading,
    as_document,
    as_item,
    decode,
    named_parts,
    with_parts,
)

#: Folders that hold no contracts of the repository's own.
_SKIPPED = frozenset({".git", ".venv", "node_modules", ".tox", "__pycache__"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCheck:
    """errors, warnings: with file and line, in that order. contracts: how many files are listed. reads: how many registrations."""

    errors: tuple[Trouble, ...]
    warnings: tuple[Trouble, ...]
    contracts: int = 0
    reads: int = 0


def check_policy(children: Children, file: Path, organisation: Path | None, *, as_organisation: bool, name: str) -> PolicyCheck | None:
    """Read the policy in the child process, and the contracts that it lists; None if the child did not survive the policy.

    name: ``org/repo``. as_organisation: the file is that of the organisation's ``.github`` repository.
    """
    root = file.parent.parent if file.parent.name == ".github" else file.parent
    document = as_document(str(file), file.read_bytes())
    try:
        parts = policies.parts_among(named_parts(children, document), _files(root), POLICY_FILES)
    except RuntimeError:  # the child did not survive it
        return None
    own = as_item(with_parts(document, parts, {part: (root / part).read_bytes() for part in parts[: policies.MOST_PARTS]}))
    above = as_item(as_document(str(organisation), organisation.read_bytes())) if organisation else None
    item = {"name": name, "repository": own, "organisation": above}
    if as_organisation or name.endswith("/.github"):
        item = {"name": f"{name.split('/')[0]}/.github", "repository": None, "organisation": own}
    answer = children.run("countersign.services.child:read_policy", [item])[0]
    if isinstance(answer, Died):
        return None
    reading = load(PolicyReading, answer)
    if reading.policy is None:
        return PolicyCheck(errors=_told(root, parts, reading.errors), warnings=_told(root, parts, reading.warnings))
    folder = _Folder(children, root, str(file), reading.policy, item["name"])
    errors = [*reading.errors, *folder.errors()]
    warnings = [*reading.warnings, *folder.warnings()]
    return PolicyCheck(
        errors=tuple(sorted(_told(root, parts, errors), key=_order)),
        warnings=tuple(sorted(_told(root, parts, warnings), key=_order)),
        contracts=len(folder.listed),
        reads=len(reading.policy.reads),
    )


def _told(root: Path, parts: Collection[str], troubles: Iterable[Trouble]) -> tuple[Trouble, ...]:
    """Files of directories' policies as they are found from here."""
    return tuple(replace(one, file=str(root / one.file)) if one.file in parts else one for one in troubles)


def _order(trouble: Trouble) -> tuple[str, int]:
    return trouble.file, trouble.line


class _Folder:
    """The files beside a policy. listed: as `policies.listed`."""

    def __init__(self, children: Children, root: Path, file: str, policy: Policy, name: str) -> None:
        self._children = children
        self._root = root
        self._file = file
        self._policy = policy
        self._name = name
        self._formats: dict[str, str] = {}  # contract id -> its format, of those that can be read
        self._present = frozenset(_files(root))
        self.listed = policies.listed(policy, sorted(self._present))
        self._fields, self._unreadable = self._read()

    def errors(self) -> Iterator[Trouble]:
        second = policies.second_policy(self._present)
        if second:
            yield replace(second, file=str(self._root / second.file))
        yield from self._without_owners()
        yield from self._of_one_id()
        yield from self._unreadable

    def warnings(self) -> Iterator[Trouble]:
        used = {entry.pattern for entry, _ in self.listed.values()}
        for entry in self._policy.publishes:
            if entry.pattern not in used:
                message = f"`{entry.pattern}` lists no file that is here"
                remedy = "Correct the pattern, or take the entry out"
                if any(policies.listed(Policy(file=self._file, publishes=(entry,)), self._present)):
                    message += " for itself: entries that are more specific take them all"
                    remedy = "Take the entry out, if that is meant"
                yield Trouble(entry.place.file, entry.place.line, message, remedy)
        yield from self._unknown_fields()
        yield from self._strange_engines()

    def _without_owners(self) -> Iterator[Trouble]:
        owners = next((self._root / one for one in CODEOWNERS_FILES if one in self._present), None)
        lookup = policies.codeowners(owners.read_text(encoding="utf-8", errors="replace") if owners else "")
        for path, (entry, _) in self.listed.items():
            if not policies.owners_of(self._policy, entry, lookup, path):
                yield Trouble(
                    entry.place.file,
                    entry.place.line,
                    f"{path} has no owners: nobody could sign for readers who are not registered",
                    'Write `owners: ["@org/team"]` or a line in CODEOWNERS; or give the organisation\'s policy (--organisation-policy)',
                )

    def _of_one_id(self) -> Iterator[Trouble]:
        first: dict[str, str] = {}
        for path, (entry, contract) in self.listed.items():
            if first.setdefault(contract, path) != path:
                yield Trouble(
                    entry.place.file,
                    entry.place.line,
                    f"{path} and {first[contract]} are both called `{contract}`, so readers could not name either",
                    "Write an `id:` for one of them, or `id_from: path` where one entry lists both",
                )

    def _unknown_fields(self) -> Iterator[Trouble]:
        """Not wrong: a notice may outlive its field until somebody takes it out."""
        for entry in self._policy.publishes:
            paths = [path for path, (one, _) in self.listed.items() if one is entry]
            known = {field for path in paths for field in self._fields.get(path, ())}
            for notice in entry.notices if known and all(path in self._fields for path in paths) else ():
                field = show(notice.path)
                if field not in known:
                    near = get_close_matches(field, sorted(known), 1)
                    yield Trouble(
                        notice.place.file,
                        notice.place.line,
                        f"`{field}` is in no contract of `{entry.pattern}`, so nothing is announced",
                        f"Did you mean `{near[0]}`?" if near else "Write the dataset first, as in `orders.region`, or take the notice out",
                    )

    def _strange_engines(self) -> Iterator[Trouble]:
        """Of other repositories' contracts nobody knows the format here."""
        for entry in self._policy.reads:
            form = self._formats.get(entry.reference.contract) if entry.reference.repository == self._name else None
            if entry.reads_with and form is not None and form not in FITS[Engine(entry.reads_with)]:
                yield Trouble(
                    entry.place.file,
                    entry.place.line,
                    f"`{entry.reads_with}` reads no contract in {form} otherwise than anybody else, so it changes nothing here",
                    f"Write one of {', '.join(f'`{one}`' for one in sorted(FITS) if form in FITS[one])}, or take `reads_with:` out",
                )

    def _read(self) -> tuple[dict[str, Sequence[str]], list[Trouble]]:
        """The shown paths of each contract's fields, and which contracts cannot be read."""
        fields: dict[str, Sequence[str]] = {}
        troubles: list[Trouble] = []
        items: dict[str, JSON] = {}
        for path, (_, contract) in self.listed.items():
            text = self._text(path)
            if text is None:
                troubles.append(Trouble(str(self._root / path), 1, "this is no UTF-8 text of at most 10 MB", "Repair the file"))
            else:
                items[path] = {"id": contract, "source": {"file": path, "text": text, "siblings": {}}}
        for _ in range(ROUNDS):
            answers = self._children.run("countersign.services.child:summarise", list(items.values()))
            waiting: dict[str, JSON] = {}
            for (path, item), answer in zip(items.items(), answers, strict=True):
                if isinstance(answer, Died):
                    troubles.append(
                        Trouble(str(self._root / path), 1, f"this cannot be read: {answer.detail}", "Make it smaller or simpler")
                    )
                elif "unreadable" in answer:
                    place, _, message = answer["unreadable"].partition(": ")
                    at, _, line = place.rpartition(":")
                    remedy = "Repair it: what cannot be read never passes the gate"
                    troubles.append(Trouble(str(self._root / at), int(line), message.rstrip("."), remedy))
                elif "needs" in answer:
                    siblings = {needed: self._text(needed) for needed in answer["needs"]["source"]}
                    waiting[path] = {**item, "source": {**item["source"], "siblings": {**item["source"]["siblings"], **siblings}}}
                else:
                    fields[path] = answer["fields"]
                    self._formats[item["id"]] = answer["format"]
            items = waiting
            if not items:
                return fields, troubles
        remedy = "Refer to the last of them directly"
        message = f"its references lead through more than {ROUNDS} levels of files"
        return fields, [*troubles, *(Trouble(str(self._root / path), 1, message, remedy) for path in items)]

    def _text(self, path: str) -> str | None:
        """Of a file that is here; links are not followed, as in Git. Of a folder: the paths below it, one a line."""
        if path.endswith("/"):
            return "\n".join(sorted(one for one in self._present if one.startswith(path)))
        file = self._root / path
        if path not in self._present:
            return None
        return decode(path, file.read_bytes() if file.stat().st_size <= LARGEST_FILE else None).text


def _files(root: Path) -> Iterator[str]:
    """Paths below ``root``, with slashes; no links."""
    for directory, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - _SKIPPED)
        for name in files:
            file = Path(directory) / name
            if file.is_file() and not file.is_symlink():
                yield file.relative_to(root).as_posix()
