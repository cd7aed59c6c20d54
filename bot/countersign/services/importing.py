"""A spreadsheet of readers -> registrations, each in the repository where it counts, and the edits that bring them there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from countersign import policy as policies
from countersign.model.consumer import Registration
from countersign.model.contract import Place
from countersign.model.importing import Home, ImportPlan
from countersign.policy import POLICY_FILES, Document
from countersign.ports import Died, Operator, Proposal
from countersign.services.codec import dump
from countersign.services.context import Ports
from countersign.services.spreadsheet import BadSheet, Sheet, rows

#: The branch that is written, always the same, so that a second import brings the same pull request up to date.
BRANCH = "countersign/register-readers"
MESSAGE = "Register readers"


@dataclass(frozen=True, slots=True)
class Edit:
    """A policy file as it will be. base, tip: the default branch and its commit."""

    home: Home
    base: str
    tip: str
    file: str
    text: str

    def propose(self, operator: Operator, title: str, body: str) -> Proposal:
        repository = self.home.repository
        operator.commit(repository, BRANCH, {self.file: self.text}, MESSAGE, onto=self.tip)
        return operator.propose(repository, BRANCH, base=self.base, title=title, body=body)


def plan(ports: Ports, raw: bytes, into: str) -> ImportPlan:
    """What the lines ask for. into: where teams without exactly one repository of their own are registered, "" if nowhere.

    Raises `BadSheet`.
    """
    sheet = Sheet(ports, into)
    wanted: dict[str, list[Registration]] = {}
    seen: dict[tuple[object, ...], int] = {}
    known: list[tuple[int, Registration]] = []
    for line, row in rows(raw):
        entry = sheet.entry(line, row)
        if entry is None:
            continue
        key = entry.reference, entry.team.lower(), entry.on_behalf_of
        if key in seen:
            sheet.wrong(line, f"line {seen[key]} registers the same team on the same contract", "Put the fields of both into one line")
            continue
        seen[key] = line
        standing = sheet.registered(entry)
        if standing is None:
            wanted.setdefault(entry.repository, []).append(entry)
        else:
            known.append((line, standing))
    if sheet.errors:
        return ImportPlan(errors=tuple(sheet.errors))
    homes = tuple(Home(repository=name, entries=tuple(entries)) for name, entries in sorted(wanted.items()))
    return ImportPlan(homes=homes, known=tuple(known))


def edits(ports: Ports, operator: Operator, made: ImportPlan) -> tuple[Edit, ...]:
    """Every repository's policy with its new entries, read again to be sure: all of it before anything is written. Raises `BadSheet`."""
    return tuple(_edit(ports, operator, home) for home in made.homes)


def _edit(ports: Ports, operator: Operator, home: Home) -> Edit:
    base = operator.default_branch(home.repository)
    tip = operator.tip(home.repository, base)
    if tip is None:
        raise BadSheet(f"{home.repository} has no commit yet", "Make one there first")
    texts = {file: operator.read(home.repository, file, tip) for file in POLICY_FILES}
    file = next((file for file, text in texts.items() if text is not None), POLICY_FILES[0])
    item = {"file": file, "text": texts[file], "entries": dump(home.entries)}
    answer = ports.reader.children.run("countersign.services.child:register", [item])[0]
    if isinstance(answer, Died):
        raise BadSheet(f"{file} of {home.repository} cannot be read: {answer.detail}", "Make it smaller or simpler")
    if "unread" in answer:
        raise BadSheet(f"{file}:{answer['line']} of {home.repository}: {answer['unread']}", answer["remedy"])
    _verify(ports, home, file, texts[file], answer["text"])
    return Edit(home, base, tip, file, answer["text"])


def _verify(ports: Ports, home: Home, file: str, before: str | None, after: str) -> None:
    """The new text says what the old one said, and the new registrations, and nothing else."""
    above = ports.organisation_policy(home.repository)
    organisation = above.document if above else None

    def read(text: str) -> policies.Reading:
        own = Document(file, text)
        documents = (None, own) if policies.is_organisation(home.repository) else (own, organisation)
        reading = ports.reader.policy(home.repository, *documents)
        return policies.Reading(reading.policy, reading.errors, reading.warnings)

    new = read(after)
    if new.policy is None:
        error = new.errors[0]
        raise BadSheet(f"{file}:{error.line} of {home.repository} would not be in order: {error.message}", error.remedy)
    old = read(before).policy if before else None
    said = [_said(entry) for entry in new.policy.reads]
    if said != [*(_said(entry) for entry in (old.reads if old else ())), *(_said(entry) for entry in home.entries)]:
        raise BadSheet(
            f"the entries cannot be added to {file} of {home.repository} as it is written", "Add them by hand, as the plan shows them"
        )


def _said(entry: Registration) -> Registration:
    return replace(entry, place=Place(file="", line=1), repository="", received_at=None)
