"""What is done with every key of ODCS 3.0 to 3.2: read, harmless (with the reason), or unread.

A key that is in none of the tables is unread, too: a difference in it is undecided, so a later standard cannot slip past the gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from countersign.model.contract import canonical


@dataclass(frozen=True)
class Keys:
    """read: keys that the reader puts into the contract. harmless, unread: key -> why."""

    read: frozenset[str]
    harmless: Mapping[str, str]
    unread: Mapping[str, str]

    def unread_of(self, data: Mapping[str, Any]) -> dict[str, str]:
        """What differs undecided: key -> canonical JSON."""
        left = {key: value for key, value in data.items() if key not in self.read and key not in self.harmless}
        return {key: canonical(_checks(value) if key == "quality" else value) for key, value in left.items()}


#: Of a quality check: what it is called and when it runs, not what it asks of the data.
_BESIDE_THE_CHECK = frozenset(
    {"authoritativeDefinitions", "businessImpact", "description", "dimension", "id", "method", "name", "schedule", "scheduler", "tags"}
)


def _checks(checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the checks ask for, in an order of its own."""
    asked = [{key: value for key, value in check.items() if key not in _BESIDE_THE_CHECK} for check in checks]
    return sorted(asked, key=canonical)


_ELEMENT_HARMLESS = {
    "businessName": "a name for people",
    "deprecated": "an end without a date; ends are read from slaProperties.endOfLife",
    "synonyms": "other words for the same thing, for catalogues",
    "tags": "labels",
}
_CONTEXT = {"context": "guidance for language models; promises nothing about the data"}
_ELEMENT_READ = {"authoritativeDefinitions", "customProperties", "description", "id", "name", "physicalName", "physicalType"}
_QUALITY = "checks that readers may rely on"
_RELATIONSHIPS = "promises that a reader can join"

CONTRACT = Keys(
    read=frozenset(
        {
            "apiVersion",
            "customProperties",
            "description",
            "kind",
            "name",
            "schema",
            "slaDefaultElement",
            "slaProperties",
            "status",
            "version",
        }
    ),
    harmless={
        "authoritativeDefinitions": "links",
        **_CONTEXT,
        "contractCreatedTs": "when the file was made",
        "dataProduct": "a label; products are named in the policy",
        "domain": "a label; the policy says whose score it counts towards",
        "price": "what is paid, not what is delivered",
        "support": "whom to ask",
        "tags": "labels",
        "team": "who made it; owners are named in the policy",
        "tenant": "a label",
    },
    unread={
        "id": "other systems find the contract by it",
        "roles": "who may read the data",
        "servers": "where readers find the data",
    },
)
OBJECT = Keys(
    read=frozenset({*_ELEMENT_READ, "dataGranularityDescription", "logicalType", "properties"}),
    harmless={**_ELEMENT_HARMLESS, **_CONTEXT},
    unread={"quality": _QUALITY, "relationships": _RELATIONSHIPS},
)
PROPERTY = Keys(
    read=frozenset(
        {
            *_ELEMENT_READ,
            "classification",
            "enum",
            "items",
            "logicalType",
            "logicalTypeOptions",
            "map",
            "primaryKey",
            "primaryKeyPosition",
            "properties",
            "required",
            "transformLogic",
            "transformSourceObjects",
            "unique",
        }
    ),
    harmless={
        **_ELEMENT_HARMLESS,
        "criticalDataElement": "how much it matters, not what it holds",
        "examples": "examples",
        "partitionKeyPosition": "how rows are laid out, not what they hold",
        "partitioned": "how rows are laid out, not what they hold",
        "transformDescription": "the transformation in words; transformLogic is what is compared",
    },
    unread={
        "encryptedName": "where the encrypted value is found",
        "quality": _QUALITY,
        "relationships": _RELATIONSHIPS,
        "semanticType": "a measure is computed, a column is stored",
    },
)
