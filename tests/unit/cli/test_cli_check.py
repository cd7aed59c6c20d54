"""`countersign check`, as somebody at a desk or in CI meets it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from tests.gitrepo import ENVIRONMENT
from tests.unit.cli.producer import BROKEN, CONTRACT, ORDERS, POLICY, Orders, Run

from countersign.diff import diff
from countersign.formats import Source, parse, relate
from countersign.model.change import Direction
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.policy import NoticeRules, OverrideRules, Settings
from countersign.model.pull_request import ContractFacts, Facts, Judgement, PullRequest, Reader, Review, ReviewState, RunningNotice, Team
from countersign.rules import judge
from countersign.services.registration_findings import criticality_raised


def verdict_of(run: Run, orders: Orders, head: str, *more: str | Path, exits: int) -> dict[str, Any]:
    result = run("check", "--repo", orders.path, "--base", "main", "--head", head, "--format", "json", *more)
    assert result.exit_code == exits, result.output
    verdict: dict[str, Any] = json.loads(result.stdout)
    return verdict


def test_a_change_that_touches_no_contract_passes(run: Run, orders: Orders) -> None:
    result = run("check", "--repo", orders.path, "--base", "main", "--head", "harmless")
    assert (result.exit_code, result.stdout) == (0, "Passed: no contract touched\n")


def test_a_break_blocks_and_the_text_says_what_where_and_who(run: Run, orders: Orders) -> None:
    result = run("check", "--repo", orders.path, "--base", "main", "--head", "broken")
    assert result.exit_code == 1
    assert result.stdout == (
        "Blocked: an owner must sign `amount` and `region`; `region` also needs 30 days'\n"
        "notice; 1 more to do\n"
        "\n"
        "contracts/orders.odcs.yaml\n"
        "  line 11      C-CRVBYP  `amount`: `string` → `integer`\n"
        "               breaking · field-type-changed · needs a signature of an owner\n"
        "               (payments)\n"
        "               A reader that takes `amount` as `string` fails on the first new\n"
        "               record, or reads wrong values from it.\n"
        '               Proof: {"amount":0,"order_id":""} is allowed by the new contract\n'
        "               and refused by the old one, says jsonschema-rs: 0 is not of type\n"
        '               "string".\n'
        "  old line 13  C-2SAA34  `region` removed\n"
        "               breaking · field-removed · needs a signature of an owner\n"
        "               (payments), 30 days of notice and an open call of 7 days\n"
        "               was: - {name: region, logicalType: string}\n"
        "               A reader that names `region` fails on the first new record, or\n"
        "               quietly finds it empty from then on.\n"
        '               Proof: {"amount":"","order_id":"","region":""} is allowed by the\n'
        "               old contract and refused by the new one, says jsonschema-rs:\n"
        "               Additional properties are not allowed ('region' was unexpected).\n"
        "\n"
        "Breaks nobody: version `1.4.0` → `2.0.0`.\n"
        "`countersign fix` prints a patch (7 lines) that keeps the old beside the new and\n"
        "breaks nobody.\n"
        "At your desk, signatures, overrides and running notices are not known.\n"
        "`countersign explain field-type-changed` says what that rule is for, and the way\n"
        "out.\n"
    )


def test_why_says_of_each_rule_once_what_it_stops_and_the_way_out(run: Run, orders: Orders) -> None:
    said = run("check", "--repo", orders.path, "--base", "main", "--head", "broken", "--why").stdout
    assert said.count("A field that readers can name is gone.") == 1
    assert "                   - {name: region, logicalType: string}\n" in said  # the rule's own example
    assert "To avoid it: add the replacement beside it" in " ".join(said.split()) and "What clears it:" in said
    marked = run("check", "--repo", orders.path, "--base", "main", "--head", "broken", "--why", "--format", "markdown").stdout
    assert "\n## field-removed\n\nA field that readers can name is gone." in marked


def test_why_is_not_for_programs(run: Run, orders: Orders) -> None:
    refused = run("check", "--repo", orders.path, "--base", "main", "--head", "broken", "--why", "--format", "sarif")
    assert refused.exit_code == 2 and "`countersign explain` prints them" in refused.stderr


def test_sarif_and_junit_tell_the_same_findings_and_end_with_the_same_code(run: Run, orders: Orders) -> None:
    words = ("check", "--repo", orders.path, "--base", "main", "--head", "broken", "--format")
    log, cases = run(*words, "sarif"), run(*words, "junit")
    assert (log.exit_code, cases.exit_code) == (1, 1)
    assert [one["ruleId"] for one in json.loads(log.stdout)["runs"][0]["results"]] == ["field-type-changed", "field-removed"]
    assert ElementTree.fromstring(cases.stdout).get("failures") == "1"
    assert "Proof: " in json.loads(log.stdout)["runs"][0]["results"][0]["message"]["text"] and "Proof: " in cases.stdout


def test_colours_go_to_a_terminal_only(run: Run, orders: Orders) -> None:
    assert "\x1b" not in run("check", "--repo", orders.path, "--base", "main", "--head", "broken").stdout


def test_json_has_the_documented_shape(run: Run, orders: Orders) -> None:
    verdict = verdict_of(run, orders, "broken", exits=1)
    assert (verdict["schema"], verdict["conclusion"], verdict["online"]) == (1, "failure", False)
    assert verdict["pull_request"] == {
        "repository": "acme/orders-service",
        "number": 0,
        "head": orders.broken,
        "base_ref": "main",
        "base_tip": orders.base,
    }
    assert verdict["contracts"] == [{"id": "orders", "file": CONTRACT, "version": {"old": "1.4.0", "new": "2.0.0"}, "readers": []}]
    first = verdict["findings"][0]
    assert first == {
        "handle": "C-CRVBYP",
        "fingerprint": first["fingerprint"],
        "rule": "field-type-changed",
        "level": "breaking",
        "question": "compatibility",
        "contract": "orders",
        "path": "orders.amount",
        "before": "string",
        "after": "integer",
        "detail": "",
        "message": "",
        "remedy": "",
        "witness": {
            "value": '{"amount":0,"order_id":""}',
            "whole": True,
            "allowed_by": "new",
            "validator": "jsonschema-rs",
            "said": '0 is not of type "string"',
        },
        "old": {"file": CONTRACT, "line": 11},
        "new": {"file": CONTRACT, "line": 11},
        "breaks": [],
        "engines": {},
        "mode": "enforce",
        "cleared_by": "nothing",
        "needs": {
            "signatures": [{"role": "owners", "teams": ["@acme/payments"], "stands_in_for": ""}],
            "notice": None,
            "open_call": None,
        },
    }
    assert verdict["findings"][1]["needs"]["notice"] == {"days": 30, "state": "not-started", "ends_at": None}


def test_markdown_is_the_checks_text(run: Run, orders: Orders) -> None:
    result = run("check", "--repo", orders.path, "--base", "main", "--head", "broken", "--format", "markdown")
    assert result.exit_code == 1
    assert result.stdout.startswith("# Blocked: an owner must sign `amount` and `region`")
    assert "### Your ways forward" in result.stdout


def test_now_moves_the_dates_that_are_offered(run: Run, orders: Orders) -> None:
    arguments = ("check", "--repo", orders.path, "--base", "main", "--head", "broken", "--format", "markdown")
    assert "2030-01-31" in run(*arguments, "--now", "2030-01-01").stdout
    wrong = run(*arguments, "--now", "tomorrow")
    assert wrong.exit_code == 2 and "--now 'tomorrow' is no date" in wrong.stderr


def test_head_is_judged_as_it_would_land(run: Run, orders: Orders) -> None:
    """The base has moved on since the branch left it; what the base changed is not the branch's doing."""
    orders.git.commit({CONTRACT: ORDERS.replace("order_id, logicalType: string", "order_id, logicalType: string, description: The key.")})
    assert [one["path"] for one in verdict_of(run, orders, "broken", exits=1)["findings"][:2]] == ["orders.amount", "orders.region"]


