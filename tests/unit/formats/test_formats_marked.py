"""The loaders: what they read, with lines, and what they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from countersign.formats.marked import Unreadable, load_json, load_yaml


def refusal(load: Any, text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        load(text, "contract")
    return caught.value


def test_yaml_gives_data_with_the_line_of_every_key_and_item() -> None:
    marked = load_yaml("# a comment\nname: orders\nfields:\n  - id: a\n    type: string\n  - id: b\n", "f")
    assert marked.value == {"name": "orders", "fields": [{"id": "a", "type": "string"}, {"id": "b"}]}
    assert [marked.line("name"), marked.line("fields"), marked.line("fields", 0, "type"), marked.line("fields", 1)] == [2, 3, 5, 6]
    assert marked.line("fields", 1, "missing", "deeper") == 6
    assert marked.line() == 1


def test_json_gives_data_with_the_line_of_every_key_and_item() -> None:
    marked = load_json('{\n "a": [\n  1,\n  {"b": null}\n ], "c":\n true}', "f")
    assert marked.value == {"a": [1, {"b": None}], "c": True}
    assert [marked.line("a"), marked.line("a", 0), marked.line("a", 1, "b"), marked.line("c")] == [2, 3, 4, 5]


def test_lines_are_counted_as_git_counts_them() -> None:
    """YAML 1.1 takes U+2028 and U+0085 for line breaks; GitHub's annotations do not."""
    assert load_yaml("a: 'x\u2028\x85y'\nb: 1\n", "f").line("b") == 2
    assert load_yaml("a: 1\r\nb: 1\r\n", "f").line("b") == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-12-23", "2026-12-23"),
        ("2026-12-23T10:00:00Z", "2026-12-23T10:00:00Z"),
        ("09:00", "09:00"),
        ("1.4.0", "1.4.0"),
        ("N", "N"),
        ("0x1F", 31),
        ("-12", -12),
        ("1.50", 1.5),
        ("10.0", 10),
        ("~", None),
        ("", None),
        ("true", True),
        ("'yes'", "yes"),
        ("!!str 010", "010"),
        ("12345678901234567890123", 12345678901234567890123),
        ("|\n  on\n", "on\n"),
    ],
)
def test_a_plain_yaml_scalar_is_what_every_reader_takes_it_for(text: str, value: Any) -> None:
    read = load_yaml(f"a: {text}", "f").value["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("word", ["yes", "No", "on", "OFF", "010", "1_000", "18:30", "1e3", "0b1", "0o17", "007.5", "190:20:30.15"])
def test_what_yaml_versions_read_differently_is_refused_with_its_line(word: str) -> None:
    error = refusal(load_yaml, f"a: 1\nb: {word}\n")
    assert (error.line, word in error.message, f'"{word}"' in error.remedy) == (2, True, True)


@pytest.mark.parametrize("key", ["on", "yes", "null", "1", "true", "~"])
def test_a_yaml_key_that_is_no_text_is_to_be_quoted(key: str) -> None:
    error = refusal(load_yaml, f"a: 1\n{key}: 2\n")
    assert error.line == 2
    assert "uote it" in error.remedy


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "given twice, here and on line 1"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("x: 1\na: !!python/object/apply:os.system ['id']\n", 2, "tag"),
        ("a: !thing {}\n", 1, "tag"),
        ("a: &a {x: 1}\nb:\n  <<: *a\n", 3, "merge keys"),
        ("a: *nobody\n", 1, "no anchor"),
        ("a: &a [*a]\n", 1, "no anchor"),
        ("a: &x 1\nb: &x 2\n", 2, "given twice"),
        ("a: .nan\n", 1, "not a number"),
        ("a: -.inf\n", 1, "not a number"),
        ("a:\n\tb: 1\n", 2, "not YAML"),
        ("a: 1\nb: [1, 2\n", 3, "not YAML"),
        ("a: 1\nb: \x00\n", 2, "not YAML"),
        ("a: 1\n? [b]\n: 1\n", 2, "where a key is expected"),
        ("a: 1" + "0" * 1000 + "\n", 1, "digits"),
    ],
)
def test_hostile_and_broken_yaml_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    error = refusal(load_yaml, text)
    assert (error.file, error.line) == ("contract", line)
    assert said in error.message
    assert error.remedy


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a": 1,\n "a": 2}', 2),
        ('{"a": 1,}', 1),
        ("[1,]", 1),
        ("[1 2]", 1),
        ("[1}", 1),
        ('{"a"\n 1}', 2),
        ("{1: 2}", 1),
        ("[NaN]", 1),
        ("[\n-Infinity]", 2),
        ("[1e400]", 1),
        ("[01]", 1),
        ('["\n"]', 1),
        (r'["\ud800"]', 1),
        ("// remark\n{}", 1),
        ("{} {}", 1),
        ("", 1),
        ('{"a": ', 1),
        ("[" + "1" * 1001 + "]", 1),
    ],
)
def test_text_that_is_not_strictly_json_is_refused_with_its_line(text: str, line: int) -> None:
    assert refusal(load_json, text).line == line


@pytest.mark.parametrize("load", [load_yaml, load_json])
@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 201 + "]" * 201])
def test_depth_is_refused_and_costs_no_stack(load: Any, text: str) -> None:
    assert "200 levels" in refusal(load, text).message


def test_aliases_are_read_with_the_lines_of_what_they_repeat() -> None:
    marked = load_yaml("a: &a\n  x: [1]\nb: *a\n", "f")
    assert marked.value["b"] == {"x": [1]}
    assert (marked.line("b"), marked.line("b", "x"), marked.line("b", "x", 0)) == (3, 2, 2)


def test_aliases_cannot_copy_without_bound() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"] + [
        f"l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 10)}]" for level in range(1, 8)
    ]
    error = refusal(load_yaml, "\n".join(lines))
    assert "200,000" in error.message
    assert error.line == 6


_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=12,
)


@given(_data, st.sampled_from([None, 1, 3]))
def test_json_is_read_as_the_standard_library_reads_it(data: Any, indent: int | None) -> None:
    assert load_json(json.dumps(data, indent=indent), "f").value == data


# YAML reads no plain key past 1024 characters (YAML 1.2, 7.4.2), and JSON writes up to six for one.
_plain_text = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc"]), max_size=160)
_plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([0.5, -2.25]) | _plain_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_plain_text, inner, max_size=4),
    max_leaves=12,
)


@given(_plain_data)
def test_json_is_yaml_and_is_read_alike_by_both_loaders(data: Any) -> None:
    text = json.dumps(data)
    assert load_yaml(text, "f").value == load_json(text, "f").value == data


def test_yaml_goes_through_libyaml() -> None:
    assert yaml.__with_libyaml__, "the pure Python parser is ten times slower, and recurses"
