"""New registrations in the text of a policy, with everything else as it was."""

from __future__ import annotations

from difflib import ndiff

import pytest

from countersign.formats.marked import Unreadable
from countersign.model.consumer import Asset, Registration
from countersign.model.contract import Place
from countersign.policy import Document, parse_path, parse_reference, read, with_registrations

FILE = "contracts-policy.yaml"


def entry(contract: str = "acme/orders-service#orders", team: str = "@acme/bi", fields: str = "amount", **more: object) -> Registration:
    paths = tuple(parse_path(field) for field in fields.split())
    return Registration(reference=parse_reference(contract), team=team, place=Place(file="", line=1), fields=paths, **more)


def added(text: str | None, *entries: Registration) -> str:
    """The new text, which must be a good policy that says what the old one said, and the entries."""
    after = with_registrations(text, FILE, entries)
    policies = [read(Document(FILE, one), None, name="acme/bi", rule_ids=()) for one in (text or "version: 1\n", after)]
    assert all(one.policy for one in policies), policies[1].errors
    said = [
        [(r.reference, r.team, r.fields, r.criticality, r.until, r.on_behalf_of, r.assets) for r in one.policy.reads] for one in policies
    ]
    wanted = [(r.reference, r.team, r.fields, r.criticality, r.until, r.on_behalf_of, r.assets) for r in entries]
    assert said[1] == [*said[0], *wanted]
    return after


def test_a_repository_without_a_policy_gets_one() -> None:
    lines = ["- contract: acme/orders-service#orders", '  team: "@acme/bi"', "  criticality: medium", "  fields: [amount]"]
    assert added(None, entry()) == "version: 1\nreads:\n" + "".join(f"  {line}\n" for line in lines)


def test_entries_come_behind_those_that_are_there_and_comments_stay() -> None:
    text = (
        "# ours\nversion: 1   # the only one\nreads:\n  # the old ones\n  - contract: acme/a#a\n"
        '    team: "@acme/bi"   # us\n\n  # soon gone\n  - {contract: acme/b#b, team: "@acme/bi"}\n\n# settings\nowners: ["@acme/bi"]\n'
    )
    after = added(text, entry())
    new = '  - contract: acme/orders-service#orders\n    team: "@acme/bi"\n    criticality: medium\n    fields: [amount]\n'
    assert after == text.replace("\n\n# settings", f"\n{new}\n# settings")


@pytest.mark.parametrize(
    "text",
    [
        'version: 1\nreads:\n- contract: acme/a#a\n  team: "@acme/bi"\nowners: ["@acme/bi"]\n',
        'version: 1\nreads:\n    - contract: acme/a#a\n      team: "@acme/bi"\n      fields:\n        - x\n        - y\n',
        'version: 1\nreads:\n  - contract: acme/a#a\n    team: "@acme/bi"',
        "version: 1\nowners: ['@acme/bi']   # no reader yet\n",
        'version: 1\nreads:\n  - contract: acme/a#a\n    team: "@acme/bi"\n    on_behalf_of: >-\n      The\n      board\n# the end\n',
    ],
)
def test_it_fits_itself_to_how_the_file_is_written(text: str) -> None:
    after = added(text, entry(), entry("acme/tickets#tickets/rows"))
    assert [line for line in ndiff(text.split("\n"), after.split("\n")) if line.startswith("- ") and line != "- "] == []


def test_what_people_write_in_a_spreadsheet_stays_text() -> None:
    strange = entry(
        fields="no lines[].sku status=paid",
        on_behalf_of='The "CFO": office # Excel',
        until="2027-06-30",
        criticality="high",
        assets=(Asset(kind="dashboard", name="{Umsatz} – 100%", url="https://bi.example/x?a=1#b"), Asset(kind="on", name="yes")),
    )
    assert '"no"' in added(None, strange)


@pytest.mark.parametrize(
    ("text", "line"),
    [("version: 1\nreads: []\n", 2), ('version: 1\n\nreads: [{contract: acme/a#a, team: "@acme/bi"}]\n', 3), ("- 1\n", 1), ("a: [\n", 2)],
)
def test_what_cannot_be_added_to_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        with_registrations(text, FILE, [entry()])
    assert refused.value.line == line and refused.value.remedy