def test_an_unreadable_contract_blocks_with_its_line(run: Run, orders: Orders) -> None:
    orders.git.commit({CONTRACT: ORDERS.replace("kind: DataContract", "kind: [")}, branch="torn", parents=[orders.base])
    result = run("check", "--repo", orders.path, "--base", "main", "--head", "torn")
    assert result.exit_code == 1
    assert "contract-unreadable · needs a repair" in result.stdout
    assert CONTRACT in result.stdout


def test_check_diff_and_the_engine_itself_give_the_same_findings(run: Run, orders: Orders, tmp_path: Path) -> None:
    """Files with other names, places, formatting and order, too: none of these is in a fingerprint."""
    old, new = tmp_path / "old.yaml", tmp_path / "orders.yaml"
    key = "{name: order_id, logicalType: string, required: true}"
    shuffled = "# moved\n" + BROKEN.replace(key, "{required: true, logicalType: string, name: order_id}")
    old.write_text(ORDERS)
    new.write_text(shuffled)
    before, after = (parse(Source("orders.yaml", text), "orders") for text in (ORDERS, shuffled))
    judged = judge(diff(before, after, relate(before, after)), Direction.READERS, "orders")
    compared = json.loads(run("diff", old, new, "--format", "json").stdout)
    checked = verdict_of(run, orders, "broken", exits=1)["findings"]
    engine = [(one.fingerprint, one.rule, one.level.value) for one in judged]
    assert len(engine) == 3
    for told in (compared, checked):
        assert [(one["fingerprint"], one["rule"], one["level"]) for one in told] == engine


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base", "nowhere"], "'nowhere' is no commit here"),
        (["--base", "main", "--head", "--output=x"], "is no commit here"),
        (["--base", "main\nHEAD"], "is not a revision"),
        ([], "Name it: --base origin/main"),
        (["--staged", "--head", "broken"], "two answers to one question"),
        (["--base", "main", "--format", "xml"], "'xml' is not one of"),
    ],
)
def test_bad_usage_ends_with_2_and_says_what_is_wrong(run: Run, orders: Orders, arguments: list[str], said: str) -> None:
    result = run("check", "--repo", orders.path, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr and not result.stdout


def test_a_directory_that_is_no_repository_is_named(run: Run, tmp_path: Path) -> None:
    result = run("check", "--repo", tmp_path, "--base", "main")
    assert result.exit_code == 2
    assert str(tmp_path) in result.stderr and "not a git repository" in result.stderr


def test_without_a_policy_nothing_is_decided(run: Run, orders: Orders) -> None:
    bare = orders.git.commit({"a.txt": "a"}, branch="bare", parents=())
    result = run("check", "--repo", orders.path, "--base", bare, "--head", bare)
    assert result.exit_code == 2
    assert "no contracts-policy.yaml" in result.stderr and "docs/policy.md" in result.stderr


def test_a_shallow_clone_is_told_how_to_become_whole(run: Run, orders: Orders, tmp_path: Path) -> None:
    orders.git.commit({"README.md": "Later.\n"})
    shallow = tmp_path / "shallow"
    command = ["git", "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{orders.path}", str(shallow)]
    subprocess.run(command, check=True, env=ENVIRONMENT)
    result = run("check", "--repo", shallow, "--base", "origin/main", "--head", "origin/broken")
    assert result.exit_code == 2
    assert "git fetch --unshallow" in result.stderr


def test_the_organisations_policy_holds_at_the_desk_too(run: Run, orders: Orders, tmp_path: Path) -> None:
    organisation = tmp_path / "organisation.yaml"
    organisation.write_text("version: 1\nrequire: {notice: {days: 60}}\n")
    findings = verdict_of(run, orders, "broken", "--organisation-policy", organisation, exits=1)["findings"]
    assert findings[1]["needs"]["notice"]["days"] == 60


def test_an_organisations_policy_that_cannot_be_read_decides_nothing(run: Run, orders: Orders, tmp_path: Path) -> None:
    organisation = tmp_path / "organisation.yaml"
    for content in (b"version: 1\nrequire: {mod: warn}\n", b"\xff\xfe"):
        organisation.write_bytes(content)
        result = run("check", "--repo", orders.path, "--base", "main", "--head", "harmless", "--organisation-policy", organisation)
        assert result.exit_code == 2 and f"{organisation}:" in result.stderr


def test_facts_that_are_none_are_refused(run: Run, orders: Orders, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"pull_request": 1}')
    result = run("check", "--repo", orders.path, "--base", "main", "--head", "broken", "--facts", facts)
    assert result.exit_code == 2
    assert str(facts) in result.stderr and "countersign facts" in result.stderr


def told(orders: Orders, fingerprints: tuple[str, ...], *, signed: bool, notice: NoticeRules = NoticeRules()) -> bytes:  # noqa: B008 - frozen
    """What the bot knows: one reader of `amount` and `region`, whose member has approved, and a notice that has run."""
    registration = Registration(
        repository="acme/finance",
        place=Place(file="contracts-policy.yaml", line=3),
        reference=Reference(repository="acme/orders-service", contract="orders"),
        team="@acme/finance",
        fields=(("orders", "amount"), ("orders", "region")),
    )
    at = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    facts = Facts(
        pull_request=PullRequest(
            repository="acme/orders-service", number=7, author="pat", head=orders.broken, base_ref="main", base_tip=orders.base
        ),
        settings=Settings(notice=notice),
        overrides=OverrideRules(),
        organisation_owners=(),
        touched=True,
        contracts=(
            ContractFacts(
                id="orders",
                file=CONTRACT,
                settings=Settings(notice=notice),
                owners=("@acme/payments",),
                readers=(Reader(registration=registration),),
            ),
        ),
        reviews=(Review(id=1, login="fay", state=ReviewState.APPROVED, commit=orders.broken, submitted_at=at),) if signed else (),
        judgements=(Judgement(head=orders.broken, published_at=at, ready=True, fingerprints=fingerprints),),
        notices=(RunningNotice(contract="orders", path=("orders", "region"), started_at=at),),
        teams={"@acme/finance": Team(name="@acme/finance", members=frozenset({"fay"}))},
    )
    return msgspec.json.encode(facts)


def test_with_the_bots_facts_the_verdict_is_the_bots(run: Run, orders: Orders, tmp_path: Path) -> None:
    fingerprints = tuple(one["fingerprint"] for one in verdict_of(run, orders, "broken", exits=1)["findings"])
    facts = tmp_path / "facts.json"
    facts.write_bytes(told(orders, fingerprints, signed=True))
    signed = verdict_of(run, orders, "broken", "--facts", facts, "--now", "2026-12-15", exits=0)
    assert (signed["conclusion"], signed["online"], signed["pull_request"]["number"]) == ("success", True, 7)
    facts.write_bytes(told(orders, fingerprints, signed=False))
    waiting = verdict_of(run, orders, "broken", "--facts", facts, "--now", "2026-12-15", exits=1)
    assert waiting["waiting_for"] == ["@acme/finance"] and not waiting["remarks"]


def test_what_an_organisation_asks_comes_with_the_facts_and_is_remarked_on(run: Run, orders: Orders, tmp_path: Path) -> None:
    fingerprints = tuple(one["fingerprint"] for one in verdict_of(run, orders, "broken", exits=1)["findings"])
    facts = tmp_path / "facts.json"
    facts.write_bytes(told(orders, fingerprints, signed=True, notice=NoticeRules(days=60, unless="never")))
    verdict = verdict_of(run, orders, "broken", "--facts", facts, "--now", "2026-12-15", exits=1)
    assert [one["needs"]["notice"]["days"] for one in verdict["findings"] if one["cleared_by"] == "nothing"] == [60]
    assert "under another policy" in verdict["remarks"][0]


def test_who_owns_a_contract_elsewhere_is_as_the_bot_knows_it(run: Run, orders: Orders, tmp_path: Path) -> None:
    reads = 'reads: [{contract: acme/shop#baskets, team: "@acme/finance", criticality: high}]\n'
    claims = orders.git.commit({"contracts-policy.yaml": POLICY + reads}, branch="claims", parents=(orders.base,))
    (finding,) = verdict_of(run, orders, "claims", exits=1)["findings"]
    known = msgspec.json.decode(told(orders, (finding["fingerprint"],), signed=True), type=Facts)
    entry = replace(known.contracts[0].readers[0].registration, reference=Reference("acme/shop", "baskets"), criticality="high")
    facts = tmp_path / "facts.json"
    facts.write_bytes(
        msgspec.json.encode(
            replace(
                known,
                pull_request=replace(known.pull_request, head=claims),
                findings=(criticality_raised(entry, ("@acme/finance",)),),
                reviews=(replace(known.reviews[0], commit=claims),),
                judgements=(replace(known.judgements[0], head=claims),),
            )
        )
    )
    verdict = verdict_of(run, orders, "claims", "--facts", facts, "--now", "2026-12-15", exits=0)
    assert [one["cleared_by"] for one in verdict["findings"]] == ["signatures"]  # without the facts nobody here could sign it


def test_a_fault_of_our_own_ends_with_2_and_never_with_1(run: Run, orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no child process could be started")

    monkeypatch.setattr("countersign.bootstrap.at_desk.children", broken)
    result = run("check", "--repo", orders.path, "--base", "main")
    assert result.exit_code == 2
    assert "nothing was decided" in result.stderr


def test_it_runs_as_a_program_and_imports_no_server_and_no_table_library(orders: Orders) -> None:
    heavy = {"flask", "dbos", "github", "git", "sqlalchemy", "requests", "rich", "jsonschema", "pyarrow", "sqlglot", "fastavro"}
    code = (
        "import sys\nfrom countersign.cli import main\n"
        f"try:\n    main(['check', '--repo', {orders.path!r}, '--base', 'main', '--head', 'broken'])\n"
        f"except SystemExit as end:\n    print(end.code, sorted({heavy!r} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "1 []"


def test_a_policy_that_only_the_head_has_is_judged(run: Run, orders: Orders) -> None:
    before = orders.git.commit({CONTRACT: ORDERS}, branch="young", parents=())
    orders.git.commit({"contracts-policy.yaml": POLICY}, branch="young")
    result = run("check", "--repo", orders.path, "--base", before, "--head", "young", "--format", "json")
    assert result.exit_code == 0
    assert [one["rule"] for one in json.loads(result.stdout)["findings"]] == ["contract-added"]


def test_a_false_alarm_can_be_sent_without_what_is_nobodys_business(run: Run, orders: Orders, tmp_path: Path) -> None:
    desk = ("check", "--repo", orders.path, "--base", "main", "--head", "broken", "--now", "2026-03-02")
    result = run(*desk, "--bundle", tmp_path / "one.zip")
    assert result.exit_code == 1 and "Look through it before you send it." in result.stderr
    run(*desk, "--bundle", tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        archive.extractall(tmp_path / "sent")
    assert sorted(path.relative_to(tmp_path / "sent").as_posix() for path in (tmp_path / "sent").rglob("*.*")) == [
        "README.md",
        "contracts-policy.yaml",
        "new/contract_1.odcs.yaml",
        "old/contract_1.odcs.yaml",
    ]
    said = "".join(path.read_text() for path in (tmp_path / "sent").rglob("*.*"))
    assert not re.search(r"amount|region|orders|acme|payments", said)
    pair = [tmp_path / "sent" / side / "contract_1.odcs.yaml" for side in ("old", "new")]
    found = json.loads(run("diff", "--format", "json", *pair).stdout)
    assert [(one["rule"], one["level"]) for one in found if one["level"] == "breaking"] == [
        ("field-type-changed", "breaking"),
        ("field-removed", "breaking"),
    ]
    assert run("policy", "check", tmp_path / "sent" / "contracts-policy.yaml").exit_code in (0, 1)  # it names no owners


def test_whoever_gets_it_sees_the_findings_that_it_lists(run: Run, orders: Orders, tmp_path: Path) -> None:
    """By the commands of its own README; a rule that the policy raised is raised there too."""
    somebody = {f"GIT_{who}_{what}": "us@x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    raised = POLICY.replace("publishes:\n", "rules: {field-added: semantic}\npublishes:\n")
    base = orders.git.commit({"contracts-policy.yaml": raised, CONTRACT: ORDERS}, branch="raised", parents=())
    orders.git.commit({CONTRACT: BROKEN + "      - {name: store_id, logicalType: string}\n"}, branch="raised")
    run("check", "--repo", orders.path, "--base", base, "--head", "raised", "--bundle", tmp_path / "one.zip")
    sent = tmp_path / "sent"
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        archive.extractall(sent)
    readme = (sent / "README.md").read_text()
    *commands, check = re.findall(r"^    (.+)$", readme, re.MULTILINE)
    assert check == "countersign check --base old"
    subprocess.run(["sh", "-ec", "\n".join(commands)], cwd=sent, check=True, env=ENVIRONMENT | somebody)
    verdict = json.loads(run("check", "--repo", sent, "--base", "old", "--head", "new", "--format", "json").stdout)
    listed = re.findall(r"^- contract_1.odcs.yaml: (\S+) \((\w+)\)$", readme, re.MULTILINE)
    assert sorted((one["rule"], one["level"]) for one in verdict["findings"]) == listed
    assert ("field-added", "semantic") in listed and ("field-removed", "breaking") in listed


def test_without_a_finding_there_is_nothing_to_send(run: Run, orders: Orders, tmp_path: Path) -> None:
    result = run("check", "--repo", orders.path, "--base", "main", "--head", "harmless", "--bundle", tmp_path / "one.zip")
    assert result.exit_code == 2 and "There is nothing to write into the bundle." in result.stderr
    assert not (tmp_path / "one.zip").exists()
