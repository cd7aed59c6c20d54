"""sqlglot, as far as it is used: tokens of a statement, a type, an expression, a query. Imported when the first SQL is read."""

from __future__ import annotations

import logging
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from countersign.formats.marked import Unreadable
from countersign.formats.sql.cursor import Cursor, too_deep
from countersign.formats.sql.files import Statement

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.tokenizer_core import Token


@cache
def _dialect(name: str) -> Any:
    from sqlglot.dialects.dialect import Dialect

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # what it cannot parse is told as a finding
    return Dialect.get_or_raise(name)


def cursor(statement: Statement, dialect: str) -> Cursor:
    """Raises `Unreadable`."""
    from sqlglot.errors import TokenError

    try:
        tokens = _whole(statement.text, dialect)
        found = Cursor(statement, _apart(tokens) if dialect == "bigquery" else tokens)
    except TokenError:
        raise Unreadable(
            statement.file.file, statement.place.line, "a string or a quoted name in this statement does not end", "Close it"
        ) from None
    found.check_nesting()
    return found


def _whole(text: str, dialect: str) -> list[Token]:
    """sqlglot takes what stands behind a command that it does not parse (``RENAME``, ClickHouse's ``EXCHANGE``) for one text."""
    from sqlglot.tokenizer_core import Token

    found: list[Token] = _dialect(dialect).tokenize(text)
    if len(found) != 2 or found[0].token_type.name not in ("COMMAND", "RENAME"):
        return found
    command = found[0]
    behind = command.end + 1
    rest = _dialect(dialect).tokenize(text[behind:])
    moved = [Token(one.token_type, one.text, one.line, one.col, one.start + behind, one.end + behind) for one in rest]
    return [command, *moved]


def _apart(tokens: list[Token]) -> list[Token]:
    """BigQuery puts a whole path into one pair of quotes: ```project.dataset.table```."""
    from sqlglot.tokenizer_core import Token, TokenType

    found: list[Token] = []
    for token in tokens:
        names = token.text.split(".") if token.token_type is TokenType.IDENTIFIER else []
        if len(names) < 2 or not all(names):
            found.append(token)
            continue
        for at, name in enumerate(names):
            dot = [Token(TokenType.DOT, ".", token.line, token.col, token.start, token.end)] if at else []
            found += [*dot, Token(TokenType.IDENTIFIER, name, token.line, token.col, token.start, token.end)]
    return found


def data_type(tokens: list[Token], dialect: str) -> exp.DataType | None:
    """The type that these tokens write, not to be altered; None if sqlglot does not know it."""
    return _data_type(tuple((token.token_type, token.text) for token in tokens), dialect)


@lru_cache(maxsize=512)  # the types of a schema are few, and parsing one takes longer than all else of its column
def _data_type(said: tuple[tuple[Any, str], ...], dialect: str) -> exp.DataType | None:
    from sqlglot import exp
    from sqlglot.tokenizer_core import Token

    parsed = _parsed("CREATE TABLE t (c ", [Token(kind, text) for kind, text in said], ")", dialect)
    column = parsed.find(exp.ColumnDef) if parsed is not None else None
    return column.kind if column is not None and isinstance(column.kind, exp.DataType) and not column.constraints else None


def expression(tokens: list[Token], dialect: str) -> exp.Expression | None:
    """The expression that these tokens write; None if sqlglot does not know it."""
    from sqlglot import exp

    parsed = _parsed("SELECT ", tokens, "", dialect)
    if not isinstance(parsed, exp.Select) or len(parsed.expressions) != 1 or parsed.args.get("from_"):
        return None
    only: exp.Expression = parsed.expressions[0]
    return only


def query(tokens: list[Token], dialect: str) -> exp.Query | None:
    """The query that these tokens write; None if sqlglot does not know it."""
    from sqlglot import exp

    parsed = _parsed("", tokens, "", dialect)
    return parsed if isinstance(parsed, exp.Query) else None


def _parsed(before: str, tokens: list[Token], after: str, dialect: str) -> exp.Expression | None:
    """What stands between two texts, parsed. A text that nests too deep for the parser is one that it does not know."""
    from sqlglot.errors import SqlglotError

    known = _dialect(dialect)
    try:
        found = known.parser().parse([*_tokens(before, dialect), *tokens, *_tokens(after, dialect)], "")
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError, KeyError, IndexError):
        return None  # the parser's own errors are many on hostile text: each of them says the same
    only: exp.Expression | None = found[0] if len(found) == 1 else None
    return only


@cache
def _tokens(text: str, dialect: str) -> tuple[Token, ...]:
    return tuple(_dialect(dialect).tokenize(text)) if text else ()


def tokens(text: str, dialect: str) -> tuple[Token, ...]:
    return tuple(_dialect(dialect).tokenize(text))


def written(text: str, dialect: str) -> list[Token] | None:
    """The tokens of a type or a condition that stands by itself; None if it cannot be cut into tokens, or is nested too deep."""
    from sqlglot.errors import TokenError

    try:
        found = list(_dialect(dialect).tokenize(text))
    except TokenError:
        return None
    return None if too_deep(found) else found
