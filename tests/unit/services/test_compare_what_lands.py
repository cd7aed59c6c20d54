"""What lands is judged by what it changes for the contracts, however the branch brings it about."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.gitrepo import Content, GitRepository
from tests.unit.cli.producer import BROKEN, CONTRACT, ORDERS, POLICY

from countersign.adapters.children import Fork
from countersign.adapters.git.desk import Desk
from countersign.services.compare import compare
from countersign.services.comparison import Comparison
from countersign.services.reading import Reader

FILE = "contracts-policy.yaml"
ENTRY = f'version: 1\nowners: ["@acme/payments"]\npublishes:\n  - contract: {CONTRACT}\n'
MOVED = "v2/orders.odcs.yaml"
WEAKER = f"  - {{contract: {MOVED}, mode: observe}}\n"
NOTED = ORDERS.replace("1.4.0", "1.5.0") + "      - {name: note, logicalType: string}\n"

Compare = Callable[[str, str], Comparison]
Propose = Callable[..., Comparison]


@pytest.fixture
def git(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "orders-service.git")


@pytest.fixture
def judged(git: GitRepository) -> Iterator[Compare]:
    """What a head would bring to a base."""
    with Desk(git.path) as desk:
        reader = Reader(desk, Fork())
        yield lambda base, head: compare(reader, "acme/orders-service", base, head, None)


@pytest.fixture
def propose(git: GitRepository, judged: Compare) -> Propose:
    """What a branch with these files would bring to main, which it left at ``start``."""

    def _propose(files: dict[str, Content], start: str = "") -> Comparison:
        base = git.tip("refs/heads/main")
        return judged(base, git.commit(files, branch="topic", parents=[start or base]))

    return _propose


def rules(comparison: Comparison) -> list[str]:
    return sorted(finding.rule for finding in comparison.findings)


def paths(comparison: Comparison) -> list[tuple[str, ...]]:
    return [finding.path for finding in comparison.findings]


# -- a contract under another entry ----------------------------------------------------------------------------------------------


def test_a_contract_that_moves_under_a_weaker_entry_loosens_the_gate(git: GitRepository, propose: Propose) -> None:
    git.commit({FILE: ENTRY, CONTRACT: ORDERS})
    found = propose({CONTRACT: None, MOVED: ORDERS, FILE: ENTRY + WEAKER})
    assert rules(found) == ["gate-loosened"]
    assert paths(found) == [(f"publishes[{MOVED}].mode",)]


def test_it_does_so_under_an_entry_that_was_there_before_it(git: GitRepository, propose: Propose) -> None:
    git.commit({FILE: ENTRY, CONTRACT: ORDERS})
    assert rules(propose({FILE: ENTRY + WEAKER})) == []
    git.commit({FILE: ENTRY + WEAKER})
    assert paths(propose({CONTRACT: None, MOVED: ORDERS})) == [(f"publishes[{MOVED}].mode",)]


def test_it_does_so_under_a_weaker_entry_that_takes_a_copy_for_the_contract(git: GitRepository, propose: Propose) -> None:
    git.commit({FILE: ENTRY, CONTRACT: ORDERS, MOVED: ORDERS})
    found = propose({FILE: 'version: 1\nowners: ["@acme/payments"]\npublishes:\n' + WEAKER})
    assert (f"publishes[{MOVED}].mode",) in paths(found)


def test_a_contract_that_moves_under_an_entry_that_asks_as_much_loosens_nothing(git: GitRepository, propose: Propose) -> None:
    git.commit({FILE: ENTRY, CONTRACT: ORDERS})
    moved = propose({CONTRACT: None, MOVED: ORDERS, FILE: ENTRY.replace(CONTRACT, MOVED)})
    assert (moved.touched, rules(moved)) == (True, [])


def test_who_reads_a_contract_that_loses_its_place_can_be_asked(git: GitRepository, propose: Propose) -> None:
    git.commit({FILE: ENTRY, CONTRACT: ORDERS})
    found = propose({FILE: 'version: 1\nowners: ["@acme/payments"]\n'})
    assert rules(found) == ["contract-unlisted"]
    assert [(one.id, one.file) for one in found.contracts] == [("orders", CONTRACT)]


# -- a contract under another file -----------------------------------------------------------------------------------------------

EVERY = 'version: 1\nowners: ["@acme/payments"]\npublishes:\n  - contract: "**/*.odcs.yaml"\n'
RENAMED = "contracts/sales-orders.odcs.yaml"


@pytest.mark.parametrize("policy", [EVERY, ENTRY])
def test_a_contract_that_moves_is_the_same_contract_and_what_changed_in_it_is_told(
    git: GitRepository, propose: Propose, policy: str
) -> None:
    git.commit({FILE: policy, CONTRACT: ORDERS})
    moved = {CONTRACT: None, MOVED: BROKEN} | ({} if policy is EVERY else {FILE: ENTRY.replace(CONTRACT, MOVED)})
    found = propose(moved)
    assert "contract-removed" not in rules(found)
    assert [(one.id, one.old_file, one.file, one.new) for one in found.contracts] == [("orders", CONTRACT, MOVED, False)]
    breaks = [(one.old.file, one.new.file) for one in found.findings if one.old and one.new and one.level == "breaking"]
    assert breaks
    assert set(breaks) == {(CONTRACT, MOVED)}


def test_a_file_of_another_name_is_the_same_contract_and_its_readers_are_asked_about_the_name(git: GitRepository, propose: Propose) -> None:
    git.commit({FILE: EVERY, CONTRACT: ORDERS})
    found = propose({CONTRACT: None, RENAMED: NOTED})
    assert rules(found) == ["contract-renamed", "field-added", "version-changed"]
    renamed = next(one for one in found.findings if one.rule == "contract-renamed")
    assert (renamed.contract, renamed.before, renamed.after, renamed.question) == ("orders", "orders", "sales-orders", "existence")
    assert [(one.id, one.old_file, one.file) for one in found.contracts] == [("orders", CONTRACT, RENAMED)]


def test_a_file_of_another_name_whose_entry_keeps_the_id_is_no_finding(git: GitRepository, propose: Propose) -> None:
    git.commit({FILE: ENTRY, CONTRACT: ORDERS})
    entry = ENTRY.replace(CONTRACT, RENAMED) + "    id: orders\n"
    assert rules(propose({CONTRACT: None, RENAMED: ORDERS, FILE: entry})) == []


def test_a_contract_that_moves_out_of_what_is_listed_has_lost_its_place_and_is_compared_all_the_same(
    git: GitRepository, propose: Propose
) -> None:
    git.commit({FILE: ENTRY, CONTRACT: ORDERS})
    found = propose({CONTRACT: None, "attic/orders.odcs.yaml": NOTED})
    assert rules(found) == ["contract-unlisted", "field-added", "version-changed"]


def test_a_file_that_takes_the_name_of_another_contract_is_not_taken_for_a_move(git: GitRepository, propose: Propose) -> None:
    refunds = "contracts/refunds.odcs.yaml"
    git.commit({FILE: EVERY, CONTRACT: ORDERS, refunds: ORDERS.replace("orders", "refunds")})
    found = propose({CONTRACT: None, refunds: ORDERS})
    assert "contract-removed" in rules(found)


# -- merges that bring more than the branch seems to -----------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("side", "main"), ("main", "side")])
def test_a_merge_base_among_several_does_not_hide_what_is_taken_back(git: GitRepository, judged: Compare, order: tuple[str, str]) -> None:
    """Each of two branches has merged the other; one of them kept the old contract, as one of the merge bases has it."""
    start = git.commit({FILE: ENTRY, CONTRACT: ORDERS, "README.md": "Orders.\n"})
    tips: dict[str, str] = {}
    for name in order:  # which of the merge bases comes first depends on their dates
        files = {CONTRACT: NOTED} if name == "main" else {"README.md": "All orders.\n"}
        tips[name] = git.commit(files, branch=name, parents=[start])
    base = git.commit({"README.md": "All orders.\n"}, parents=[tips["main"], tips["side"]])
    head = git.commit({CONTRACT: ORDERS, "orders.py": "ORDERS = 1\n"}, branch="evil", parents=[tips["side"], tips["main"]])
    assert len(git.git("merge-base", "--all", base, head).split()) == 2
    found = judged(base, head)
    assert ("orders", "note") in paths(found)
    assert "field-removed" in rules(found)


def test_a_file_that_the_merge_carries_into_a_listed_directory_is_judged(git: GitRepository, propose: Propose) -> None:
    """The base has renamed a directory since; the merge puts the branch's new file where that went."""
    start = git.commit({FILE: POLICY, "drafts/a.txt": "A\n" * 20, "drafts/b.txt": "B\n" * 20})
    git.commit({"drafts/a.txt": None, "drafts/b.txt": None, "contracts/a.txt": "A\n" * 20, "contracts/b.txt": "B\n" * 20, CONTRACT: ORDERS})
    found = propose({"drafts/refunds.odcs.yaml": ORDERS.replace("id: orders", "id: refunds")}, start)
    assert found.touched


