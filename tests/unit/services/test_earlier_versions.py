"""`protects: …_TRANSITIVE`: a change is held against every version that the contract ever had (GATE §2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.gitrepo import GitRepository

from countersign.adapters.children import Fork
from countersign.adapters.git.desk import Desk
from countersign.model.finding import Finding
from countersign.render.changes import Names, effect_plainly
from countersign.services import earlier_versions
from countersign.services.compare import compare
from countersign.services.reading import Reader

POLICY = "contracts-policy.yaml"
FILE = "contracts/orders.odcs.yaml"

Judge = Callable[[str], list[Finding]]


def policy(protects: str, listed: str = "contracts/*.yaml") -> str:
    return f'version: 1\nowners: ["@acme/payments"]\npublishes:\n  - contract: {listed}\n    protects: {protects}\n'


def orders(version: str, *fields: str) -> str:
    head = f"apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: {version}\nstatus: active\nschema:\n  - name: orders\n"
    return head + "    properties:\n      - {name: order_id, logicalType: string}\n" + "".join(f"      - {{{field}}}\n" for field in fields)


class Counting(Fork):
    """asked: how many earlier versions were judged."""

    asked = 0

    def run(self, function: str, items: Sequence[Any]) -> list[Any]:
        self.asked += len(items) if function.endswith("judge_earlier") else 0
        return super().run(function, items)


INTEGER, STRING = "name: amount, logicalType: integer", "name: amount, logicalType: string"


@pytest.fixture
def git(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "orders-service.git")


@pytest.fixture
def judge(git: GitRepository) -> Iterator[Judge]:
    """The findings that block of a branch with this contract."""
    with Desk(git.path) as desk:
        reader = Reader(desk, Fork())

        def _judge(landed: str, file: str = FILE) -> list[Finding]:
            base = git.tip("refs/heads/main")
            found = compare(reader, "acme/orders-service", base, git.commit({file: landed}, branch="topic", parents=[base]), None)
            return [one for one in found.findings if one.level.blocks]

        yield _judge


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    """Each with the versions that it breaks."""
    return [(one.rule, ", ".join(earlier.version or earlier.commit[:7] for earlier in one.breaks)) for one in findings]


def removed_and_gone(git: GitRepository, protects: str) -> None:
    """1.0.0 has an amount that is a number; 2.0.0 has none."""
    git.commit({POLICY: policy(protects), FILE: orders("1.0.0", INTEGER)})
    git.commit({FILE: orders("2.0.0")})


def test_a_field_that_comes_back_as_another_type_breaks_the_version_that_had_it(git: GitRepository, judge: Judge) -> None:
    removed_and_gone(git, "FULL_TRANSITIVE")
    assert told(judge(orders("2.1.0", STRING))) == [("field-type-changed", "1.0.0")]
    assert told(judge(orders("2.1.0", INTEGER))) == []


def test_without_transitive_the_tip_alone_counts(git: GitRepository, judge: Judge) -> None:
    removed_and_gone(git, "FULL")
    assert told(judge(orders("2.1.0", STRING))) == []


def test_a_break_of_an_earlier_version_asks_for_a_greater_version_as_well(git: GitRepository, judge: Judge) -> None:
    removed_and_gone(git, "FULL_TRANSITIVE")
    assert sorted(told(judge(orders("2.0.0", STRING)))) == [("field-type-changed", "1.0.0"), ("version-not-raised", "")]


def test_what_was_let_pass_long_ago_is_no_news(git: GitRepository, judge: Judge) -> None:
    git.commit({POLICY: policy("FULL_TRANSITIVE"), FILE: orders("1.0.0", INTEGER, "name: region, logicalType: string")})
    git.commit({FILE: orders("2.0.0", STRING)})
    assert told(judge(orders("2.1.0", STRING, "name: store, logicalType: string"))) == []


def test_what_breaks_the_tip_is_told_once(git: GitRepository, judge: Judge) -> None:
    git.commit({POLICY: policy("FULL_TRANSITIVE"), FILE: orders("1.0.0", INTEGER)})
    git.commit({FILE: orders("1.1.0", INTEGER, "name: region, logicalType: string")})
    found = judge(orders("2.0.0", STRING, "name: region, logicalType: string"))
    assert told(found) == [("field-type-changed", "")]


def test_several_versions_that_break_alike_are_one_finding(git: GitRepository, judge: Judge) -> None:
    git.commit({POLICY: policy("FULL_TRANSITIVE"), FILE: orders("1.0.0", INTEGER)})
    for version in ("1.1.0", "1.2.0", "1.3.0"):
        git.commit({FILE: orders(version, INTEGER)})
    git.commit({FILE: orders("2.0.0")})
    assert told(judge(orders("2.1.0", STRING))) == [("field-type-changed", "1.3.0, 1.2.0, 1.1.0, 1.0.0")]


def test_a_break_names_the_commit_and_the_line_that_it_breaks(git: GitRepository, judge: Judge) -> None:
    git.commit({POLICY: policy("FULL_TRANSITIVE")})
    first = git.commit({FILE: orders("1.0.0", INTEGER)})
    git.commit({FILE: orders("2.0.0")})
    (found,) = judge(orders("2.1.0", STRING))
    (broken,) = found.breaks
    assert (broken.commit, broken.place.file, broken.place.line, broken.place.text) == (first, FILE, 10, f"- {{{INTEGER}}}")
    said = f"It breaks `1.0.0` (`{first[:7]}`, `{FILE}:10`), which the policy protects as well."
    assert said in effect_plainly(found, Names([found]))


def test_a_format_without_versions_is_named_by_its_commit(git: GitRepository, judge: Judge) -> None:
    file = "schemas/order.avsc"

    def schema(*fields: str) -> str:
        return json.dumps({"type": "record", "name": "Order", "fields": [{"name": "id", "type": "int"}, *map(json.loads, fields)]})

    git.commit({POLICY: policy("FULL_TRANSITIVE", "schemas/*.avsc")})
    first = git.commit({file: schema('{"name": "amount", "type": "int", "default": 0}')})
    git.commit({file: schema()})
    (found,) = [one for one in judge(schema('{"name": "amount", "type": "string", "default": ""}'), file) if one.breaks]
    assert f"It breaks `{first[:7]}` (`{file}:1`), which the policy protects as well." in effect_plainly(found, Names([found]))


def test_a_version_is_judged_once_beside_the_same_change(git: GitRepository) -> None:
    removed_and_gone(git, "FULL_TRANSITIVE")
    base = git.tip("refs/heads/main")
    head = git.commit({FILE: orders("2.1.0", STRING)}, branch="topic", parents=[base])
    later = git.commit({"README": "more"}, branch="topic", parents=[head])
    counting = Counting()
    with Desk(git.path) as desk:
        reader = Reader(desk, counting)
        first, second = (compare(reader, "acme/orders-service", base, one, None).findings for one in (head, later))
    assert (first, counting.asked) == (second, 1)


def test_a_rename_of_the_file_does_not_cut_the_history_off(git: GitRepository, judge: Judge) -> None:
    git.commit({POLICY: policy("FULL_TRANSITIVE"), "contracts/orders.yaml": orders("1.0.0", INTEGER)})
    git.commit({"contracts/orders.yaml": None, FILE: orders("2.0.0")})
    assert told(judge(orders("2.1.0", STRING))) == [("field-type-changed", "1.0.0")]


def test_nor_does_a_contract_that_moves_and_is_rewritten_at_once(git: GitRepository, judge: Judge) -> None:
    other = "\n".join(f"# {line}" for line in range(200)) + "\n"
    git.commit({POLICY: policy("FULL_TRANSITIVE"), "contracts/orders.yaml": orders("1.0.0", INTEGER)})
    git.commit({"contracts/orders.yaml": None, FILE: other + orders("2.0.0")})
    assert told(judge(orders("2.1.0", STRING))) == [("field-type-changed", "1.0.0")]


def test_nor_does_taking_the_contract_away_and_bringing_it_back(git: GitRepository, judge: Judge) -> None:
    removed_and_gone(git, "FULL_TRANSITIVE")
    git.commit({FILE: None})
    assert told(judge(orders("3.0.0", STRING))) == [("field-type-changed", "1.0.0")]


def test_what_could_never_be_read_was_never_in_force(git: GitRepository, judge: Judge) -> None:
    git.commit({POLICY: policy("FULL_TRANSITIVE"), FILE: "schema: ["})
    git.commit({FILE: orders("2.0.0")})
    assert told(judge(orders("2.1.0", STRING))) == []


def test_more_versions_than_are_looked_at_are_undecided(git: GitRepository, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier_versions, "MOST", 3)
    removed_and_gone(git, "FULL_TRANSITIVE")
    git.commit({FILE: orders("2.1.0")})
    assert told(judge(orders("2.2.0", INTEGER))) == []
    git.commit({FILE: orders("2.2.0")})
    assert told(judge(orders("2.3.0", INTEGER))) == [("earlier-versions-unknown", "")]


def test_files_that_an_earlier_version_referred_to_are_read_at_its_own_commit(git: GitRepository, judge: Judge) -> None:
    def schema(reference: str) -> str:
        return f'{{"type": "object", "properties": {{{reference}}}}}'

    file = "schemas/order.schema.json"
    git.commit(
        {
            POLICY: policy("BACKWARD_TRANSITIVE", "schemas/order.schema.json"),
            file: schema('"amount": {"$ref": "money.json"}'),
            "schemas/money.json": '{"type": "integer"}',
        }
    )
    git.commit({file: schema(""), "schemas/money.json": '{"type": "boolean"}'})
    assert ("field-type-changed", git.git("rev-parse", "main~1")[:7]) in told(judge(schema('"amount": {"type": "string"}'), file))
