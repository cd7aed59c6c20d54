"""What an unread keyword says, as text to be compared: without remarks, without order where none is meant, with all it refers to."""

from __future__ import annotations

import hashlib
from typing import Any

from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.jsonschema.keywords import DYNAMIC, PLACES, REMARKS, SETS, parts
from countersign.model.contract import canonical

#: Schemas that are referred to; beyond that, two schemas are told to be the same only if everything around them is.
MAX_REFERRED = 500


class Normal:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._normal: dict[Target, tuple[Any, frozenset[Target]]] = {}
        self._digests: dict[Target, str] = {}
        self._referred: dict[Target, str] = {}

    def text(self, owner: Target, keyword: str) -> str:
        """The keyword of the schema at ``owner`` as canonical JSON. If it refers to other schemas, a digest of them is part of it."""
        value, targets = self._keyword(owner, keyword)
        reachable = self._reachable(targets)
        if keyword in DYNAMIC or any(word in canonical([value, reachable]) for word in DYNAMIC):
            return canonical({"value": value, "refers to": self._digest(self._documents.everything())})
        return canonical({"value": value, "refers to": self._digest(reachable)}) if targets else canonical(value)

    def digest(self, target: Target) -> str:
        """The same for schemas that say the same in the same words, wherever they stand, with all that they refer to."""
        if target not in self._digests:
            value, targets = self._schema(target)
            text = canonical(value)
            said: Any = [text, sorted(self._all_behind(one) for one in targets)]
            if any(f'"{word}"' in text for word in DYNAMIC) or len(self._referred) > MAX_REFERRED:
                said = [self._documents.label(target), self._digest(self._documents.everything())]
            self._digests[target] = self._digest(said)
        return self._digests[target]

    def _all_behind(self, target: Target) -> str:
        """A digest of a schema that is referred to, and of all that can be reached from it."""
        if target not in self._referred:
            reachable = self._reachable(frozenset({target}))
            dynamic = any(word in canonical(reachable) for word in DYNAMIC)
            self._referred[target] = self._digest([self._documents.label(target), self._documents.everything() if dynamic else reachable])
        return self._referred[target]

    def _reachable(self, targets: frozenset[Target]) -> dict[str, Any]:
        """label -> normal form of every schema that can be reached."""
        found: dict[str, Any] = {}
        waiting = list(targets)
        while waiting:
            target = waiting.pop()
            label = self._documents.label(target)
            if label not in found:
                found[label], further = self._schema(target)
                waiting += further
        return found

    @staticmethod
    def _digest(value: Any) -> str:
        return hashlib.sha256(canonical(value).encode()).hexdigest()[:20]

    def _schema(self, target: Target) -> tuple[Any, frozenset[Target]]:
        """The schema's normal form, and the targets it refers to."""
        if target not in self._normal:
            schema = self._documents.schema(target)
            said: dict[str, Any] = {}
            targets: frozenset[Target] = frozenset()
            for keyword in schema if isinstance(schema, dict) else ():
                if keyword not in REMARKS and keyword not in PLACES:
                    said[keyword], further = self._keyword(target, keyword)
                    targets |= further
            self._normal[target] = (said if isinstance(schema, dict) else schema, targets)
        return self._normal[target]

    def _keyword(self, owner: Target, keyword: str) -> tuple[Any, frozenset[Target]]:
        value = self._documents.schema(owner)[keyword]
        if keyword == "$ref":
            target = self._documents.resolve(owner)
            return self._documents.label(target), frozenset({target})
        inner = {below: self._schema(Target(owner.file, (*owner.at, keyword, *below))) for below, _ in parts(keyword, value)}
        targets = frozenset().union(*(further for _, further in inner.values()))
        if () in inner:
            return inner[()][0], targets
        if isinstance(value, list):
            items = [inner[index,][0] if (index,) in inner else item for index, item in enumerate(value)]
            return sorted(items, key=canonical) if keyword in SETS else items, targets
        if isinstance(value, dict):
            return {name: inner[name,][0] if (name,) in inner else item for name, item in value.items()}, targets
        return value, targets
