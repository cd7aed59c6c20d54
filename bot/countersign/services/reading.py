"""Policies and contract texts out of a Git tree, each judged once by its blob."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from countersign import policy as policies
from countersign.formats.binary import as_text, is_binary
from countersign.model.policy import Policy, Publishes
from countersign.policy import POLICY_FILES, Document, Trouble
from countersign.ports import Children, Died, Git
from countersign.services.codec import load
from countersign.services.kept import Kept

JSON = Any

#: GitHub looks for CODEOWNERS in these places, in this order.
CODEOWNERS_FILES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
#: Kept in memory. A policy is a few kilobytes; a listing about 250 bytes a contract; references mostly nothing.
_POLICIES, _LISTINGS, _PLACES, _REFERENCES = 512, 128, 1024, 65_536
#: Of an earlier version mostly nothing as well; a contract has at most 200.
_EARLIER = 16_384
#: Rounds of "these files are needed too" for one contract; a chain of references longer than this is refused.
ROUNDS = 8


#: Bytes of a file that is read at all; a larger one is `invalid`, as an adapter of Git says by giving None.
LARGEST_FILE = 10 * 2**20


@dataclass(frozen=True, slots=True)
class EarlierText:
    """A text that a contract had. commit: the newest of the first-parent history that brought it."""

    commit: str
    file: str
    blob: str


@dataclass(frozen=True, slots=True)
class EarlierTexts:
    """Newest first, each text once. whole: there are no more than these."""

    found: tuple[EarlierText, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class PolicyReading:
    """policy: None if it cannot be read. errors and warnings: with file and line."""

    policy: Policy | None
    errors: tuple[Trouble, ...] = ()
    warnings: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, or why there is none. trouble: "" or what is wrong with the file as bytes, at which line, and what to do."""

    file: str
    text: str | None
    trouble: str = ""
    line: int = 1
    remedy: str = ""


