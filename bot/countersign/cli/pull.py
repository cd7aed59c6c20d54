"""`countersign pull`: a contract, as it is promised now or was at a version."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from countersign.cli.exits import stop
from countersign.cli.operator_options import acting, operator_options


@click.command(name="pull")
@click.argument("contract", metavar="ORG/REPO#ID[@VERSION]")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write it to; the terminal by default.")
@operator_options
def command(contract: str, output: Path | None, **options: Any) -> None:
    """Print a contract of a repository's default branch, or the newest that called itself VERSION.

    It is read over Git with the token in GITHUB_TOKEN, byte for byte; nothing is checked out and nothing is kept.

    \b
    Examples:
      countersign pull acme/orders-service#orders
      countersign pull acme/orders-service#orders@1.4.0 --output orders.odcs.yaml
    """
    from countersign.bootstrap import fetched
    from countersign.policy import parse_reference
    from countersign.ports import GitHubTrouble, GitTrouble
    from countersign.services.pulling import NoContract, pulled

    name, _, version = contract.partition("@")
    try:
        reference = parse_reference(name)
    except ValueError:
        stop(f"{contract!r} names no contract.", "Write it as acme/orders-service#orders, or acme/orders-service#orders@1.4.0.")
    if reference.dataset:
        stop(f"{contract!r} names a dataset.", f"A contract comes as a whole: {reference.repository}#{reference.contract}.")
    try:
        with acting("to read the contents of the repository", **options) as operator, fetched(operator, reference.repository) as here:
            raw = pulled(here.reader, reference, version, here.tip, here.organisation)
    except NoContract as trouble:
        stop(str(trouble), trouble.remedy)
    except (GitTrouble, GitHubTrouble) as trouble:
        stop(str(trouble))
    if output:
        output.write_bytes(raw)
        click.echo(f"{output}: {len(raw):,} bytes.", err=True)
    else:
        sys.stdout.buffer.write(raw)
