"""Several policies in one repository: the root's, and those of directories that it names under ``policies:``.

A part is read as entries of the root's own file. Its patterns and files are meant from its directory on and reach nothing outside of it;
what it sets for itself (its mode, its owners, …) is what its entries start from. So everything that reads, checks or compares a policy
sees one file, and only places know of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from countersign.model.contract import Place
from countersign.policy.document import Document, Page, Trouble
from countersign.policy.pattern import Patterns

JSON = Any
Pointer = tuple[str | int, ...]

#: The name of every policy file, wherever it stands.
FILE_NAME = "contracts-policy.yaml"
#: More than any monorepo has; bounds what one judgement reads.
MOST_PARTS = 200

#: What a part sets for the entries of its own ``publishes:``.
_STARTS = (
    "mode",
    "protects",
    "open_objects",
    "protobuf",
    "table_format",
    "notice",
    "rules",
    "review",
    "break_glass",
    "runtime",
    "owners",
    "domain",
)
#: Lists whose entries are taken over.
_LISTS = ("publishes", "reads", "products", "contested")
_KEYS = frozenset({"version", *_STARTS, *_LISTS})


def patterns_of(data: Mapping[str, JSON]) -> tuple[str, ...]:
    """What a root's data names under ``policies:``, as far as it can be told before it is checked."""
    named = data.get("policies")
    return tuple(one for one in named if isinstance(one, str)) if isinstance(named, list) else ()


def parts_among(patterns: Sequence[str], files: Iterable[str], roots: Sequence[str]) -> tuple[str, ...]:
    """The files that are parts: matched, called as a policy is, and none of the places where a root may stand. Sorted."""
    wanted = Patterns(list(patterns))
    return tuple(sorted(file for file in files if _may_be(file) and file not in roots and wanted.best(file) is not None))


def is_part(patterns: Sequence[str], file: str) -> bool:
    return _may_be(file) and Patterns(list(patterns)).best(file) is not None


def misplaced(page: Page) -> list[Trouble]:
    """Keys that a part may not hold, because they are about the whole repository."""
    return [
        page.trouble((key,), f"`{key}` is for the whole repository", "Move it to the repository's own policy, outside of this directory")
        for key in page.data
        if key not in _KEYS and isinstance(key, str) and key in _known()
    ]


def fold(root: Mapping[str, JSON], parts: Iterable[tuple[str, Mapping[str, JSON]]]) -> dict[str, JSON]:
    """The data of the whole. parts: (file, data) of each, in order."""
    whole = dict(root)
    for file, data in parts:
        directory = file.rpartition("/")[0]
        starts = {key: data[key] for key in _STARTS if key in data}
        for key in _LISTS:
            entries = _entries(data, key)
            if not entries:
                continue
            taken = [_published(entry, starts, directory) if key == "publishes" else _moved(entry, directory) for entry in entries]
            whole[key] = [*_entries(whole, key), *taken]
    return whole


class Whole(Page):
    """A root's page with its parts' behind it. Raises `Unreadable` for the first of them that cannot be read."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.root = self.data
        self.parts = [(Page(part)) for part in document.parts]
        self.data = fold(self.root, [(page.file, page.data) for page in self.parts])

    def at(self, *pointer: str | int) -> JSON:
        page, there = self._find(pointer)
        return super().at(*pointer) if page is None else page.at(*there)

    def place(self, *pointer: str | int) -> Place:
        page, there = self._find(pointer)
        return super().place(*pointer) if page is None else page.place(*there)

    def trouble(self, pointer: Pointer, message: str, remedy: str) -> Trouble:
        page, there = self._find(pointer)
        return super().trouble(pointer, message, remedy) if page is None else page.trouble(there, message, remedy)

    def _find(self, pointer: Pointer) -> tuple[Page | None, Pointer]:
        """The part in which a pointer into the whole stands, and where there; None for the root's own."""
        if len(pointer) < 2 or pointer[0] not in _LISTS or not isinstance(pointer[1], int):
            return None, pointer
        key, index, rest = str(pointer[0]), pointer[1] - len(_entries(self.root, str(pointer[0]))), pointer[2:]
        if index < 0:
            return None, pointer
        for page in self.parts:
            count = len(_entries(page.data, key))
            if index < count:
                started = key == "publishes" and rest and rest[0] in _STARTS and page.at(key, index, rest[0]) is None
                return page, tuple(rest) if started else (key, index, *rest)
            index -= count
        return None, pointer


def open_page(document: Document) -> Page:
    """The page of a policy, of its parts too if there are any. Raises `Unreadable`."""
    return Whole(document) if document.parts else Page(document)


def _may_be(file: str) -> bool:
    return file.rpartition("/")[2] == FILE_NAME


def _published(entry: Mapping[str, JSON], starts: Mapping[str, JSON], directory: str) -> dict[str, JSON]:
    """An entry of ``publishes:`` as the root would write it. One that does not fit the schema is empty, and stays so."""
    if not entry:
        return {}
    made = _over(starts, entry)
    for key in ("contract", "code"):
        if key in made:
            made[key] = _below(directory, made[key])
    for key in ("payload", "meaning"):
        if key in made:
            made[key] = _in(directory, made[key])
    return made


def _moved(entry: Mapping[str, JSON], directory: str) -> dict[str, JSON]:
    """An entry of another list; the files that it names are meant from the part's directory on."""
    return {key: _in(directory, value) if key == "odps" else value for key, value in entry.items()}


def _over(start: Mapping[str, JSON], entry: Mapping[str, JSON]) -> dict[str, JSON]:
    """``entry`` over ``start``, setting by setting."""
    made = dict(start)
    for key, value in entry.items():
        both = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = _over(made[key], value) if both else value
    return made


def _below(directory: str, pattern: JSON) -> JSON:
    """A pattern that reaches only below the directory."""
    if isinstance(pattern, list):
        return [_below(directory, one) for one in pattern]
    if not isinstance(pattern, str):
        return pattern
    anchored = "/" in pattern.rstrip("/")
    fixed = "".join(f"\\{letter}" if letter in "*?\\" else letter for letter in directory)
    return f"/{fixed}/{pattern.lstrip('/')}" if anchored else f"/{fixed}/**/{pattern}"


def _in(directory: str, file: JSON) -> JSON:
    if isinstance(file, dict):
        return {key: _in(directory, one) for key, one in file.items()}
    return f"{directory}/{file}" if isinstance(file, str) else file


def _entries(data: Mapping[str, JSON], key: str) -> list[Any]:
    """The entries of a list; one that is no mapping as an empty one, so that places hold."""
    value = data.get(key)
    return [entry if isinstance(entry, dict) else {} for entry in value] if isinstance(value, list) else []


def _known() -> frozenset[str]:
    from countersign.policy.schema import root

    return frozenset(root()["properties"])
