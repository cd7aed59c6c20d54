"""A walk over the tokens of one statement. The tokens, types and expressions are sqlglot's; the clauses of DDL are read here.

sqlglot's own parser keeps a whole ``ALTER TABLE`` as text as soon as it does not know one clause of it, and what is kept as text cannot be
compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from countersign.formats.marked import Unreadable
from countersign.formats.sql.files import Statement
from countersign.model.contract import Place

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

#: Parentheses, brackets and the angles of types in one another.
MAX_NESTING = 60
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
#: An angle behind one of these opens a type's parameters; elsewhere it compares.
_ANGLED = frozenset({"ARRAY", "STRUCT", "MAP", "TABLE", "RANGE", "ROW", "LIST"})


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier as written, without its quotes."""

    text: str
    quoted: bool


class Cursor:
    """Some tokens of a statement, one after the other. ``quotes``: texts of token types, see `lexing`."""

    def __init__(self, statement: Statement, tokens: list[Token]) -> None:
        self.statement = statement
        self._tokens = tokens
        self._words = ["" if is_name(token) or is_text(token) else token.text.upper() for token in tokens]
        self._at = 0
        self._end = len(tokens)

    def _part(self, start: int, end: int) -> Cursor:
        part = copy(self)
        part._at, part._end = start, end
        return part

    @property
    def done(self) -> bool:
        return self._at >= self._end

    @property
    def rest(self) -> list[Token]:
        return self._tokens[self._at : self._end]

    @property
    def place(self) -> Place:
        """Of the next token; at the end, of the last."""
        if not self._tokens:
            return self.statement.place
        token = self._tokens[min(self._at, self._end - 1)]
        return self.statement.file.place(self.statement.start + token.start)

    @property
    def text(self) -> str:
        """What is left, as written, with single spaces."""
        if self.done:
            return ""
        first, last = self._tokens[self._at], self._tokens[self._end - 1]
        return " ".join(self.statement.text[first.start : last.end + 1].split())

    def word(self, ahead: int = 0) -> str:
        """The next token in capitals; "" at the end and for quoted names and texts."""
        at = self._at + ahead
        return "" if at >= self._end else self._words[at]

    def looks(self, *phrases: str) -> bool:
        return any(self._measure(phrase) for phrase in self._possible(phrases))

    def accept(self, *phrases: str) -> str:
        """The phrase that stands here, and walk past it; "" if none does."""
        for phrase in self._possible(phrases):
            length = self._measure(phrase)
            if length:
                self._at += length
                return phrase
        return ""

    def _possible(self, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """Those that begin with the word that stands here: none, nearly always."""
        return _by_first(phrases).get(self.word().partition(" ")[0], ())

    def _measure(self, phrase: str) -> int:
        """How many tokens the phrase is; 0 if it is not here. One token may hold several of its words (``PRIMARY KEY``)."""
        wanted, found, at = phrase.split(" "), 0, 0
        while found < len(wanted):
            words = self.word(at).split()
            if not words or words != wanted[found : found + len(words)]:
                return 0
            found += len(words)
            at += 1
        return at

    def skip(self) -> None:
        self._at += 1

    def string(self) -> str | None:
        """The text in quotes that stands here."""
        if self.done or not is_text(self._tokens[self._at]):
            return None
        self._at += 1
        return self._tokens[self._at - 1].text

    def name(self) -> Name:
        """The identifier that stands here. Raises `Unreadable`."""
        if self.done or self._tokens[self._at].text in (",", "(", ")", ".", "=", ";", "*"):
            raise self.refuse("a name is missing here")
        token = self._tokens[self._at]
        self._at += 1
        return Name(token.text, is_name(token) or is_text(token))

    def peek(self) -> Name:
        """The identifier that stands here, without walking past it. Raises `Unreadable`."""
        return self._part(self._at, self._end).name()

    def dotted(self) -> tuple[Name, ...]:
        """``database.schema.table``."""
        names = [self.name()]
        while self.word() == "." and self._at + 1 < self._end:
            self._at += 1
            names.append(self.name())
        return tuple(names)

    def group(self) -> Cursor:
        """What stands in the parentheses that open here. Raises `Unreadable`."""
        if self.word() != "(":
            raise self.refuse("an opening parenthesis is missing here")
        begin, depth = self._at + 1, 0
        while not self.done:
            word = self.word()
            depth += (word == "(") - (word == ")")
            self._at += 1
            if depth == 0:
                return self._part(begin, self._at - 1)
        raise self.refuse("a closing parenthesis is missing")

    def parts(self) -> Iterator[Cursor]:
        """What is left, cut at its commas."""
        while not self.done:
            begin = self._at
            self.pass_until(",")
            yield self._part(begin, self._at)
            self._at += 1

    def until(self, *stops: str) -> Cursor:
        """What stands before the first of these phrases that is in no parentheses; at least one token."""
        begin = self._at
        self._step()
        self.pass_until(*stops)
        return self._part(begin, self._at)

    def pass_until(self, *stops: str) -> None:
        while not self.done and not self.looks(*stops):
            self._step()

    def _step(self) -> None:
        """Past one token, or past all that its parentheses or angles hold."""
        opened: list[str] = []
        while not self.done:
            word = self.word()
            if word in _OPEN or (word == "<" and self._before() in _ANGLED):
                opened.append(word)
            elif word in _CLOSE or (opened[-1:] == ["<"] and word in (">", ">>")):
                del opened[-len(word) :]
            self._at += 1
            if not opened:
                return

    def _before(self) -> str:
        return self._tokens[self._at - 1].text.upper() if self._at else ""

    def check_nesting(self) -> None:
        """Raises `Unreadable` if the rest is nested too deep for anybody to read."""
        token = too_deep(self.rest)
        if token is not None:
            line = self.statement.file.line(self.statement.start + token.start)
            message = f"this is nested more than {MAX_NESTING} levels deep"
            raise Unreadable(self.statement.file.file, line, message, "Flatten it")

    def refuse(
        self, message: str, remedy: str = "Correct it, or say the dialect: `-- dialect: postgres` in a line of its own"
    ) -> Unreadable:
        return Unreadable(self.statement.file.file, self.place.line, message, remedy)


@cache
def _by_first(phrases: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for phrase in phrases:
        first = phrase.partition(" ")[0]
        found[first] = (*found.get(first, ()), phrase)
    return found


def too_deep(tokens: list[Token]) -> Token | None:
    """The token at which there are too many parentheses in one another."""
    brackets = angles = 0
    before = ""
    for token in tokens:
        text = "" if is_name(token) or is_text(token) else token.text.upper()
        brackets += (text in _OPEN) - (text in _CLOSE)
        if text == "<" and before in _ANGLED:
            angles += 1
        elif text in (">", ">>"):
            angles = max(0, angles - len(text))
        if brackets + angles > MAX_NESTING:
            return token
        before = text
    return None


def is_name(token: Token) -> bool:
    return token.token_type.name == "IDENTIFIER"


def is_text(token: Token) -> bool:
    return token.token_type.name in ("STRING", "NATIONAL_STRING", "RAW_STRING", "HEREDOC_STRING", "UNICODE_STRING", "BYTE_STRING")


def phrases(text: str) -> tuple[str, ...]:
    """``ADD | DROP COLUMN`` as a list of what `Cursor.accept` takes."""
    return tuple(" ".join(phrase.split()) for phrase in text.split("|"))
