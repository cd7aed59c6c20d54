from __future__ import annotations

import functools
import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.adapters.database import Database, open_database, upgrade

_spec = importlib.util.spec_from_file_location("countersign_test_postgres", Path(__file__).with_name("postgres.py"))
assert _spec is not None and _spec.loader is not None
if _spec.name not in sys.modules:
    sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_spec.name])
postgres = sys.modules[_spec.name]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    return f"sqlite:///{tmp_path / 'records.sqlite'}" if request.param == "sqlite" else postgres.new_database()


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The URL of a database of that kind with all tables, made once: copies are quick."""

    @functools.cache
    def make(kind: str) -> str:
        url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'records.sqlite'}" if kind == "sqlite" else postgres.new_database()
        engine = open_database(url)
        upgrade(engine)
        engine.dispose()
        return url

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, upgraded: Callable[[str], str]) -> Iterator[sa.Engine]:
    template = sa.make_url(upgraded(request.param)).database
    assert template is not None
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(template, tmp_path / 'records.sqlite')}"
    else:
        url = postgres.new_database(template)
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: sa.Engine) -> Database:
    return Database(engine)
