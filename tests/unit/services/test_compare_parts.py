"""A repository with several policies, judged as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import BROKEN, ORDERS

from countersign.adapters.children import Fork
from countersign.adapters.git.desk import Desk
from countersign.services.compare import compare
from countersign.services.comparison import Comparison
from countersign.services.reading import Reader

ROOT = 'version: 1\nowners: ["@acme/platform"]\npolicies: ["services/*/contracts-policy.yaml"]\n'
ENTRY = "publishes:\n  - contract: orders.odcs.yaml\n"
PART = f'version: 1\nowners: ["@acme/payments"]\n{ENTRY}'
FILE, PLACE, CONTRACT = "contracts-policy.yaml", "services/orders/contracts-policy.yaml", "services/orders/orders.odcs.yaml"

Judge = Callable[[dict[str, str | None]], Comparison]


@pytest.fixture
def git(tmp_path: Path) -> GitRepository:
    made = GitRepository(tmp_path / "mono.git")
    made.commit({FILE: ROOT, PLACE: PART, CONTRACT: ORDERS, "README.md": "# Mono\n"})
    return made


@pytest.fixture
def judge(git: GitRepository) -> Iterator[Judge]:
    with Desk(git.path) as desk:
        reader = Reader(desk, Fork())

        def _judge(files: dict[str, str | None]) -> Comparison:
            base = git.tip("refs/heads/main")
            return compare(reader, "acme/mono", base, git.commit(files, branch="topic", parents=[base]), None)

        yield _judge


def rules(comparison: Comparison) -> set[str]:
    return {finding.rule for finding in comparison.findings}


def test_a_contract_that_a_part_lists_is_guarded_with_the_parts_owners(judge: Judge) -> None:
    found = judge({CONTRACT: BROKEN})
    assert {"field-type-changed", "field-removed"} <= rules(found)
    assert [(one.id, one.owners) for one in found.contracts] == [("orders", ("@acme/payments",))]
    assert not judge({"README.md": "# More\n"}).touched


@pytest.mark.parametrize(
    "change",
    [
        {PLACE: None},
        {FILE: 'version: 1\nowners: ["@acme/platform"]\n'},
        {FILE: None},
        {PLACE: "version: 1\n"},
        {PLACE: None, "services/orders/policy.yaml": PART},
        {FILE: ROOT.replace("services/*/", "service/*/")},
    ],
)
def test_no_way_of_taking_a_part_out_goes_unseen(judge: Judge, change: dict[str, str | None]) -> None:
    assert "contract-unlisted" in rules(judge(change))


def test_a_part_that_lands_broken_is_a_finding_in_its_own_file(judge: Judge) -> None:
    found = judge({PLACE: "version: [1\n"})
    assert [(one.rule, one.new.file if one.new else "") for one in found.findings] == [("policy-unreadable", PLACE)]


def test_a_part_that_is_broken_at_the_base_is_replaced_by_its_last_readable_version(git: GitRepository, judge: Judge) -> None:
    git.commit({FILE: ROOT + "domain: mono\n"}, parents=[git.tip("refs/heads/main")])
    git.commit({PLACE: "version: [1\n"}, parents=[git.tip("refs/heads/main")])
    found = judge({CONTRACT: BROKEN})
    assert {"field-type-changed", "field-removed"} <= rules(found)
    assert any("cannot be read" in remark for remark in found.remarks)


def test_loosening_a_part_loosens_the_gate(judge: Judge) -> None:
    found = judge({PLACE: PART.replace("orders.odcs.yaml\n", "orders.odcs.yaml\n    mode: observe\n")})
    assert [one.path for one in found.findings if one.rule == "gate-loosened"] == [
        ("publishes[/services/orders/**/orders.odcs.yaml].mode",)
    ]


def test_a_part_may_not_take_over_what_lies_outside_of_it(judge: Judge) -> None:
    other = 'version: 1\nmode: observe\npublishes:\n  - contract: /../orders/orders.odcs.yaml\n  - contract: "**/orders.odcs.yaml"\n'
    assert judge({"services/growth/contracts-policy.yaml": other}).contracts == ()
