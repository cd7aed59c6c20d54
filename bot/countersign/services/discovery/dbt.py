"""A dbt ``manifest.json`` (schema v10 to v12: dbt 1.6 and later) -> who reads which relation.

Models, snapshots, analyses and exposures are readers; what they name in ``depends_on`` are the datasets. Columns come from the compiled
SQL, which is there after ``dbt compile`` or ``dbt docs generate``. What an exposure depends on through models is told as an asset of
the model that reads the dataset itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from countersign.model.consumer import Asset
from countersign.model.suspect import EvidenceKind, Sighting
from countersign.model.typed import decoded
from countersign.services.discovery.naming import parts_of, team_in

VERSIONS = range(10, 13)
_VERSION = re.compile(r"/manifest/v(\d{1,3})(?:\.json)?")
_READERS = frozenset({"model", "snapshot", "analysis"})
#: dbt's adapters whose name is not sqlglot's.
_DIALECTS = {"sqlserver": "tsql", "synapse": "tsql", "fabric": "tsql", "glue": "spark"}
_MOST_ASSETS = 10


class NotThis(Exception):
    """The text is no evidence of this kind: what is wrong, and ``remedy``."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class _Metadata(msgspec.Struct):
    dbt_schema_version: str = ""
    adapter_type: str | None = None
    generated_at: datetime | None = None
    project_name: str | None = None


class _DependsOn(msgspec.Struct):
    nodes: list[str] = []


class _Config(msgspec.Struct):
    meta: dict[str, Any] | None = None


class _Node(msgspec.Struct):
    """A node, a source or an exposure: only what is read of it. The rest of a manifest may be large, and makes no objects."""

    name: str
    resource_type: str = ""
    relation_name: str | None = None
    original_file_path: str = ""
    compiled_code: str | None = None
    depends_on: _DependsOn = msgspec.field(default_factory=_DependsOn)
    meta: dict[str, Any] | None = None
    config: _Config = msgspec.field(default_factory=_Config)
    owner: dict[str, Any] | None = None
    group: str | None = None
    type: str | None = None
    label: str | None = None
    url: str | None = None


class _Manifest(msgspec.Struct):
    metadata: _Metadata
    nodes: dict[str, _Node] = {}
    sources: dict[str, _Node] = {}
    exposures: dict[str, _Node] = {}
    groups: dict[str, _Node] = {}


def sightings(text: str) -> Iterator[Sighting]:
    """Raises `NotThis`."""
    manifest = _decoded(text)
    relations = {**manifest.nodes, **manifest.sources}
    fed = _assets(manifest)
    project = manifest.metadata.project_name or "a project"
    dialect = _DIALECTS.get(manifest.metadata.adapter_type or "", manifest.metadata.adapter_type or "")
    groups = {group.name: group for group in manifest.groups.values()}
    readers = {key: node for key, node in manifest.nodes.items() if node.resource_type in _READERS}
    for key, node in {**readers, **manifest.exposures}.items():
        exposure = key in manifest.exposures
        for parent in dict.fromkeys(node.depends_on.nodes):
            relation = relations[parent].relation_name if parent in relations else None
            if not relation:
                continue
            kind = f"exposure {node.name}" if exposure else f"{node.resource_type} {node.name}"
            yield Sighting(
                kind=EvidenceKind.DBT,
                dataset=parts_of(relation),
                consumer=node.name,
                where=f"{kind} of {project}, {node.original_file_path or 'manifest.json'}",
                sql="" if exposure else node.compiled_code or "",
                dialect=dialect,
                team=_team(node, groups),
                assets=(_asset(node),) if exposure else fed.get(key, ()),
                seen_at=manifest.metadata.generated_at,
            )


def _decoded(text: str) -> _Manifest:
    try:
        manifest = decoded(_Manifest, text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotThis(f"this is no dbt manifest: {error}", "Give target/manifest.json, as dbt writes it.") from None
    found = _VERSION.search(manifest.metadata.dbt_schema_version)
    if not found or int(found.group(1)) not in VERSIONS:
        said = f"version {found.group(1)}" if found else "no version"
        raise NotThis(f"the manifest says {said} of dbt's schema; 10 to 12 are read here", "Make it with dbt 1.6 or later.")
    return manifest


def _assets(manifest: _Manifest) -> dict[str, tuple[Asset, ...]]:
    """node -> the exposures that it feeds, through however many models. Each exposure is walked once, from its end."""
    fed: dict[str, dict[Asset, None]] = {}
    for exposure in manifest.exposures.values():
        asset, seen, ahead = _asset(exposure), set[str](), list(exposure.depends_on.nodes)
        while ahead:
            key = ahead.pop()
            if key in seen or key not in manifest.nodes:
                continue
            seen.add(key)
            fed.setdefault(key, {})[asset] = None
            ahead += manifest.nodes[key].depends_on.nodes
    return {key: tuple(assets)[:_MOST_ASSETS] for key, assets in fed.items()}


def _asset(exposure: _Node) -> Asset:
    return Asset(kind=exposure.type or "exposure", name=exposure.label or exposure.name, url=exposure.url or "")


def _team(node: _Node, groups: Mapping[str, _Node]) -> str:
    """The first of ``meta.owner``, the group's owner and the exposure's owner that is written as ``@org/team``."""
    group = groups.get(node.group or "")
    said = [
        *(meta.get("owner") for meta in (node.meta, node.config.meta) if meta),
        *(value for owner in (node.owner, group.owner if group else None) if owner for value in (owner.get("name"), owner.get("email"))),
    ]
    return next((team for words in said if isinstance(words, str) and (team := team_in(words))), "")
