"""What a comment says in its writer's own words, and that no comment keeps us busy."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from re import _constants as sre  # type: ignore[attr-defined] # the standard library's own, without stubs
from re import _parser  # type: ignore[attr-defined] # the same
from typing import Any

import pytest

from countersign.gates import own_words, review_lines
from countersign.gates.own_words import lines_of
from countersign.gates.review_lines import lines_in, objects_until
from countersign.services import command_line, debts, dismissals, elsewhere, roster
from countersign.services.command_line import said_in

COMMAND = "/countersign recheck"
LONGEST = 65_536  # GitHub's longest comment


def commands(text: str) -> int:
    return len(said_in(text.replace("CMD", COMMAND)))


@pytest.mark.parametrize(
    "text",
    [
        "CMD",
        "Please.\nCMD",
        "Please.\r\nCMD\r\n",
        "> quoted\n\nCMD",
        "```\ncode\n```\nCMD",
        "~~~~ sql\n~~~\n~~~~\nCMD",
        "- see\n  ```\n  code\n  ```\n\nCMD",
        "<!-- hidden -->\nCMD",
        "<!-- hidden\n\nstill -->\nCMD",
        "Use `this` and ``that ` one``.\nCMD",
        "1. first\n2. second\n\nCMD",
        "I read [that](https://x.example/a) <b>twice</b>\nCMD",
        "<details>\n\nCMD",
    ],
)
def test_it_is_said(text: str) -> None:
    assert commands(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "```\nCMD\n```",
        "```\nCMD",
        "~~~\n```\nCMD\n~~~",
        "````\n```\nCMD\n````",
        "``` \ncode\n```` x\nCMD",
        "    CMD",
        "\tCMD",
        "> CMD",
        "> quoted\nCMD",
        "- > quoted\nCMD",
        "<!-- CMD -->",
        "<!--\nCMD\n-->",
        "<!--\n\nCMD",
        "Hello <!--\nCMD\n-->",
        "<pre>\n\nCMD\n\n</pre>",
        "<PRE\n>\n\nCMD",
        "<div>\nCMD",
        "`a\nCMD\n`",
        "\\` a ` b\nCMD\n`",
        '<a title="\nCMD\n">',
        '[a](b "\nCMD\n")',
        '[a]: b "\nCMD\n"',
        "- ```\ntext\n```\nCMD\n```",
        "- a\nlazy\n  ```\ntext\n```\nCMD\n```",
        "<div>\n```\n\n```\nCMD\n```",
        "a <!-- b\n```\n-->\nCMD\n```",
        "- <!--\n```\n-->\nCMD\n```",
        "<!-- a --> <!-- b\n\nCMD\n-->",
    ],
)
def test_it_is_not_said(text: str) -> None:
    assert commands(text) == 0


def test_a_line_in_a_quote_or_a_code_block_is_no_line_of_the_review() -> None:
    assert lines_in("> countersign: C-BBBBBB\n\ncountersign: C-AAAAAA").signing == (review_lines.Line(("AAAAAA",)),)
    assert objects_until("> countersign: objection until 2026-12-15") is None


@pytest.mark.parametrize("text", ["```\ncountersign: C-AAAAAA\n```", "> countersign: C-AAAAAA", "<!--\ncountersign: C-AAAAAA\n-->"])
def test_an_approval_whose_only_lines_are_examples_does_not_sign_all(text: str) -> None:
    assert lines_in(text).unclear


HOSTILE = [
    "/countersign" + " " * 4000 + "!" * 3000,
    "/countersign " + "\t " * 30_000,
    "/countersign override " + "C-AAAAAA" * 8000 + "!",
    "countersign: C-AAAAAA" + " " * 60_000 + "x",
    "countersign: " + "C-AAAAAA, " * 6000 + "x",
    "countersign: objection until" + " " * 60_000 + "2026",
    "- " * 32_000 + "x",
    "1. " * 21_000 + "x",
    ">" * LONGEST,
    "`" * LONGEST,
    "` `` " * 13_000,
    "<!--" * 16_000,
    "<pre" * 16_000,
    "[" * LONGEST,
    "](" * 32_000,
    "```\n" * 16_000,
    "~~~\n <!--\n" * 6_000,
    "\t" * LONGEST,
    "\n" * LONGEST,
]


@pytest.mark.parametrize("reader", [said_in, lines_in, objects_until])
def test_twice_as_much_hostile_text_takes_no_more_than_twice_the_steps(reader: Callable[[str], object]) -> None:
    for text in HOSTILE:
        half, whole = _steps(reader, text[: LONGEST // 8]), _steps(reader, text[: LONGEST // 4])
        assert whole <= 2 * half + 500, text[:40]
        reader(text[:LONGEST])


def _steps(reader: Callable[[str], object], text: str) -> int:
    """Lines of Python that run in our modules. What runs below them goes once over the text it is given."""
    steps = 0
    ours = {own_words.__file__, review_lines.__file__, command_line.__file__}

    def trace(frame: Any, event: str, argument: object) -> Any:
        nonlocal steps
        steps += event == "line"
        return trace if frame.f_code.co_filename in ours else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        reader(text)
    finally:
        sys.settrace(before)
    return steps


def test_no_expression_that_meets_comments_repeats_what_repeats() -> None:
    """The one way to more than linear time where a match begins at one place."""
    modules = (command_line, review_lines, own_words, dismissals, debts, elsewhere, roster)
    expressions = [value for module in modules for value in vars(module).values() if isinstance(value, re.Pattern)]
    assert len(expressions) >= 6
    for expression in expressions:
        assert not list(_nested(_parser.parse(expression.pattern, expression.flags), inside=False)), expression.pattern


def _nested(parsed: Any, *, inside: bool) -> Iterator[object]:
    for operation, argument in parsed:
        repeats = operation in (sre.MAX_REPEAT, sre.MIN_REPEAT) and argument[1] > 1
        if repeats and inside:
            yield argument
        for part in argument if isinstance(argument, (tuple, list)) else ():
            if isinstance(part, _parser.SubPattern):
                yield from _nested(part, inside=inside or repeats)
            elif isinstance(part, list):
                for branch in part:
                    if isinstance(branch, _parser.SubPattern):
                        yield from _nested(branch, inside=inside or repeats)


def test_every_line_is_there_once() -> None:
    text = "a\r\nb\rc\n"
    assert [line for line, _ in lines_of(text)] == ["a", "b", "c", ""]
