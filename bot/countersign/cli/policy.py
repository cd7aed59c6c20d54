"""`countersign policy check`."""

from __future__ import annotations

from pathlib import Path

import click

from countersign.cli.exits import BLOCKED, PASSED, stop


@click.group(name="policy")
def command() -> None:
    """Check a contracts-policy.yaml."""


@command.command(name="check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default="contracts-policy.yaml")
@click.option(
    "--organisation-policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The organisation's own, for its floor."
)
@click.option("--as-organisation", is_flag=True, help="The file is the organisation's (in its `.github` repository).")
@click.option("--name", metavar="ORG/REPO", default="my/repository", help="The repository's name.")
def check(file: Path, organisation_policy: Path | None, as_organisation: bool, name: str) -> None:
    """Read a policy as the bot would: every error with its line, and warnings. Contracts are looked for beside the file.

    Ends with 0 if it is in order, 1 if not.
    """
    from countersign.bootstrap import children
    from countersign.services.policy_check import check_policy

    result = check_policy(children(), file, organisation_policy, as_organisation=as_organisation, name=name)
    if result is None:
        stop(f"{file} is too large or too deep to read.")
    for kind, trouble in [*(("error", one) for one in result.errors), *(("warning", one) for one in result.warnings)]:
        click.echo(f"{trouble.file}:{trouble.line}: {kind}: {trouble.message}\n    {trouble.remedy}")
    if result.errors:
        raise SystemExit(BLOCKED)
    click.echo(
        f"{file} is in order: {result.contracts} contract{'' if result.contracts == 1 else 's'} listed, {result.reads} registered to read."
    )
    raise SystemExit(PASSED)
