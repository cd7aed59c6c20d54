"""The lines of a spreadsheet of readers, held against what is known: every error with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches

from countersign import policy as policies
from countersign.gates.registrations import WRITING
from countersign.model.consumer import CRITICALITIES, LEASE, Asset, Reference, Registration
from countersign.model.contract import Place
from countersign.model.importing import LineError
from countersign.model.path import Path
from countersign.services.context import Ports
from countersign.services.registrations_check import missing

COLUMNS = ("contract", "team", "fields", "criticality", "until", "assets", "on_behalf_of", "repository")
_LARGEST = 5 * 2**20


class BadSheet(Exception):
    """The file as a whole, or a policy that it would change, cannot be used; ``remedy``: what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def rows(raw: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    """(line, column -> text) of each line that holds anything."""
    if len(raw) > _LARGEST:
        raise BadSheet("it is larger than 5 MB", "Split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadSheet("it is no UTF-8 text", "Save it as `CSV UTF-8`") from None
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        _check(columns)
        for cells in reader:
            if len(cells) > len(columns):
                raise BadSheet(
                    f"line {reader.line_num} has more cells than the first line", "Put quotation marks around a text with commas"
                )
            if any(cell.strip() for cell in cells):
                yield reader.line_num, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
    except csv.Error as error:
        raise BadSheet(f"line {reader.line_num} cannot be read: {error}", "Save it again as CSV") from None


def _check(columns: Sequence[str]) -> None:
    for name in columns:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            raise BadSheet(
                f"its first line has an unknown column {name!r}", f"Write {near[0]!r}" if near else f"The columns are {', '.join(COLUMNS)}"
            )
        if columns.count(name) > 1:
            raise BadSheet(f"its first line has the column {name!r} twice", "Take one out")
    for name in COLUMNS[:2]:
        if name not in columns:
            raise BadSheet(f"its first line has no column {name!r}", f"The columns are {', '.join(COLUMNS)}; the first two are needed")


class Sheet:
    """Reads lines against what is known. errors: what is wrong with them, in order."""

    def __init__(self, ports: Ports, into: str) -> None:
        self._ports = ports
        self._into = into
        self._catalogue = dict(ports.records.catalogue())
        self._repositories = {row.name.lower(): row.name for row in ports.records.repositories()}
        self._writes: dict[str, tuple[str, ...]] = {}
        self._today = ports.calendar.now().date()
        self.errors: list[LineError] = []

    def wrong(self, line: int, message: str, remedy: str) -> None:
        self.errors.append(LineError(line, message, remedy))

    def entry(self, line: int, row: Mapping[str, str]) -> Registration | None:
        """None, with what is wrong, if the line cannot be registered."""
        before = len(self.errors)
        reference = self._reference(line, row.get("contract", ""))
        team = self._team(line, row.get("team", ""))
        fields = self._fields(line, row.get("fields", ""), reference)
        criticality = row.get("criticality", "").lower() or "medium"
        if criticality not in CRITICALITIES:
            self.wrong(
                line, f"criticality: {criticality!r} is not one of {', '.join(CRITICALITIES)}", "Write one of them, or leave it empty"
            )
        until = self._until(line, row.get("until", ""))
        assets = self._assets(line, row.get("assets", ""))
        repository = self._home(line, row.get("repository", ""), team) if team else ""
        if len(self.errors) > before or reference is None:
            return None
        return Registration(
            reference=reference,
            team=team,
            place=Place(file="", line=line),
            fields=fields,
            criticality=criticality,
            assets=assets,
            until=until,
            on_behalf_of=row.get("on_behalf_of", ""),
            repository=repository,
        )

    def registered(self, entry: Registration) -> Registration | None:
        """The registration of the same team on the same contract, wherever it stands."""
        return next(
            (
                one
                for one in self._ports.records.registrations(entry.reference.repository, entry.reference.contract)
                if not one.product
                and (one.reference.dataset, one.team.lower(), one.on_behalf_of)
                == (entry.reference.dataset, entry.team.lower(), entry.on_behalf_of)
            ),
            None,
        )

    def _reference(self, line: int, text: str) -> Reference | None:
        try:
            reference = policies.parse_reference(text)
        except ValueError:
            self.wrong(line, f"contract: {text!r} is not written as org/repo#id", "Write for example acme/orders-service#orders")
            return None
        if reference._replace(dataset="") not in self._catalogue:
            near = get_close_matches(text, [str(one) for one in self._catalogue], n=1)
            remedy = f"Did you mean {near[0]}?" if near else "`countersign consumers` lists what is published"
            self.wrong(line, f"there is no contract {text}", remedy)
            return None
        return reference

    def _team(self, line: int, text: str) -> str:
        slug = text.removeprefix("@")
        known = self._ports.records.team(slug).known if "/" in slug else bool(self._ports.records.teams_of(slug))
        if known:
            return f"@{slug}"
        what = "there is no team" if "/" in slug else "nobody in a team is called"
        self.wrong(line, f"{what} {text!r}" if text else "team: it is empty", "Write a team as @org/team, or a person as @login")
        return ""

    def _fields(self, line: int, text: str, reference: Reference | None) -> tuple[Path, ...]:
        found: list[Path] = []
        for part in filter(None, (part.strip() for part in text.split(";"))):
            try:
                found.append(policies.parse_path(part))
            except ValueError as error:
                self.wrong(line, f"fields: {part!r} cannot be read: {error}", "Write fields as in the contract, with `;` between them")
        if reference is not None:
            for what, near in missing(reference, found, self._catalogue[reference._replace(dataset="")]):
                self.wrong(line, f"fields: {what}", f"Did you mean {near}?" if near else "Copy the name from the contract")
        return tuple(dict.fromkeys(found))

    def _until(self, line: int, text: str) -> str:
        if not text:
            return ""
        try:
            end = date.fromisoformat(text)
        except ValueError:
            self.wrong(line, f"until: {text!r} is no day written as YYYY-MM-DD", f"Write for example {self._today + timedelta(days=180)}")
            return ""
        if not self._today <= end <= self._today + LEASE:
            why = "is past" if end < self._today else "is more than 12 months ahead"
            self.wrong(line, f"until: {text} {why}", "Write a day within the next 12 months, or leave it empty")
        return end.isoformat()

    def _assets(self, line: int, text: str) -> tuple[Asset, ...]:
        found = []
        for part in filter(None, (part.strip() for part in text.split(";"))):
            words = part.split()
            url = words.pop() if words[-1].startswith(("https://", "http://")) else ""
            if len(words) < 2:
                self.wrong(
                    line, f"assets: {part!r} has no kind and name", "Write for example: dashboard Revenue https://bi.example/revenue"
                )
            else:
                found.append(Asset(kind=words[0], name=" ".join(words[1:]), url=url))
        return tuple(found)

    def _home(self, line: int, text: str, team: str) -> str:
        """Where the registration counts: the team has to be able to write there."""
        name = self._repositories.get(text.lower(), "")
        if text and not name:
            self.wrong(line, f"repository: Countersign is not installed on {text!r}", "Write it as org/repo, or install it there")
            return ""
        writes = self._writable(team)
        if not name and len(writes) == 1:
            return writes[0]
        if not name and not self._into:
            what = f"{team} can write to {len(writes)} repositories" if writes else f"{team} can write to no repository"
            self.wrong(
                line, f"{what}, so it is not clear where to register it", "Name one in the column `repository`, or for all with --into"
            )
            return ""
        name = name or self._repositories.get(self._into.lower(), "")
        if not name:
            raise BadSheet(f"--into: Countersign is not installed on {self._into!r}", "Write it as org/repo, or install it there")
        if name not in writes:
            self.wrong(
                line, f"{team} cannot write to {name}, so a registration there would not count", "Give it write access, or name another"
            )
        return name

    def _writable(self, team: str) -> tuple[str, ...]:
        """The repositories that a team, or a person's teams, can write to."""
        if team not in self._writes:
            slug, records = team.removeprefix("@"), self._ports.records
            slugs = (slug,) if "/" in slug else records.teams_of(slug)
            self._writes[team] = tuple(
                name for name in self._repositories.values() if any(records.team_permission(one, name) in WRITING for one in slugs)
            )
        return self._writes[team]
