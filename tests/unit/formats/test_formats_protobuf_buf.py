"""buf as referee: the same rules, the same files, the same lines, under each of its four categories, over a pair of files for each rule."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from benchmarks.peers import PeerMissing, environment

from countersign.formats.protobuf.buf import RULES
from countersign.model.finding import Finding, Level, Question
from countersign.model.profile import Profile, ProtobufProfile
from countersign.services.child import judge_contract
from countersign.services.codec import dump, load

CASES = yaml.safe_load((Path(__file__).parents[2] / "fixtures" / "buf.yaml").read_text(encoding="utf-8"))
#: buf tells it of the whole tree; we tell it where the file states its package.
NO_FILE = "PACKAGE_NO_DELETE"
#: No pair of files shows it: the file itself is gone, or buf has the rule in none of its categories.
ELSEWHERE = {"FILE_NO_DELETE", "MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT"}

pytestmark = pytest.mark.slow

Said = Mapping[str, set[tuple[str, int]]]


def text(number: int, side: str) -> str:
    """A case's file on one side, with what it leaves out in front of its first line."""
    case = CASES[number]
    if "syntax =" in case["old"]:
        return str(case[side])
    kind, _, value = case.get("syntax", "proto3").rpartition(" ")
    return f'{kind or "syntax"} = "{value}"; package case_{number};\n{case[side]}'


@pytest.fixture(scope="module")
def buf() -> Path:
    try:
        return environment("buf") / "buf"
    except PeerMissing as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"buf is missing: {error}")


@pytest.fixture(scope="module")
def referee(buf: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[ProtobufProfile, str], Said]:
    """(profile, ``breaks`` or ``fine``) -> file -> (rule, line). All cases stand in one tree, each in a package of its own."""
    trees = tmp_path_factory.mktemp("trees")
    for side in ("old", "breaks", "fine"):
        (trees / side).mkdir()
        for number in range(len(CASES)):
            (trees / side / f"case_{number}.proto").write_text(text(number, side), encoding="utf-8")
    return {(profile, side): breaking(buf, trees, side, profile) for profile in ProtobufProfile for side in ("breaks", "fine")}


def breaking(buf: Path, trees: Path, side: str, profile: ProtobufProfile) -> Said:
    """What `buf breaking` says of a tree against the one called ``old``."""
    config = json.dumps({"version": "v2", "breaking": {"use": [profile.value]}})
    arguments = [trees / side, "--against", trees / "old", "--error-format", "json", "--config", config, "--against-config", config]
    done = subprocess.run([buf, "breaking", *arguments], capture_output=True, text=True, env={"HOME": str(trees), "PATH": ""}, check=False)
    assert done.returncode in (0, 100), done.stderr
    found: dict[str, set[tuple[str, int]]] = {}
    for line in done.stdout.splitlines():
        one = json.loads(line)
        found.setdefault(Path(one["path"]).name if "path" in one else "", set()).add((one["type"], one.get("start_line", 0)))
    return found


def ours(number: int, side: str, profile: ProtobufProfile) -> tuple[Finding, ...]:
    return judged(text(number, "old"), text(number, side), profile)


def judged(old: str, new: str, profile: ProtobufProfile) -> tuple[Finding, ...]:
    item: dict[str, Any] = {name: {"file": "case.proto", "text": body} for name, body in (("base", old), ("landed", new))}
    answer = judge_contract({"id": "case", "direction": "both", "profile": dump(Profile(protobuf=profile)), **item})
    return load(tuple[Finding, ...], answer["findings"])


def named(findings: tuple[Finding, ...]) -> set[tuple[str, int]]:
    return {(rule, finding.new.line) for finding in findings if finding.new for rule in finding.note("buf").split(", ") if rule}


@pytest.mark.parametrize("profile", ProtobufProfile)
@pytest.mark.parametrize("side", ["breaks", "fine"])
@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{number}-{case['rule']}" for number, case in enumerate(CASES)])
def test_we_name_the_rules_of_buf_where_buf_does(
    number: int, side: str, profile: ProtobufProfile, referee: Mapping[tuple[ProtobufProfile, str], Said]
) -> None:
    case, findings = CASES[number], ours(number, side, profile)
    said, found = referee[profile, side].get(f"case_{number}.proto", set()), named(findings)
    rules = {rule for rule, _ in said} | {rule for rule, _ in found if rule == NO_FILE}
    assert (case["rule"] in rules) == (side == "breaks" and profile in RULES[case["rule"]]), "the pair shows another rule"
    assert {rule for rule, _ in found} == rules
    if "line" not in case:
        assert {(rule, line) for rule, line in found if rule != NO_FILE} == said


@pytest.mark.parametrize("profile", ProtobufProfile)
@pytest.mark.parametrize("side", ["breaks", "fine"])
@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{number}-{case['rule']}" for number, case in enumerate(CASES)])
def test_what_breaks_for_buf_breaks_for_us_and_what_breaks_for_us_alone_has_a_reason(
    number: int, side: str, profile: ProtobufProfile, referee: Mapping[tuple[ProtobufProfile, str], Said]
) -> None:
    """Existence is another question, which buf asks in part, so it is left aside."""
    breaks = {finding.question for finding in ours(number, side, profile) if finding.level is Level.BREAKING}
    if referee[profile, side].get(f"case_{number}.proto"):
        assert breaks
    elif Question.COMPATIBILITY in breaks:
        assert profile.value in CASES[number].get("stricter", ())


def test_a_package_that_is_gone_is_told_without_a_file_by_buf(referee: Mapping[tuple[ProtobufProfile, str], Said]) -> None:
    assert {profile for (profile, side), said in referee.items() if "" in said} == RULES[NO_FILE]


def test_every_rule_of_buf_has_a_pair() -> None:
    assert {case["rule"] for case in CASES} == RULES.keys() - ELSEWHERE


SCALARS = (
    *("int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64"),
    *("bool", "string", "bytes", "float", "double", "E", "N"),
)
#: What differs in its sign alone, which a reader of JSON may refuse.
SIGNS = [{"int32", "uint32"}, {"int64", "uint64"}, {"fixed32", "sfixed32"}, {"fixed64", "sfixed64"}]


@pytest.mark.parametrize("profile", ProtobufProfile)
def test_of_any_two_types_we_say_what_buf_says(profile: ProtobufProfile, buf: Path, tmp_path: Path) -> None:
    pairs = {f"{old}_{new}.proto": (old, new) for old in SCALARS for new in SCALARS if old != new}
    texts = {}
    for at, (file, types) in enumerate(pairs.items()):
        around = f'syntax = "proto3"; package p{at}; enum E {{ A = 0; }} message N {{}}\n'
        texts[file] = [f"{around}message M {{\n  {one} a = 1;\n}}\n" for one in types]
        for side, body in zip(("old", "new"), texts[file], strict=True):
            (tmp_path / side).mkdir(exist_ok=True)
            (tmp_path / side / file).write_text(body, encoding="utf-8")
    said = breaking(buf, tmp_path, "new", profile)
    stricter = set()
    for file, (old, new) in pairs.items():
        findings = judged(*texts[file], profile)
        assert named(findings) == said.get(file, set()), file
        breaks = any(finding.level is Level.BREAKING for finding in findings)
        assert breaks or file not in said, file
        if breaks and file not in said:
            stricter.add((old, new))
    signs = {(old, new) for old, new in pairs.values() if {old, new} in SIGNS}
    assert stricter == {ProtobufProfile.WIRE: {("string", "bytes")}, ProtobufProfile.WIRE_JSON: signs}.get(profile, set())
