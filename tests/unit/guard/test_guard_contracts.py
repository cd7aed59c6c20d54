"""Contracts from the bot: signed, cached, held on to while it is away; never one that nobody signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from countersign.guard import NoContract
from countersign.guard.bot import Answer, Bot, BotTrouble
from countersign.guard.published import Published
from countersign.guard.signed import ContractFromBot
from countersign.model.runtime import GuardMode

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SCHEMA = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {"id": {"$ref": "id.json"}}}
NAME = "acme/shop#orders"


@dataclass
class Server(Bot):
    """The bot as a guard sees it. away: it cannot be reached. status: what it answers instead."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    away: bool = False
    status: int = 200
    etag: str = '"1"'
    spoilt: bool = False
    contract: str = NAME
    commits: tuple[str, ...] = ("b" * 40, "a" * 40)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    url: str = "https://bot.example.com"

    @property
    def public(self) -> str:
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def body(self) -> bytes:
        until = [None, (NOW + timedelta(hours=1)).isoformat()]
        versions = [
            {
                "version": "",
                "commit": commit,
                "format": "jsonschema",
                "file": "schemas/orders.json",
                "text": json.dumps(SCHEMA),
                "until": end,
            }
            | {"siblings": {"schemas/id.json": '{"type": "integer"}'}}
            for commit, end in zip(self.commits, until, strict=False)
        ]
        runtime = {"mode": "halt", "halt_over": {"bad": 0.5, "missing": 0.1, "consecutive": 7}, "fix_minutes": 60}
        return json.dumps({"contract": self.contract, "versions": versions, "runtime": runtime, "datasets": ["orders"], "new": 1}).encode()

    def get(self, path: str, headers: Mapping[str, str]) -> Answer:
        self.asked.append((path, headers))
        if self.away:
            raise BotTrouble(f"{self.url} cannot be reached (ConnectionError)")
        if self.status == 200 and headers.get("If-None-Match") == self.etag:
            return Answer(304)
        body = self.body()
        signature = "ed25519=" + base64.b64encode(self.key.sign(body)).decode()
        return Answer(self.status, body + b" " * self.spoilt, {"etag": self.etag, "countersign-signature": signature})


@dataclass
class Place:
    cache: Path
    bot: Server
    now: datetime = NOW

    def source(self, **more: Any) -> ContractFromBot:
        return ContractFromBot(self.bot, NAME, **{"keys": [self.bot.public], "cache": self.cache, "clock": lambda: self.now} | more)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "kept" / "contract.json", Server())


def commits(published: Published | None) -> list[str]:
    return [one.commit[:1] for one in published.versions] if published else []


class TestWhatComes:
    def test_the_versions_in_force_until_when_and_how_hard_they_are_held(self, place: Place) -> None:
        published = place.source().load()
        assert place.bot.asked[0][0] == "/contracts/acme/shop/orders@in-force"
        assert [(one.commit[:1], one.until) for one in published.versions] == [("b", None), ("a", NOW + timedelta(hours=1))]
        assert (published.contract, published.warning) == (NAME, "")
        assert published.runtime and published.runtime.mode is GuardMode.HALT and published.runtime.halt_over.consecutive == 7
        assert published.versions[0].contract.datasets[0].root.fields[0].type == "integer"

    def test_a_branch_or_a_version_can_be_named(self, place: Place) -> None:
        place.source(ref="feature/x").load()
        assert place.bot.asked[0][0].endswith("/orders@feature%2Fx")

    def test_nothing_new_costs_nothing(self, place: Place) -> None:
        source = place.source()
        source.load()
        assert source.refresh() is None
        place.bot.etag, place.bot.commits = '"2"', ("c" * 40,)
        assert commits(source.refresh()) == ["c"]


class TestAway:
    def test_the_last_good_answer_holds_on_and_says_how_old_it_is(self, place: Place) -> None:
        place.source().load()
        place.bot.away = True
        published = place.source().load()
        assert commits(published) == ["b", "a"]
        assert published.warning == (
            "held to the contract as it was known at 2026-11-23 09:00 UTC: https://bot.example.com cannot be reached (ConnectionError)"
        )

    def test_a_running_guard_hears_of_the_beginning_and_the_end_of_it_once(self, place: Place) -> None:
        source = place.source()
        source.load()
        place.bot.away = True
        place.now += timedelta(hours=2)
        told = source.refresh()
        assert told and "as it was known at 2026-11-23 09:00" in told.warning
        assert source.refresh() is None
        place.bot.away = False
        back = source.refresh()
        assert back and back.warning == "" and commits(back) == ["b", "a"]

    @pytest.mark.parametrize("status", [401, 404, 500, 304])
    def test_without_any_answer_nothing_starts(self, place: Place, status: int) -> None:
        place.bot.status = status
        with pytest.raises(NoContract, match=NAME):
            place.source().load()

    def test_what_is_asked_for_must_be_what_comes(self, place: Place) -> None:
        place.bot.contract = "acme/shop#other"
        with pytest.raises(NoContract, match="answers for acme/shop#other, not for acme/shop#orders"):
            place.source().load()


class TestSigned:
    def test_one_byte_more_is_refused_and_the_cache_holds_on(self, place: Place) -> None:
        source = place.source()
        source.load()
        place.bot.spoilt, place.bot.etag = True, '"2"'
        told = source.refresh()
        assert told and commits(told) == ["b", "a"] and "is not signed by a key that is pinned here" in told.warning

    def test_another_key_is_refused(self, place: Place) -> None:
        with pytest.raises(NoContract, match="not signed by a key that is pinned"):
            place.source(keys=[Server().public]).load()

    def test_while_keys_change_either_is_taken(self, place: Place) -> None:
        assert place.source(keys=[Server().public, place.bot.public]).load()

    def test_a_cache_that_was_tampered_with_is_no_contract(self, place: Place) -> None:
        place.source().load()
        place.cache.write_text(place.cache.read_text().replace("integer", "string"))
        place.bot.away = True
        with pytest.raises(NoContract, match="there is no earlier answer"):
            place.source().load()

    @pytest.mark.parametrize("keys", [[], ["abc"], ["ed25519=" + "A" * 44]])
    def test_a_guard_without_a_sound_key_is_not_made(self, place: Place, keys: list[str]) -> None:
        with pytest.raises(ValueError, match="key"):
            place.source(keys=keys)

    def test_only_its_owner_reads_the_cache(self, place: Place) -> None:
        place.source().load()
        assert place.cache.stat().st_mode & 0o077 == 0


class TestTheBotsAddress:
    @pytest.mark.parametrize("url", ["bot.example.com", "ftp://bot", "http://bot.example.com", "https://u:p@bot", "https://bot?x=1"])
    def test_one_that_would_leak_the_token_or_is_none_is_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="Write it"):
            Bot(url, "token")

    def test_the_token_shows_nowhere(self) -> None:
        assert "s3cret" not in repr(Bot("https://bot.example.com", "s3cret"))
        for token in ("", "a b", "a\nb", "ä"):
            with pytest.raises(ValueError, match="countersign tokens create"):
                Bot("https://bot.example.com", token)