def test_a_branch_that_leaves_contracts_alone_is_not_held_to_what_the_base_did_to_them(git: GitRepository, propose: Propose) -> None:
    start = git.commit({FILE: ENTRY, CONTRACT: ORDERS, "README.md": "Orders.\n"})
    git.commit({CONTRACT: BROKEN})
    assert not propose({"README.md": "All orders.\n"}, start).touched


# -- drafts ----------------------------------------------------------------------------------------------------------------------


def test_a_conflict_in_a_promise_is_no_draft_because_it_was_one_where_the_branch_began(git: GitRepository, propose: Propose) -> None:
    draft = ORDERS.replace("status: active", "status: draft")
    start = git.commit({FILE: ENTRY, CONTRACT: draft})
    git.commit({CONTRACT: ORDERS.replace("1.4.0", "1.5.0")})
    found = propose({CONTRACT: draft.replace("1.4.0", "2.0.0")}, start)
    assert "contract-conflict" in rules(found)
    assert [(one.status, one.unpromised) for one in found.contracts] == [(("active", "draft"), False)]


def test_a_conflict_in_a_draft_stays_a_drafts(git: GitRepository, propose: Propose) -> None:
    draft = ORDERS.replace("status: active", "status: draft")
    start = git.commit({FILE: ENTRY, CONTRACT: draft})
    git.commit({CONTRACT: draft.replace("1.4.0", "1.5.0")})
    assert [one.unpromised for one in propose({CONTRACT: draft.replace("1.4.0", "2.0.0")}, start).contracts] == [True]


