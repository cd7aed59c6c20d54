"""Schemas of a contract's files -> formulas, each when it is needed."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any as Anything

from countersign.formats.jsonschema.containment.formula import FALSE, TRUE, Formula, Opaque, Said, Schema
from countersign.formats.jsonschema.containment.meaning import meaning
from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.jsonschema.keywords import DYNAMIC, not_yet, parts, schemas
from countersign.formats.jsonschema.normal import Normal
from countersign.formats.marked import Unreadable
from countersign.model.contract import canonical


class Schemas:
    """The schemas of one contract, as formulas."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self._normal = Normal(documents)
        self._later = not_yet(documents.draft)
        self._read: dict[Target, Formula] = {}
        self._anchors: dict[str, list[Target]] | None = None

    def schema(self, target: Target) -> Formula:
        """The schema at ``target``; what is plainly true or false as such."""
        value = self.documents.schema(target)
        if isinstance(value, bool):
            return TRUE if value else FALSE
        if not value:
            return TRUE
        try:
            digest = f"{self.documents.draft} {self._normal.digest(target)}"
        except Unreadable:  # a reference in it leads nowhere
            return self._opaque(target, "$ref", value)
        return Schema(digest, partial(self.formula, target), partial(self.said, target), self.documents.label(target))

    def formula(self, target: Target) -> Formula:
        """What the schema at ``target`` says; schemas in it are left as they are."""
        if target not in self._read:
            value = self.documents.schema(target)
            self._read[target] = self.whole(self.said(target)) if isinstance(value, dict) else TRUE if value else FALSE
        return self._read[target]

    def whole(self, said: Said) -> Formula:
        """What these keywords say together."""
        return meaning(said, ref_stands_alone=self.documents.ref_stands_alone)

    def said(self, target: Target) -> Said:
        """The keywords of the schema at ``target``, an object, that its draft knows."""
        schema = self.documents.schema(target)
        return {keyword: self._keyword(target, keyword, value) for keyword, value in schema.items() if keyword not in self._later}

    def _keyword(self, target: Target, keyword: str, value: Anything) -> Anything:
        if keyword == "$ref":
            return self._followed(target, keyword, value)
        if keyword in DYNAMIC:
            return self._dynamic(target, keyword, value)
        inner = {below: self.schema(Target(target.file, (*target.at, keyword, *below))) for below, _ in parts(keyword, value)}
        if () in inner:
            return inner[()]
        if isinstance(value, list):
            return [inner.get((index,), item) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {name: inner.get((name,), item) for name, item in value.items()}
        return value

    def _followed(self, target: Target, keyword: str, value: Anything) -> Formula:
        try:
            return self.schema(self.documents.resolve(target))
        except Unreadable:
            return self._opaque(target, keyword, value)

    def _dynamic(self, target: Target, keyword: str, value: Anything) -> Formula:
        """A reference to whatever the reader came through. With one place that it can mean, it means that."""
        if self._anchors is None:
            self._anchors = self._dynamic_anchors()
        if keyword == "$recursiveRef" and value == "#" and not self._anchors.get("#"):
            return self.schema(Target(target.file, ()))
        found = self._anchors.get(value, []) if isinstance(value, str) else []
        if keyword == "$dynamicRef" and len(found) == 1:
            return self.schema(found[0])
        return self._opaque(target, keyword, value)

    def _dynamic_anchors(self) -> dict[str, list[Target]]:
        found: dict[str, list[Target]] = {}
        for file, content in self.documents.everything().items():
            for at, schema in schemas(content):
                if isinstance(schema.get("$dynamicAnchor"), str):
                    found.setdefault("#" + schema["$dynamicAnchor"], []).append(Target(file, at))
                if schema.get("$recursiveAnchor") is True:
                    found.setdefault("#", []).append(Target(file, at))
        return found

    def _opaque(self, target: Target, keyword: str, value: Anything) -> Opaque:
        everything = hashlib.sha256(canonical(self.documents.everything()).encode()).hexdigest()
        return Opaque(keyword, canonical([value, everything]), pointer=f"{self.documents.label(target)}/{keyword}")
