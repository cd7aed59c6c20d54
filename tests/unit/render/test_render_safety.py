"""What no verdict may do to the page, however hostile its text or long its lists."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from countersign.model.finding import Finding, Question
from countersign.model.policy import Mode
from countersign.model.verdict import Conclusion, Verdict
from countersign.render import Links, as_markdown, check_run, sticky_comment, terminal
from countersign.render.changes import SAYINGS, Names, change, effect
from countersign.render.markdown import code, fenced, link, mention, plain, prose, table, unpinged
from countersign.render.titles import LONGEST, title
from countersign.render.words import opened
from countersign.rules import RULES

_spec = importlib.util.spec_from_file_location("render_verdicts", Path(__file__).with_name("verdicts.py"))
assert _spec and _spec.loader
verdicts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(verdicts)

LINKS = Links(repository_url="https://github.com/acme/orders-service", rules_url="https://docs.example/rules", head=verdicts.HEAD)
NASTY = [
    verdicts.HOSTILE,
    "``` \n# x",
    "a\\|b",
    "</details><script>",
    "[x](javascript:alert(1))",
    "![x](http://a.example/p.png)",
    "@acme/everyone",
    "acme/other#12",
    "www.evil.example",
    "- [ ] x",
    "1. x",
    "~~x~~ **y** __z__",
    "a & &lt; b",
    "$x$",
    "\x1b[31mred\x07",
    "a\u2028b\u200bc",
    "`" * 9,
    "",
]


def tokens(markdown: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        yield token
        yield from token.children or []


def text_of(markdown: str) -> str:
    """What is read as running text, where GitHub looks for mentions and links."""
    return "".join(token.content for token in tokens(markdown) if token.type in ("text", "text_special"))


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("escape", [plain, prose])
def test_hostile_prose_stays_prose(text: str, escape: object) -> None:
    assert callable(escape)
    made = escape(text)
    kinds = {token.type for token in tokens(made)}
    assert kinds <= {"paragraph_open", "inline", "text", "paragraph_close", "code_inline", "text_special"}
    assert "\n" not in made
    for trick in ("@acme", "#12", "://", "www.evil"):
        assert trick not in text_of(made)


@pytest.mark.parametrize("text", NASTY)
def test_hostile_names_stay_inside_their_cell(text: str) -> None:
    made = table(("a", "b"), [[code(text), plain(text)], ["next", "row"]])
    cells = [token for token in tokens(made) if token.type == "td_open"]
    assert len(cells) == 4
    assert not [token for token in tokens(made) if token.type in ("image", "link_open", "heading_open", "em_open", "strong_open", "s_open")]
    tags = [token.content for token in tokens(made) if token.type == "html_inline"]
    assert set(tags) <= {"<code>", "</code>"}


@pytest.mark.parametrize("text", NASTY)
def test_no_line_closes_its_code_block(text: str) -> None:
    blocks = [token for token in tokens(fenced([text, "last"], "yaml")) if token.type == "fence"]
    assert len(blocks) == 1
    assert blocks[0].content.endswith("last\n")


def test_only_real_team_names_are_mentioned_and_only_web_addresses_linked() -> None:
    assert mention("@acme/finance-analytics") == "@acme/finance-analytics"
    assert mention("@acme/x @acme/everyone") == "`@acme/x @acme/everyone`"
    assert link("x", "javascript:alert(1)") == "x"
    assert link("x", "https://a.example/(b)") == "[x](https://a.example/%28b%29)"
    assert link("x", "https://a.example/b c") == "x"


def test_hostile_contracts_add_no_structure_to_the_check() -> None:
    run = check_run([verdicts.hostile()], links=LINKS, external_id="x", now=verdicts.NOW)
    for text in (run.summary, run.text, sticky_comment(verdicts.hostile(), refused=[], links=LINKS, now=verdicts.NOW)):
        assert not [token for token in tokens(text) if token.type == "image"]
        links = [str(token.attrs["href"]) for token in tokens(text) if token.type == "link_open"]
        assert all(url.startswith(("https://github.com/acme/", "https://docs.example/")) for url in links)
        html = "".join(token.content for token in tokens(text) if token.type.startswith("html"))
        assert "<img" not in html
        assert "@acme/everyone" not in text_of(text)
    assert "Passed" not in run.title


def test_hostile_contracts_cannot_steer_the_terminal() -> None:
    nasty = verdicts.finding("field-removed", ("orders", "\x1b[2Jx\r\x07"), question=Question.EXISTENCE)
    printed = terminal(verdicts.verdict(verdicts.judged(nasty)))
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", re.sub(r"\x1b\[[0-9;]+m", "", printed)), "nothing but our own colours"
    assert "⟨U+001B⟩[2Jx ⟨U+0007⟩" in printed


def everything() -> list[Verdict]:
    """One verdict of each maker in `verdicts`."""
    makers = (value for value in vars(verdicts).values() if getattr(value, "__annotations__", {}) == {"return": "Verdict"})
    return [maker() for maker in makers]


def test_every_title_is_one_line_of_at_most_120_characters_that_says_whether_it_passes() -> None:
    states = everything()
    assert len(states) > 25
    for state in states:
        said = title(state)
        assert len(said) <= LONGEST
        assert "\n" not in said
        start = {Conclusion.SUCCESS: "Passed: ", Conclusion.FAILURE: "Blocked: ", Conclusion.NEUTRAL: "Would block: "}[state.conclusion]
        assert said.startswith(start)


def test_a_very_large_verdict_stays_within_what_github_takes() -> None:
    entries = [verdicts.registration(f"@acme/team-{number:03}", "f", ("dashboard", "B" * 60), ("model", "M" * 60)) for number in range(200)]
    parts = [
        verdicts.judged(
            verdicts.finding(
                "field-removed", ("orders", f"{'x' * 200}{number}"), question=Question.EXISTENCE, old=verdicts.Place(file="f" * 200, line=9)
            ),
            *(verdicts.consumer(entry, "f") for entry in entries),
            notice=verdicts.NOT_BEGUN,
        )
        for number in range(200)
    ]
    readers = tuple(verdicts.Reader(registration=entry) for entry in entries)
    run = check_run(
        [verdicts.verdict(*parts, contracts=(verdicts.contract(readers=readers),), not_asked=readers)],
        links=LINKS,
        external_id="x",
        now=verdicts.NOW,
    )
    assert len(run.summary.encode()) < 65_535
    assert len(run.text.encode()) < 65_535
    assert re.search(r"And 1\d\d more", run.summary)


def test_every_rule_has_its_own_sentences() -> None:
    said = {name.partition("=")[0] for name in SAYINGS}
    assert set(RULES) - said == set()


@pytest.mark.parametrize("name", sorted(SAYINGS))
def test_every_sentence_can_be_filled(name: str) -> None:
    rule, _, after = name.partition("=")
    question = RULES[rule].question if rule in RULES else Question.FORM
    one: Finding = verdicts.finding(
        rule, ("orders", "status", "=paid"), question=question, before="old", after=after or "new", detail="unit"
    )
    text = f"{change(one, Names([one]))} {effect(one, Names([one]))}"
    assert "{" not in text
    assert "nothing stated" not in text


def test_the_desk_says_that_signatures_are_not_known() -> None:
    assert "signatures, overrides and running notices are not known here" in as_markdown(verdicts.offline(), verdicts.NOW)


def test_private_readers_show_neither_assets_nor_fields() -> None:
    run = check_run([verdicts.registrations_of_all_kinds()], links=LINKS, external_id="x", now=verdicts.NOW)
    for secret in ("Revenue", "CFO", "order_id"):
        assert secret not in run.summary + run.text
    assert "finance-analytics" in run.summary


def test_no_override_is_offered_where_nothing_blocks_or_nobody_may() -> None:
    for state in (verdicts.warned(), replace(verdicts.grain(), overrides=verdicts.OverrideRules()), verdicts.all_signed()):
        run = check_run([state], links=LINKS, external_id="x", now=verdicts.NOW)
        assert "/countersign override" not in run.summary
    assert "/countersign override" in check_run([verdicts.grain()], links=LINKS, external_id="x", now=verdicts.NOW).summary


def test_a_warning_gate_never_annotates_a_failure() -> None:
    levels = {a.level.value for a in check_run([verdicts.warned()], links=LINKS, external_id="x", now=verdicts.NOW).annotations}
    assert levels == {"warning"}
    assert verdicts.warned().mode is Mode.WARN


def test_an_answer_pings_nobody_and_leaves_commands_to_be_copied() -> None:
    text = '@acme/finance may `@acme/finance` it.\n```yaml\nteam: "@acme/finance"\n```\nSo may @gina.'
    assert unpinged(text) == '@\u200bacme/finance may `@acme/finance` it.\n```yaml\nteam: "@acme/finance"\n```\nSo may @\u200bgina.'


def test_a_sentence_that_begins_with_a_login_leaves_it_as_it_is() -> None:
    assert opened("ada objects") == "ada objects"
    assert opened("an owner was asked") == "An owner was asked"
