"""Whom a finding asks by what they read with. The story is that of `test_gate_pull_request`: `amount` is changed, and two teams read it."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.gates.test_gate_pull_request import AMOUNT, HOUR, NOW, REGION, finding, reads, review, story

from countersign.gates.pull_request import judge
from countersign.model.finding import EngineLevel, Finding, Level
from countersign.model.policy import Settings
from countersign.model.pull_request import Frozen, Reader, Standing
from countersign.model.signing import SignerRole
from countersign.model.verdict import ClearedBy, Conclusion

#: int -> long, which Iceberg reads through.
WIDER = replace(AMOUNT, engines=(EngineLevel(engine="iceberg-v2", level=Level.SAFE),))
#: Columns in another order, which hurts who counts them.
ORDER = finding("field-order-changed", "orders", level=Level.SAFE, engines=(EngineLevel(engine="sql", level=Level.BREAKING),))


def with_engine(reader: Reader, engine: str) -> Reader:
    return replace(reader, registration=replace(reader.registration, reads_with=engine))


def both(finance: str, customers: str) -> tuple[Reader, ...]:
    return with_engine(reads("finance", "amount"), finance), with_engine(reads("customers", "amount", "region"), customers)


def test_a_reader_whose_engine_reads_it_through_is_not_asked() -> None:
    verdict = judge(story(WIDER, readers=both("iceberg-v2", "")), NOW)
    assert verdict.waiting_for == ("@acme/customers",)
    assert [entry.team for entry, _ in verdict.judged[0].read_through] == ["@acme/finance"]
    assert [reader.registration.team for reader in verdict.not_asked] == ["@acme/finance"]


def test_another_engine_goes_by_the_contracts_own_verdict() -> None:
    assert judge(story(WIDER, readers=both("flink", "avro")), NOW).waiting_for == ("@acme/customers", "@acme/finance")


def test_where_every_readers_engine_reads_it_through_the_owners_sign() -> None:
    facts = story(WIDER, readers=both("iceberg-v2", "iceberg-v2"), author="greg")
    verdict = judge(facts, NOW)
    assert [signer.role for signer in verdict.judged[0].signers] == [SignerRole.OWNERS]
    assert judge(replace(facts, reviews=(review("petra"),)), NOW).conclusion is Conclusion.SUCCESS


def test_what_hurts_one_engine_alone_asks_its_readers_alone() -> None:
    verdict = judge(story(ORDER, readers=both("sql", "")), NOW)
    (one,) = verdict.judged
    assert (verdict.conclusion, verdict.waiting_for, one.finding.level) == (Conclusion.FAILURE, ("@acme/finance",), Level.BREAKING)
    assert one.finding.fingerprint == ORDER.fingerprint


def test_it_is_harmless_where_nobody_reads_with_that_engine() -> None:
    verdict = judge(story(ORDER, readers=both("avro", "")), NOW)
    assert (verdict.conclusion, verdict.judged[0].cleared_by) == (Conclusion.SUCCESS, ClearedBy.HARMLESS)


def test_what_is_gone_is_gone_whatever_one_reads_with() -> None:
    assert judge(story(REGION, readers=both("sql", "iceberg-v3")), NOW).waiting_for == ("@acme/customers",)


def test_an_engine_that_is_named_later_releases_nothing_that_was_published() -> None:
    held = Frozen(fingerprint=WIDER.fingerprint, since=NOW - HOUR, readers=both("", ""))
    verdict = judge(story(WIDER, readers=both("iceberg-v2", ""), frozen=(held,)), NOW)
    assert verdict.waiting_for == ("@acme/customers", "@acme/finance")


def test_nor_does_it_bring_in_a_reader_who_was_not_hit_then() -> None:
    held = Frozen(fingerprint=ORDER.fingerprint, since=NOW - HOUR, readers=both("", ""))
    verdict = judge(story(ORDER, readers=both("sql", ""), frozen=(held,)), NOW)
    assert verdict.conclusion is Conclusion.SUCCESS


def test_a_registration_that_does_not_count_hurts_nobody() -> None:
    foreign = replace(with_engine(reads("finance", "amount"), "sql"), standing=Standing.NO_WRITE_ACCESS)
    assert judge(story(ORDER, readers=(foreign,)), NOW).conclusion is Conclusion.SUCCESS


def test_a_level_that_the_policy_lowers_is_lowered_for_every_engine() -> None:
    lowered = Settings(levels={"field-order-changed": Level.NOTICE})
    assert judge(story(ORDER, readers=both("sql", ""), settings=lowered), NOW).conclusion is Conclusion.SUCCESS


def test_a_level_that_the_policy_raises_is_raised_for_every_reader_but_those_whose_engine_reads_it_through() -> None:
    safe: Finding = replace(WIDER, level=Level.SAFE)
    raised = Settings(levels={WIDER.rule: Level.BREAKING})
    assert judge(story(safe, readers=both("iceberg-v2", ""), settings=raised), NOW).waiting_for == ("@acme/customers",)
