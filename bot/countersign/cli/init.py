"""`countersign init`: a first policy and first contracts, as one commit to read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from countersign.cli.exits import stop


@click.command(name="init")
@click.argument("repo", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option("--dry-run", is_flag=True, help="Print the files, and write nothing.")
@click.option("--branch", default="countersign/init", show_default=True, metavar="NAME", help="The new branch that the commit goes to.")
@click.option("--name", metavar="ORG/REPO", help="The repository's name; by default as its remote `origin` says.")
def command(repo: Path, dry_run: bool, branch: str, name: str | None) -> None:
    """Draft contracts-policy.yaml and ODCS contracts from the schema files, dbt models and DDL of a repository.

    They become one commit on a new branch, on top of HEAD; the work tree stays as it is. Nothing is guessed in silence: what no file
    says is marked in a comment. The policy only watches, and the contracts are drafts.

    \b
    Ends with 0 if there is something to read,
              2 if there is nothing to draft from, or a policy already.

    \b
    Examples:
      countersign init --dry-run
      countersign init && git show countersign/init
    """
    from countersign.bootstrap import looking_back, proposed, repository_name
    from countersign.ports import GitTrouble
    from countersign.render.drafts import init_text
    from countersign.services.drafting import NothingFound, PolicyThere, draft

    try:
        with looking_back(repo) as (reader, past):
            found = draft(reader, past, name or repository_name(repo), "HEAD", datetime.now(UTC) - timedelta(days=365))
        commit = "" if dry_run else proposed(repo, found.tip, branch, found.files)
    except GitTrouble as trouble:
        stop(f"{trouble}.")
    except NothingFound as trouble:
        stop(str(trouble), "Is this the repository that they are in? Schemas below tests, vendor and their like are left out.")
    except PolicyThere as trouble:
        stop(str(trouble), "`countersign baseline` says what it lacks.")
    click.echo(init_text(found.files, found.unread, branch=branch, commit=commit))
