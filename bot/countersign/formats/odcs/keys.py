"""What is done with every key of ODCS 3.0 to 3.2: read, or harmless (with the reason).

A key that is in none of the tables is unread: a difference in it is undecided, so a later standard cannot slip past the gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from countersign.model.contract import canonical


@dataclass(frozen=True)
class Keys:
    """read: keys that the reader puts into the contract. harmless: key -> why."""

    read: frozenset[str]
    harmless: Mapping[str, str]

    def unread_of(self, data: Mapping[str, Any]) -> dict[str, str]:
        """What differs undecided: key -> canonical JSON."""
        left = {key: value for key, value in data.items() if key not in self.read and key not in self.harmless}
        return {key: canonical(value) for key, value in left.items()}


_ELEMENT_HARMLESS = {
    "businessName": "a name for people",
    "synonyms": "other words for the same thing, for catalogues",
    "tags": "labels",
}
_CONTEXT = {"context": "guidance for language models; promises nothing about the data"}
_ELEMENT_READ = {
    "authoritativeDefinitions",
    "customProperties",
    "deprecated",
    "description",
    "id",
    "name",
    "physicalName",
    "physicalType",
    "quality",
    "relationships",
}

CONTRACT = Keys(
    read=frozenset(
        {
            "apiVersion",
            "authoritativeDefinitions",
            "customProperties",
            "description",
            "id",
            "kind",
            "name",
            "price",
            "roles",
            "schema",
            "servers",
            "slaDefaultElement",
            "slaProperties",
            "status",
            "version",
        }
    ),
    harmless={
        **_CONTEXT,
        "contractCreatedTs": "when the file was made",
        "dataProduct": "a label; products are named in the policy",
        "domain": "a label; the policy says whose score it counts towards",
        "support": "whom to ask",
        "tags": "labels",
        "team": "who made it; owners are named in the policy",
        "tenant": "a label",
    },
)
OBJECT = Keys(
    read=frozenset({*_ELEMENT_READ, "dataGranularityDescription", "logicalType", "properties"}),
    harmless={**_ELEMENT_HARMLESS, **_CONTEXT},
)
PROPERTY = Keys(
    read=frozenset(
        {
            *_ELEMENT_READ,
            "classification",
            "encryptedName",
            "enum",
            "items",
            "logicalType",
            "logicalTypeOptions",
            "map",
            "partitionKeyPosition",
            "partitioned",
            "primaryKey",
            "primaryKeyPosition",
            "properties",
            "required",
            "semanticType",
            "transformLogic",
            "transformSourceObjects",
            "unique",
        }
    ),
    harmless={
        **_ELEMENT_HARMLESS,
        "criticalDataElement": "how much it matters, not what it holds",
        "examples": "examples",
        "transformDescription": "the transformation in words; transformLogic is what is compared",
    },
)