# -- parts of a contract in other files ------------------------------------------------------------------------------------------

SCHEMA = "contracts/orders.schema.json"
PART = {"type": "object", "properties": {"street": {"type": "string"}}}
OTHER_PART = {"type": "object", "properties": {"street": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("reference", "file"),
    [
        ('"$ref": "common.json"', "common.json"),
        (r'"$ref": "com\u006don.json"', "common.json"),
        (r'"\u0024ref": "common.json"', "common.json"),
        ('"$ref": "com%6Don.json"', "common.json"),
        ('"$ref": "file://common.json"', "common.json"),
        ('"$ref": "common.txt"', "common.txt"),
        ('"$ref":' + " " * 30 + '"common.json"', "common.json"),
        ('"$ref": "../parts/#/common.json"', None),
    ],
)
def test_a_part_of_a_contract_is_found_however_it_is_named(git: GitRepository, propose: Propose, reference: str, file: str | None) -> None:
    schema = '{"type": "object", "properties": {"id": {"$ref": "#/$defs/id"}, "address": {%s}}, "$defs": {"id": {"type": "string"}}}'
    part = f"contracts/{file or 'common.json'}"
    git.commit({FILE: ENTRY.replace(CONTRACT, SCHEMA), SCHEMA: schema % reference, part: json.dumps(PART)})
    assert propose({part: json.dumps(OTHER_PART)}).touched is (file is not None)


def test_a_part_that_is_looked_at_again_is_as_it_is_now(git: GitRepository, propose: Propose) -> None:
    schema = json.dumps({"type": "object", "properties": {"address": {"$ref": "common.json"}}})
    nested = json.dumps({"type": "object", "properties": {"street": {"$ref": "street.json"}}})
    files = {"contracts/common.json": json.dumps(PART), "contracts/street.json": '{"type": "string"}'}
    git.commit({FILE: ENTRY.replace(CONTRACT, SCHEMA), SCHEMA: schema, **files})
    assert not propose({"contracts/street.json": '{"type": "integer"}'}).touched
    git.commit({"contracts/common.json": nested})
    assert rules(propose({"contracts/street.json": '{"type": "integer"}'})) == ["field-type-changed"]