def decode(file: str, raw: bytes | None) -> Text:
    """UTF-8 text of a blob (see `formats.binary` for files that are no text); too large (None) and not UTF-8 are troubles that name the
    place."""
    if raw is None:
        remedy = "Publish a file with the same columns and no rows." if is_binary(file) else "Split the contract, or make it smaller."
        return Text(file, None, "The file is larger than 10 MB.", remedy=remedy)
    if is_binary(file):
        return Text(file, as_text(file, raw))
    try:
        return Text(file, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Text(file, None, f"Line {line} is not UTF-8 text.", line, "Save the file as UTF-8.")


def as_document(file: str, raw: bytes | None) -> Document:
    """A policy's bytes; what is no text becomes a text that no parser takes, so it fails closed."""
    text = decode(file, raw)
    return Document(file, text.text if text.text is not None else "\x00 " + text.trouble)


def named_parts(children: Children, document: Document) -> tuple[str, ...]:
    """The patterns of the parts that a policy names. Raises RuntimeError if the child did not survive it: then nothing is decided."""
    answer = children.run("countersign.services.child:policy_parts", [{"file": document.file, "text": document.text}])[0]
    if isinstance(answer, Died):
        raise RuntimeError(f"{document.file} could not be read: {answer.detail}")
    return tuple(answer)


def with_parts(document: Document, names: Sequence[str], contents: Mapping[str, bytes | None]) -> Document:
    """The policy with its parts. Too many of them become one that no parser takes, so it fails closed. contents: name -> bytes."""
    if len(names) > policies.MOST_PARTS:
        trouble = f"\x00 {document.file} names {len(names):,} policies; {policies.MOST_PARTS} are the most."
        return replace(document, parts=(Document(document.file, trouble),))
    return replace(document, parts=tuple(as_document(name, contents[name]) for name in names))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads trees of one Git through the child process; safe for several threads.

    references: (repository, contract file, blob) -> the other files that it refers to and their blobs, see `dependencies`.
    last_steps: the same -> how the paths of these files end, as far as no parser was asked, see `dependencies`.
    earlier: (repository, tip, contract file, contract id) -> the texts that the contract had, see `earlier_versions`.
    judged_earlier: (digest of tip and change, earlier file, its blob) -> the child's judgement, see `earlier_versions`.
    renamed: as `Records.renamed_teams`; at a desk nobody knows of any.
    """

    git: Git
    children: Children
    renamed: Callable[[], Mapping[str, str]] = dict
    references: Kept[tuple[str, str, str], Mapping[str, str]] = field(default_factory=lambda: Kept(_REFERENCES))
    last_steps: Kept[tuple[str, str, str], tuple[str, ...]] = field(default_factory=lambda: Kept(_REFERENCES))
    earlier: Kept[tuple[str, str, str, str], EarlierTexts] = field(default_factory=lambda: Kept(_LISTINGS))
    judged_earlier: Kept[tuple[str, ...], JSON] = field(default_factory=lambda: Kept(_EARLIER))
    _policies: Kept[tuple[str, str, str], PolicyReading] = field(default_factory=lambda: Kept(_POLICIES))
    _listings: Kept[tuple[str, str, tuple[str, ...]], Mapping[str, str]] = field(default_factory=lambda: Kept(_LISTINGS))
    _entries: Kept[tuple[str, str, tuple[tuple[str, str, bool], ...]], Mapping[str, tuple[int, str]]] = field(
        default_factory=lambda: Kept(_LISTINGS)
    )
    _wholes: Kept[tuple[str, str, str], Document] = field(default_factory=lambda: Kept(_LISTINGS))
    _places: Kept[tuple[str, str, tuple[str, ...]], Mapping[str, str]] = field(default_factory=lambda: Kept(_PLACES))

    def contracts(self, repository: str, tree: str, policy: Policy) -> Mapping[str, str]:
        """path -> blob of every file of a commit or tree that the policy lists; looked for once for each tree and patterns."""
        key = (repository, tree, tuple(entry.pattern for entry in policy.publishes))
        known = self._listings.get(key)
        if known is not None:
            return known
        files = self.git.files(repository, tree)
        return self._listings.put(key, {path: files[path] for path in policies.members(policy, files)})

    def members(self, repository: str, tree: str, policy: Policy) -> dict[str, tuple[Publishes, str]]:
        """As `policies.members` has it, of the files of a commit or tree. Which entry is a file's is asked once, like `contracts`."""
        key = (repository, tree, tuple((entry.pattern, entry.id, entry.id_from_path) for entry in policy.publishes))
        known = self._entries.get(key)
        if known is None:
            places = {id(entry): place for place, entry in enumerate(policy.publishes)}
            found = policies.members(policy, self.contracts(repository, tree, policy))
            known = self._entries.put(key, {file: (places[id(entry)], contract) for file, (entry, contract) in found.items()})
        return {file: (policy.publishes[place], contract) for file, (place, contract) in known.items()}

    def places(self, repository: str, tree: str, names: Sequence[str]) -> Mapping[str, str]:
        """path -> blob of those of a few well-known files that the commit or tree has."""
        key = (repository, tree, tuple(names))
        known = self._places.get(key)
        return self._places.put(key, self.git.paths(repository, tree, names)) if known is None else known

    def document(self, repository: str, tree: str) -> Document | None:
        """The policy file of a tree, with the parts that it names. Of two the first counts, and `policy check` says so."""
        document = self.first(repository, tree, POLICY_FILES)
        # Most policies have no parts, and need no look by the child. (YAML can write any word with backslashes.)
        if document is None or not ("policies" in document.text or "\\" in document.text) or policies.is_organisation(repository):
            return document
        key = (repository, tree, _digest(document))
        known = self._wholes.get(key)
        return self._wholes.put(key, self._whole(repository, tree, document)) if known is None else known

    def _whole(self, repository: str, tree: str, document: Document) -> Document:
        patterns = named_parts(self.children, document)
        if not patterns:
            return document
        files = self.git.files(repository, tree)
        names = policies.parts_among(patterns, files, POLICY_FILES)
        raw = self.git.read(repository, [files[name] for name in names[: policies.MOST_PARTS]])
        return with_parts(document, names, {name: raw[files[name]] for name in names[: policies.MOST_PARTS]})

    def codeowners(self, repository: str, tree: str) -> str:
        document = self.first(repository, tree, CODEOWNERS_FILES)
        return document.text if document else ""

    def first(self, repository: str, tree: str, names: Sequence[str]) -> Document | None:
        """The first of these files that the tree has; unreadable bytes become text that no parser takes, so they fail closed."""
        blobs = self.places(repository, tree, names)
        name = next((name for name in names if name in blobs), None)
        if name is None:
            return None
        raw = self.git.read(repository, [blobs[name]])[blobs[name]]
        return as_document(name, raw)

    def policy(self, name: str, repository: Document | None, organisation: Document | None) -> PolicyReading:
        """The policy that two documents make, parsed once for each pair of texts."""
        key = (name, _digest(repository), _digest(organisation))
        known = self._policies.get(key)
        if known is not None:
            return known
        item = {"name": name, "repository": as_item(repository), "organisation": as_item(organisation), "below_floor": "lift"}
        answer = self.children.run("countersign.services.child:read_policy", [item])[0]
        if isinstance(answer, Died):  # not kept: a busy machine may have been the cause
            file = repository.file if repository else POLICY_FILES[0]
            trouble = Trouble(file, 1, f"The policy could not be read: {answer.detail}", "Make it smaller or simpler.")
            return PolicyReading(None, (trouble,))
        return self._policies.put(key, load(PolicyReading, answer))

    def texts(self, repository: str, blobs: Mapping[str, str]) -> dict[str, Text]:
        """path -> text for path -> blob, in one batch."""
        raw = self.git.read(repository, tuple(blobs.values()))
        return {path: decode(path, raw.get(blob)) for path, blob in blobs.items()}

    def answer(self, function: str, items: Sequence[JSON], trees: Mapping[str, str], repository: str) -> list[JSON | Died]:
        """Run items that hold sources, and bring the sibling files they turn out to need. trees: side -> commit or tree."""
        answers: list[JSON | Died] = [None] * len(items)
        open_items = list(range(len(items)))
        for _ in range(ROUNDS):
            again: list[int] = []
            for index, answer in zip(open_items, self.children.run(function, [items[i] for i in open_items]), strict=True):
                answers[index] = answer
                if not isinstance(answer, Died) and "needs" in answer:
                    again.append(index)
                    for side, paths in answer["needs"].items():
                        self._bring(repository, trees[side], items[index][side], paths)
            open_items = again
            if not open_items:
                return answers
        for index in open_items:
            answers[index] = Died("crash", f"Its references lead through more than {ROUNDS} levels of files.")
        return answers

    def _bring(self, repository: str, tree: str, source: JSON, paths: Sequence[str]) -> None:
        source.setdefault("siblings", {}).update(self.siblings(repository, tree, paths)[0])

    def siblings(self, repository: str, tree: str, paths: Sequence[str]) -> tuple[dict[str, str | None], Mapping[str, str]]:
        """(path -> text, or None where there is no such file; path -> blob of those that are files).

        A path that ends in a slash asks what is below it: the paths, one a line.
        """
        folders = [path for path in paths if path.endswith("/")]
        files = sorted(self.git.files(repository, tree)) if folders else []
        below = {folder: "\n".join(file for file in files if file.startswith(folder)) for folder in folders}
        rest = [path for path in paths if path not in below]
        blobs = self.git.paths(repository, tree, rest) if rest else {}
        texts = self.texts(repository, blobs)
        return {path: texts[path].text if path in texts else below.get(path) for path in paths}, blobs


def as_item(document: Document | None) -> JSON:
    return {"file": document.file, "text": document.text, "parts": [as_item(part) for part in document.parts]} if document else None


def _digest(document: Document | None) -> str:
    """Stands for a document, which may be 10 MB long."""
    if document is None:
        return ""
    said = "\0".join((document.file, document.text, *(_digest(part) for part in document.parts)))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
