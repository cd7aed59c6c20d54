"""What the tables share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Integer, Text

metadata = sa.MetaData()


def sequence() -> Column[int]:
    """The order of arrival. (SQLite counts up only in a column that is called INTEGER.)"""
    return Column("sequence", sa.BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def pull_request() -> tuple[Column[Any], Column[Any]]:
    return Column("repository", Text, nullable=False), Column("number", Integer, nullable=False)
