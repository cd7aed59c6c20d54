"""What a judgement remembers saves work and changes no finding."""

import json
from collections import Counter

import pytest
from tests.gitrepo import Entry, GitRepository

from countersign.adapters.children import Fork
from countersign.adapters.git.desk import Desk
from countersign.services.compare import compare
from countersign.services.reading import Reader

POLICY = 'version: 1\nowners: ["@acme/orders"]\npublishes:\n  - contract: "schemas/*.schema.json"\n'
ELSEWHERE = POLICY.replace("schemas/*", "elsewhere/*")


def schema(**types):
    return json.dumps({"type": "object", "properties": {name: {"type": word} for name, word in types.items()}})


def refers(name):
    return json.dumps({"type": "object", "properties": {"part": {"$ref": name}}})


FILES = {
    "contracts-policy.yaml": POLICY,
    "schemas/order.schema.json": schema(amount="string"),
    "schemas/refund.schema.json": refers("shared/refund.json"),
    "schemas/shared/refund.json": refers("money.json"),
    "schemas/shared/money.json": schema(amount="string"),
    "src/orders.py": "ORDERS = 1\n",
}


class Counting:
    """Git, and how often each of its methods was called."""

    def __init__(self, git):
        self.git, self.calls = git, Counter()

    def __getattr__(self, name):
        self.calls[name] += 1
        return getattr(self.git, name)


@pytest.fixture
def origin(tmp_path):
    repository = GitRepository(tmp_path / "orders.git")
    repository.commit(FILES)
    return repository


def pushed(origin, name, changes):
    """A branch that left main where it was first, and main, which went on since."""
    fork = origin.git("rev-list", "--max-parents=0", "main").strip()
    head = origin.commit(changes, branch=name, parents=[fork])
    return origin.git("rev-parse", "main").strip(), head


def rules(comparison):
    return sorted((finding.contract, finding.rule) for finding in comparison.findings)


def test_a_second_push_on_the_same_base_lists_no_tree_again(origin):
    origin.commit({"src/orders.py": "ORDERS = 2\n"})
    with Desk(origin.path) as desk:
        git = Counting(desk)
        reader = Reader(git, Fork())
        for name, word in (("first", "integer"), ("second", "boolean")):
            found = compare(reader, "acme/orders", *pushed(origin, name, {"schemas/order.schema.json": schema(amount=word)}), None)
            assert ("order", "field-type-changed") in rules(found)
        assert git.calls["files"] == 1


def test_a_file_two_references_away_from_a_contract_is_part_of_it(origin):
    origin.commit({"src/orders.py": "ORDERS = 2\n"})
    with Desk(origin.path) as desk:
        found = compare(
            Reader(desk, Fork()), "acme/orders", *pushed(origin, "deep", {"schemas/shared/money.json": schema(amount="integer")}), None
        )
    assert {contract for contract, _ in rules(found)} == {"refund"}


def test_a_contract_that_one_side_changed_and_the_other_removed_conflicts(origin):
    origin.commit({"schemas/order.schema.json": schema(amount="string", currency="string")})
    with Desk(origin.path) as desk:
        found = compare(Reader(desk, Fork()), "acme/orders", *pushed(origin, "gone", {"schemas/order.schema.json": None}), None)
    assert rules(found) == [("order", "contract-conflict"), ("order", "contract-removed")]


def test_a_branch_that_changes_only_code_touches_nothing(origin):
    with Desk(origin.path) as desk:
        assert not compare(Reader(desk, Fork()), "acme/orders", *pushed(origin, "code", {"src/orders.py": "ORDERS = 3\n"}), None).touched


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schemas/order.schema.json": None}, ["order: contract-removed"]),
        (
            {"schemas/order.schema.json": None, "schemas/sale.schema.json": FILES["schemas/order.schema.json"]},
            ["order: contract-renamed"],
        ),
        ({"schemas/order.schema.json": Entry("120000", "refund.schema.json")}, ["order: contract-removed"]),
        ({"schemas/new.schema.json": schema(id="string")}, ["new: contract-added"]),
        (
            {"contracts-policy.yaml": ELSEWHERE, "elsewhere/new.schema.json": schema(id="string")},
            [": gate-loosened", "new: contract-added", "order: contract-unlisted", "refund: contract-unlisted"],
        ),
        ({"schemas/shared/refund.json": None}, ["refund: contract-unreadable"]),
    ],
    ids=["removed", "moved", "made a link", "added", "listed elsewhere", "part removed"],
)
def test_what_was_judged_before_changes_no_finding(origin, changes, expected):
    origin.commit({"src/orders.py": "ORDERS = 2\n"})
    base, head = pushed(origin, "topic", changes)
    earlier = pushed(origin, "earlier", {"schemas/order.schema.json": schema(amount="integer")})
    with Desk(origin.path) as desk:
        warm = Reader(desk, Fork())
        compare(warm, "acme/orders", *earlier, None)
        remembered = compare(warm, "acme/orders", base, head, None)
        assert [f"{contract}: {rule}" for contract, rule in rules(remembered)] == expected
        assert remembered == compare(Reader(desk, Fork()), "acme/orders", base, head, None)
