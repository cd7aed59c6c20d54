"""One local GitHub and one Countersign for all stories of a worker; each story has an organisation of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stories.organisation import Organisation
from tests.stories.secrecy import check_no_secret
from tests.stories.staging import local_github, organisation
from tests.stories.whole_ledger import check_whole_ledger

from countersign.demo.launch import Stage


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with local_github(tmp_path_factory.mktemp("stage")) as made:
        yield made
        made.settle()
        check_no_secret(made)
        check_whole_ledger(made.app.directory / "countersign")


@pytest.fixture
def empty(running: Stage, tmp_path: Path) -> Iterator[Organisation]:
    """People and teams; no repository, and the App is not installed."""
    yield from organisation(running, tmp_path)


@pytest.fixture
def acme(empty: Organisation) -> Organisation:
    """Orders, and two of its readers: `amount` hits both, `region` customer-360 alone."""
    empty.rules()
    empty.publishes()
    empty.reads("finance-analytics")
    empty.reads("customer-360")
    empty.installs()
    return empty


#: What `make test` tells, so that it stays under five minutes on two cores; `make test-all` tells every story.
_SHORT = {"budget", "deliveries", "main_job"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # pytest hands over every test of the run, not only the stories.
    for item in items:
        if item.path.name.startswith("test_story_") and item.path.stem.removeprefix("test_story_") not in _SHORT:
            item.add_marker(pytest.mark.slow)
