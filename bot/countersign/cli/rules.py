"""`countersign rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from countersign.cli.exits import stop

if TYPE_CHECKING:
    from countersign.rules import Rule


@click.command(name="rules")
@click.argument("rule", required=False)
def command(rule: str | None) -> None:
    """List every rule with the level it can reach, or print the whole page of one.

    \b
    Examples:
      countersign rules
      countersign rules field-removed
    """
    from countersign.rules import RULES

    if rule is None:
        width = max(map(len, RULES))
        for one in RULES.values():
            click.echo(f"{one.id:{width}}  {one.level.value:10} {one.summary}")
        return
    from countersign.render.rule_pages import page

    click.echo(page(named(rule)))


def named(rule: str) -> Rule:
    """The rule of that name. Ends the command, with the nearest name, where there is none."""
    from countersign.rules import RULES

    if rule not in RULES:
        import difflib

        near = difflib.get_close_matches(rule, RULES, 1)
        stop(f"There is no rule {rule!r}.", f"Did you mean {near[0]!r}?" if near else "`countersign rules` lists them.")
    return RULES[rule]
