"""`countersign baseline`: where a repository stands before the gate is switched on."""

from __future__ import annotations

from pathlib import Path

import click

from countersign.cli.exits import stop


@click.command(name="baseline")
@click.option("--repo", "path", type=click.Path(exists=True, path_type=Path), default=".", help="A Git repository; here by default.")
@click.option("--head", default="HEAD", show_default=True, metavar="REV", help="The branch that would be gated.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="How far to look back.")
@click.option("--name", metavar="ORG/REPO", help="The repository's name; by default as its remote `origin` says.")
@click.option("--write", is_flag=True, help="Write the first contracts-policy.yaml into the repository's files.")
def command(path: Path, head: str, days: int, name: str | None, write: bool) -> None:
    """Find the contracts of a repository, draft its first policy, and say what would have been blocked lately.

    Nothing that is there today is held against anybody: the gate judges changes, from the day on which the policy is merged. The draft is
    in `observe`: it judges, and asks nobody.
    """
    from datetime import UTC, datetime, timedelta

    from countersign.bootstrap import desk, repository_name
    from countersign.ports import GitTrouble
    from countersign.render import baseline_text
    from countersign.services.baseline import baseline, policy_place

    since = datetime.now(UTC) - timedelta(days=days)
    try:
        found = baseline(desk(path), name or repository_name(path), head, since)
    except GitTrouble as trouble:
        stop(f"{trouble}.")
    except ValueError as trouble:
        stop(str(trouble), "Repair the policy first; `countersign policy check` tells all of it.")
    click.echo(
        baseline_text(
            [(one.file, one.id, one.listed, one.trouble) for one in found.contracts],
            [(one.commit, one.findings) for one in found.blocked],
            looked_at=found.looked_at,
            touched=found.touched,
            days=days,
            policy_file=found.policy_file,
            draft=found.draft,
        )
    )
    if write and found.policy_file:
        stop(f"{found.policy_file} is there already.", "Add the entries above to it by hand.")
    if write and found.draft:
        place = path / policy_place()
        place.write_text(found.draft, encoding="utf-8")
        click.echo(f"\nWritten: {place}. Name its owners, commit it, and open a pull request.")
