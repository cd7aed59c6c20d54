"""`countersign policy check`."""

from __future__ import annotations

from pathlib import Path

import click

from countersign.cli.exits import BLOCKED, PASSED, stop

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="policy")
def command() -> None:
    """Check a contracts-policy.yaml."""


@command.command(name="check")
@click.argument("file", type=_FILE, default="contracts-policy.yaml")
@click.option("--organisation-policy", type=_FILE, help="The organisation's contracts-policy.yaml: its floor, its start and its owners.")
@click.option("--as-organisation", is_flag=True, help="FILE is the organisation's own, of its `.github` repository.")
@click.option("--name", metavar="ORG/REPO", help="The repository's name; by default as its remote `origin` says.")
def check(file: Path, organisation_policy: Path | None, as_organisation: bool, name: str | None) -> None:
    """Read a policy as the bot would, with the contracts beside it: every error and warning, each with its line.

    Besides what is wrong in FILE itself, it finds contracts without owners, two contracts of one id, contracts that cannot be read,
    and patterns that list nothing.

    \b
    Ends with 0 if it is in order (warnings may be left),
              1 if there are errors,
              2 if it could not be read at all.
    """
    from countersign.bootstrap import children, repository_name
    from countersign.services.policy_check import check_policy

    name = name or repository_name(file.parent)
    result = check_policy(children(), file, organisation_policy, as_organisation=as_organisation, name=name)
    if result is None:
        stop(f"{file} is too large or too deep to read.", "Make it smaller; a policy of 1,000 entries is read in well under a second.")
    for kind, troubles in (("error", result.errors), ("warning", result.warnings)):
        for trouble in troubles:
            click.echo(f"{trouble.file}:{trouble.line}: {kind}: {trouble.message}\n    {trouble.remedy}")
    if result.errors:
        raise SystemExit(BLOCKED)
    contracts = f"{result.contracts} contract{'' if result.contracts == 1 else 's'} listed"
    click.echo(f"{file} is in order: {contracts}, {result.reads} registration{'' if result.reads == 1 else 's'} to read others'.")
    raise SystemExit(PASSED)
