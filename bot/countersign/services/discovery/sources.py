"""Evidence out of files and events -> readers of contracts. Everything is parsed in the bounded child process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from countersign.model.consumer import Reference
from countersign.model.path import Path
from countersign.model.suspect import EvidenceKind, Sighting, StoredDataset, Suspect
from countersign.ports import JSON, Children, Died
from countersign.services.codec import load
from countersign.services.discovery.placing import Placed, Places, fields_of

_CHILD = "countersign.services.discovery.child:"
#: Bytes of one file of evidence. dbt's manifest of a project of 2,000 models has about 30 MB.
LARGEST = 64 * 2**20
#: Queries of one file that are looked into, after those that name none of the contracts' tables. One takes about 5 ms.
MOST_QUERIES = 20_000
#: Queries that one child reads, so that it stays far below its 10 seconds. Longer queries are not looked into.
_A_CHILD = 200
_LONGEST_QUERY = 200_000
_EVIDENCE = 5
_LONGEST_NAME = 200


class BadEvidence(Exception):
    """A source cannot be read: what is wrong, and ``remedy``."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What sources showed. ambiguous: sightings that fit several contracts. elsewhere: how many datasets are no contract's."""

    kind: EvidenceKind
    suspects: tuple[Suspect, ...] = ()
    ambiguous: tuple[Placed, ...] = ()
    elsewhere: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who gives the evidence. source: ``org/repo`` it comes from, "" if none is known. team: whose it is, where the source does not say."""

    now: datetime
    source: str = ""
    team: str = ""


@dataclass(slots=True)
class Discovery:
    """Reads sources of one kind, one after the other, and puts together what they say."""

    children: Children
    stored: Sequence[StoredDataset]
    context: Context
    _places: Places = field(init=False)

    def __post_init__(self) -> None:
        self._places = Places(self.stored)

    def dbt(self, name: str, text: str) -> Discovered:
        return self._gather(EvidenceKind.DBT, *self._read("read_dbt", name, {"text": text, "words": self._places.words}))

    def openlineage(self, name: str, text: str) -> Discovered:
        return self._gather(EvidenceKind.OPENLINEAGE, *self._read("read_openlineage", name, {"text": text, "words": self._places.words}))

    def sql_log(self, name: str, text: str, dialect: str) -> Discovered:
        if not self._places.words:
            return Discovered(kind=EvidenceKind.SQL_LOG)
        queries, _ = self._read("read_sql_log", name, {"text": text, "words": self._places.words, "dialect": dialect})
        if len(queries) > MOST_QUERIES:
            raise BadEvidence(f"{name}: {len(queries):,} different queries name a contract's table", "Give a shorter stretch of time.")
        return self._gather(EvidenceKind.SQL_LOG, list(self._tables(queries)), 0)

    def imports(self, name: str, files: Mapping[str, str], consumer: str) -> Discovered:
        item = {"files": files, "packages": self._places.packages, "consumer": consumer}
        return self._gather(EvidenceKind.IMPORTS, *self._read("read_imports", name, item))

    def _read(self, function: str, name: str, item: JSON) -> tuple[list[Sighting], int]:
        answer = self.children.run(_CHILD + function, [item])[0]
        if isinstance(answer, Died):
            raise BadEvidence(f"{name} could not be read: {answer.detail}", "Make it smaller, or give it in parts.")
        if "wrong" in answer:
            raise BadEvidence(f"{name}: {answer['wrong']}.", answer["remedy"])
        return [load(Sighting, one) for one in answer["sightings"]], answer["passed"]

    def _tables(self, queries: Sequence[Sighting]) -> Iterator[Sighting]:
        """One sighting for each table of each query, with its columns. What a log calls the database and schema completes a short name."""
        for query, tables in zip(queries, self._parsed(queries), strict=True):
            for table, columns in tables:
                missing = query.dataset[: max(0, 1 + len(query.dataset) - len(table))]
                yield replace(query, dataset=(*missing, *table), columns=columns, sql="")

    def _parsed(self, queries: Sequence[Sighting]) -> Iterator[list[tuple[tuple[str, ...], tuple[str, ...]]]]:
        """The tables and columns of each query; none of one that cannot be parsed."""
        for start in range(0, len(queries), _A_CHILD):
            some = queries[start : start + _A_CHILD]
            items = [{"sql": one.sql if len(one.sql) <= _LONGEST_QUERY else "", "dialect": one.dialect} for one in some]
            for answer in self.children.run(_CHILD + "reads", items):
                yield [] if isinstance(answer, Died) else [(tuple(table), tuple(columns)) for table, columns in answer]

    def _gather(self, kind: EvidenceKind, sightings: Sequence[Sighting], passed: int) -> Discovered:
        placed = [self._places.place(sighting) for sighting in sightings]
        good = [one for one in placed if one is not None and not one.ambiguous]
        return Discovered(
            kind=kind,
            suspects=tuple(together(self._suspect(one) for one in self._with_columns(good))),
            ambiguous=tuple(one for one in placed if one is not None and one.ambiguous),
            elsewhere=passed + sum(one is None for one in placed),
        )

    def _with_columns(self, placed: Sequence[Placed]) -> list[Placed]:
        """Columns that only the query tells."""
        asked = [one for one in placed if one.sighting.sql and not one.sighting.columns]
        tables = dict(zip(map(id, asked), self._parsed([one.sighting for one in asked]), strict=True))
        return [self._told(one, tables[id(one)]) if id(one) in tables else one for one in placed]

    def _told(self, one: Placed, tables: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> Placed:
        mine = [columns for table, columns in tables if table and table[-1].lower() == one.sighting.dataset[-1].lower()]
        known = () if not mine or () in mine else tuple(dict.fromkeys(column for columns in mine for column in columns))
        return replace(one, sighting=replace(one.sighting, columns=known))

    def _suspect(self, one: Placed) -> Suspect:
        sighting, dataset = one.sighting, one.datasets[0]
        seen = _instant(sighting.seen_at, self.context.now)
        return Suspect(
            reference=Reference(dataset.reference.repository, dataset.reference.contract),
            kind=sighting.kind,
            consumer=sighting.consumer[:_LONGEST_NAME],
            team=sighting.team or self.context.team,
            fields=self._fields(one),
            assets=sighting.assets,
            evidence=(sighting.where[:_LONGEST_NAME],),
            source=self.context.source,
            first_seen=seen,
            last_seen=seen,
        )

    def _fields(self, one: Placed) -> tuple[Path, ...]:
        """Where it is not known which, all of the dataset's; of the whole contract nothing more is said."""
        known = fields_of(one.datasets[0], one.sighting.columns)
        dataset = one.datasets[0].reference.dataset
        return known or (((dataset,),) if dataset else ())


