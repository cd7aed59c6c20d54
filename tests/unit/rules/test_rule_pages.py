"""docs/rules is made from the rules, and is current."""

from __future__ import annotations

from pathlib import Path

from countersign.render.rule_pages import main, pages
from countersign.rules import RULES

DOCS = Path(__file__).parents[3] / "docs" / "rules"


def test_the_committed_pages_are_what_the_rules_say_now() -> None:
    committed = {file.name: file.read_text(encoding="utf-8") for file in DOCS.glob("*.md")}
    assert committed == pages(RULES), "write them again: python -m countersign.render.rule_pages docs/rules"


def test_every_rule_has_a_page_and_a_line_in_the_index() -> None:
    made = pages(RULES)
    assert made.keys() == {"README.md", *(f"{rule}.md" for rule in RULES)}
    assert all(f"[{rule}]({rule}.md)" in made["README.md"] for rule in RULES)


def test_only_an_existence_page_speaks_of_waiting_for_notice() -> None:
    made = pages(RULES)
    waiting = {rule for rule in RULES if "waits for notice" in made[f"{rule}.md"]}
    assert waiting == {rule.id for rule in RULES.values() if rule.question == "existence"}


def test_the_page_of_a_rule_that_is_gone_is_taken_out(tmp_path: Path) -> None:
    (tmp_path / "no-such-rule.md").write_text("old")
    main(str(tmp_path))
    assert not (tmp_path / "no-such-rule.md").exists()
    assert (tmp_path / "field-removed.md").exists()
