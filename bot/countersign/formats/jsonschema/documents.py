"""The files that a schema is made of, and where its ``$ref`` lead. Never over the network, never out of the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from copy import copy
from typing import Any, NamedTuple
from urllib.parse import unquote

from countersign.formats.jsonschema.keywords import DRAFTS, NEWEST, REF_STANDS_ALONE, beside_reference, schemas
from countersign.formats.marked import Unreadable, load_json, load_yaml
from countersign.formats.source import Document, NeedsFiles, Pointer, Source
from countersign.formats.violations import unreadable

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}\Z")
MAX_FILES = 200


class Target(NamedTuple):
    """A schema: its file and its place in it."""

    file: str
    at: Pointer


class Documents:
    """The contract's file and, as they are needed, those it refers to. Raises `Unreadable` and `NeedsFiles`."""

    def __init__(self, source: Source) -> None:
        self._root = source.file
        self._siblings = source.siblings
        self._documents = {source.file: Document(source.file, source.text, load_json(source.text, source.file))}
        self.draft = self._draft_of(self._documents[source.file], None)
        self._check(self._documents[source.file])
        self._gather(source.file)

    @property
    def ref_stands_alone(self) -> bool:
        return self.draft in REF_STANDS_ALONE

    def document(self, target: Target) -> Document:
        return self._documents[target.file]

    def schema(self, target: Target) -> Any:
        """The schema at a target that `resolve` has given, or that lies in one."""
        value = self._documents[target.file].value
        for step in target.at:
            value = value[step]
        return value

    def label(self, target: Target) -> str:
        """``#/$defs/address``, ``common/address.json#``: the same wherever the contract is moved with the files beside it."""
        file = posixpath.relpath(target.file, posixpath.dirname(self._root) or ".") if target.file != self._root else ""
        return file + "#" + "".join(f"/{step}" for step in target.at)

    def everything(self) -> Mapping[str, Any]:
        """File -> its whole content."""
        return {file: document.value for file, document in self._documents.items()}

    def refuse(self, target: Target, keyword: str, message: str, remedy: str) -> Unreadable:
        return Unreadable(target.file, self._documents[target.file].line(*target.at, keyword), message, remedy)

    def resolve(self, owner: Target) -> Target:
        """Where the ``$ref`` of the schema at ``owner`` leads."""
        written = self.schema(owner)["$ref"]
        if not isinstance(written, str):
            raise self.refuse(owner, "$ref", "this `$ref` is no text", "Write a path such as `#/$defs/address` or `address.json`")
        if self._moved(owner):
            raise self.refuse(
                owner,
                "$ref",
                "an `$id` around this `$ref` gives it another base address",
                "Take the inner `$id` out, or write the schema out",
            )
        fragment = written.partition("#")[2]
        file = self._file(owner, _address(written))
        if file not in self._documents:
            self._load(file, owner)
        target = Target(file, self._pointer(owner, self._documents[file], unquote(fragment)))
        if not isinstance(self.schema(target), dict | bool):
            raise self.refuse(owner, "$ref", f"`{written}` leads to something that is no schema", "Point at a schema")
        if self._moved(target):
            raise self.refuse(owner, "$ref", f"`{written}` leads into a schema with an `$id` of its own", "Take the inner `$id` out")
        return target

    def settled(self, target: Target) -> Target:
        """Where the references lead that stand alone at ``target``; back to where they began if they lead in a circle."""
        seen = set()
        at = target
        while at not in seen:
            seen.add(at)
            schema = self.schema(at)
            if not isinstance(schema, dict) or "$ref" not in schema or (beside_reference(schema) and not self.ref_stands_alone):
                return at
            at = self.resolve(at)
        return target

    def read_as(self, draft: str) -> Documents:
        """The same files, read by another draft."""
        other = copy(self)
        other.draft = draft
        return other

    def _gather(self, file: str) -> None:
        """Ask for all files that are named anywhere, so that the repository is read in few rounds."""
        waiting, missing = [file], set()
        while waiting:
            document = self._documents[waiting.pop()]
            for at, schema in schemas(document.value):
                address = _address(schema["$ref"]) if isinstance(schema.get("$ref"), str) else ""
                if not address or _SCHEME.match(address) or self._moved(Target(document.file, at)):
                    continue
                named = self._file(Target(document.file, at), address)
                if named not in self._documents and named in self._siblings and self._siblings[named] is not None:
                    self._load(named, Target(document.file, at))
                    waiting.append(named)
                elif named not in self._siblings and named not in self._documents:
                    missing.add(named)
        if missing:
            raise NeedsFiles(tuple(sorted(missing)))

    def _load(self, file: str, owner: Target) -> None:
        if file not in self._siblings:
            raise NeedsFiles((file,))
        text = self._siblings[file]
        if text is None:
            raise self.refuse(owner, "$ref", f"`{file}` is not in the repository", "Add the file, or correct the path")
        if len(self._documents) >= MAX_FILES:
            raise self.refuse(owner, "$ref", f"the schema is spread over more than {MAX_FILES} files", "Split the contract")
        load = load_yaml if file.endswith((".yaml", ".yml")) else load_json
        document = Document(file, text, load(text, file))
        draft = self._draft_of(document, self.draft)
        if draft != self.draft:
            raise Unreadable(
                file, document.line("$schema"), f"this file is {draft}, but {self._root} is {self.draft}", "Use one draft in all of them"
            )
        self._documents[file] = document
        self._check(document)

    def _draft_of(self, document: Document, otherwise: str | None) -> str:
        """The draft that the file names; without a name that of the file that refers to it, or the newest whose metaschema lets it pass."""
        if not isinstance(document.value, dict | bool):
            raise Unreadable(document.file, 1, "this is no JSON Schema: it is neither an object nor true or false", "Begin with `{`")
        written = document.value.get("$schema") if isinstance(document.value, dict) else None
        if written is None:
            return otherwise or next((draft for draft in reversed(list(DRAFTS)) if _wrong_under(draft, document) is None), NEWEST)
        bare = re.sub(r"\Ahttps?://", "", written).rstrip("#") if isinstance(written, str) else ""
        for draft, address in DRAFTS.items():
            if bare == address:
                return draft
        raise Unreadable(
            document.file, document.line("$schema"), f"`{written}` is no draft that is read", f"Use one of {', '.join(DRAFTS)}"
        )

    def _check(self, document: Document) -> None:
        """Against the draft's own metaschema, which the validator carries with it."""
        wrong = _wrong_under(self.draft, document)
        if wrong is not None:
            hint = (
                "" if isinstance(document.value, dict) and "$schema" in document.value else "; or name the draft that is meant in `$schema`"
            )
            raise Unreadable(wrong.file, wrong.line, wrong.message, wrong.remedy + hint)

    def _file(self, owner: Target, address: str) -> str:
        """The repository path of an address: relative to the file that names it."""
        if not address or address == self._address_of(owner.file):
            return owner.file
        if address == self._address_of(self._root):
            return self._root
        if _SCHEME.match(address):
            raise self.refuse(
                owner,
                "$ref",
                f"`{address}` is an address, and nothing is fetched",
                "Put the file into the repository, and name its path",
            )
        path = posixpath.normpath(posixpath.join(posixpath.dirname(owner.file), unquote(address)))
        if address.startswith("/") or path == ".." or path.startswith(("../", "/")):
            raise self.refuse(owner, "$ref", f"`{address}` leads out of the repository", "Name the file by a path relative to this one")
        return path

    def _address_of(self, file: str) -> str | None:
        value = self._documents[file].value
        address = (value.get("$id") or value.get("id")) if isinstance(value, dict) else None
        return address.partition("#")[0] if isinstance(address, str) else None

    def _moved(self, target: Target) -> bool:
        """An ``$id`` below the root, in the schema or around it, would give references another base."""
        value = self._documents[target.file].value
        key = "id" if self.draft == "draft-04" else "$id"
        for step in target.at:
            value = value[step]
            inner = value.get(key) if isinstance(value, dict) else None
            if isinstance(inner, str) and not inner.startswith("#"):
                return True
        return False

    def _pointer(self, owner: Target, document: Document, fragment: str) -> Pointer:
        written = self.schema(owner)["$ref"]
        if fragment and not fragment.startswith("/"):
            return self._anchor(owner, document, fragment)
        at: list[str | int] = []
        value = document.value
        for step in fragment.split("/")[1:]:
            key: str | int = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, list) and _INDEX.match(str(key)):
                key = int(key)
            inside = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
            if key not in inside:
                raise self.refuse(
                    owner, "$ref", f"`{written}` leads nowhere: {document.file} has no such place", "Correct the path behind the `#`"
                )
            value = value[key]
            at.append(key)
        return tuple(at)

    def _anchor(self, owner: Target, document: Document, name: str) -> Pointer:
        found = [
            at
            for at, schema in schemas(document.value)
            if schema.get("$anchor") == name or (self.ref_stands_alone and f"#{name}" in (schema.get("$id"), schema.get("id")))
        ]
        if len(found) != 1:
            raise self.refuse(owner, "$ref", f"{document.file} has {len(found)} anchors `{name}`", "Point at one by its path: `#/$defs/…`")
        return found[0]


def _wrong_under(draft: str, document: Document) -> Unreadable | None:
    """What the draft's metaschema has against a document."""
    from jsonschema_rs import ValidationError, meta

    if isinstance(document.value, bool):
        return None
    scheme = "https" if draft.startswith("20") else "http"
    address = f"{scheme}://{DRAFTS[draft]}" + ("" if scheme == "https" else "#")
    try:
        meta.validate({**document.value, "$schema": address})
    except ValidationError as error:
        return unreadable([error], document, f"JSON Schema {draft}")
    return None


def _address(written: str) -> str:
    """What stands before the ``#``. ``file://address.json`` has no path by the letter; tools that take it mean the file beside this one."""
    address = written.partition("#")[0]
    return address if address.startswith("file:///") else address.removeprefix("file://")