def _instant(told: datetime | None, now: datetime) -> datetime:
    """Aware, in UTC, in whole seconds, and not in the future. A time without a zone is taken for UTC."""
    if told is None:
        return now
    aware = told if told.tzinfo else told.replace(tzinfo=UTC)
    return min(aware.astimezone(UTC).replace(microsecond=0), now)


def all_of(found: Sequence[Discovered]) -> Discovered:
    """What several sources of one kind showed, put together. ``found`` is not empty."""
    return Discovered(
        kind=found[0].kind,
        suspects=tuple(together(suspect for one in found for suspect in one.suspects)),
        ambiguous=tuple(placed for one in found for placed in one.ambiguous),
        elsewhere=sum(one.elsewhere for one in found),
    )


def together(suspects: Iterable[Suspect]) -> list[Suspect]:
    """One for each reader of a contract, in the order in which they were found."""
    found: dict[str, Suspect] = {}
    for suspect in suspects:
        known = found.get(suspect.fingerprint)
        found[suspect.fingerprint] = merged(known, suspect) if known else suspect
    return list(found.values())


def merged(known: Suspect, news: Suspect) -> Suspect:
    """What is known of a reader, and what a further source says of it. Fields only ever become more."""
    fields = () if not known.fields or not news.fields else _widest((*known.fields, *news.fields))
    return replace(
        known,
        team=known.team or news.team,
        fields=fields,
        assets=tuple(dict.fromkeys((*known.assets, *news.assets))),
        evidence=tuple(dict.fromkeys((*news.evidence, *known.evidence)))[:_EVIDENCE],
        source=known.source if known.source == news.source else "",
        first_seen=min(known.first_seen, news.first_seen),
        last_seen=max(known.last_seen, news.last_seen),
    )


def _widest(fields: Iterable[Path]) -> tuple[Path, ...]:
    """Sorted, without those that lie in another one."""
    every = set(fields)
    return tuple(sorted(field for field in every if not any(field[:length] in every for length in range(1, len(field)))))
