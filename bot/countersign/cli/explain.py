"""`countersign explain`: a rule at length."""

from __future__ import annotations

from shutil import get_terminal_size

import click

from countersign.cli.rules import named


@click.command(name="explain")
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
def command(rules: tuple[str, ...]) -> None:
    """Say what a rule stops and why, with an example, how to avoid it, and what clears it.

    RULE is what stands beside a finding. `countersign rules` lists them all; `--why` at `check` and `diff` says the same of each finding.

    \b
    Example:
      countersign explain field-removed
    """
    from countersign.render.at_length import explained

    click.echo("\n\n".join(explained(named(rule), min(get_terminal_size().columns, 100)) for rule in rules))
