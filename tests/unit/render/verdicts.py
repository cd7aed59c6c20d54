"""Verdicts built by hand, one for each state in which people meet a check. The golden texts show what each of them reads like."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from countersign.model.agreement import BreakGlass, Dispute, RefusedStatement
from countersign.model.consumer import Asset, Expectation, Reference, Registration
from countersign.model.contract import Place
from countersign.model.finding import EngineLevel, Finding, Level, Question
from countersign.model.path import Path
from countersign.model.policy import Mode, OverrideRules, Settings
from countersign.model.pull_request import (
    ContractFacts,
    Override,
    PullRequest,
    Reader,
    ReviewState,
    Standing,
    Statement,
    StatementKind,
)
from countersign.model.signing import Signature, Signer, SignerRole
from countersign.model.verdict import (
    ClearedBy,
    Conclusion,
    Discounted,
    Judged,
    NoticeStanding,
    NoticeState,
    OpenCall,
    RefusedOverride,
    Verdict,
    WhyNot,
)

NOW = datetime(2026, 11, 22, 17, 55, tzinfo=UTC)
HEAD = "d41f0c" + "0" * 34
BASE = "9ab01e" + "0" * 34
FILE = "contracts/orders.odcs.yaml"
POLICY = "contracts-policy.yaml"
GOVERNANCE = OverrideRules(by=("@acme/data-governance",), max_days=14)
PULL_REQUEST = PullRequest(repository="acme/orders-service", number=12, author="pat", head=HEAD, base_ref="main", base_tip=BASE)


def registration(team: str, fields: str, *assets: tuple[str, str], criticality: str = "medium", private: bool = False) -> Registration:
    name = team.partition("/")[2]
    return Registration(
        reference=Reference("acme/orders-service", "orders"),
        team=team,
        place=Place(file=POLICY, line=4),
        fields=tuple((field,) for field in fields.split()),
        criticality=criticality,
        assets=tuple(Asset(kind=kind, name=title, url=f"https://bi.acme.example/{kind}") for kind, title in assets),
        repository=f"acme/{name}",
        private=private,
    )


FINANCE = registration("@acme/finance-analytics", "order_id amount status", ("dashboard", "Revenue"), criticality="high")
CUSTOMER = registration("@acme/customer-360", "amount region", ("model", "Health score"), ("dashboard", "Churn by region"))
GROWTH = registration("@acme/growth", "order_id placed_at", ("report", "Cohorts"), criticality="low")
READERS = tuple(Reader(registration=entry) for entry in (FINANCE, CUSTOMER, GROWTH))


def contract(**changed: object) -> ContractFacts:
    facts = ContractFacts(
        id="orders", file=FILE, settings=Settings(), owners=("@acme/payments",), readers=READERS, version=("1.4.0", "2.0.0")
    )
    return replace(facts, **changed)


def finding(rule: str, path: Path, level: Level = Level.BREAKING, question: Question = Question.COMPATIBILITY, **more: object) -> Finding:
    values: dict[str, object] = {"contract": "orders", "identity": path, "new": Place(file=FILE, line=17)} | more
    return Finding(rule=rule, level=level, question=question, path=path, **values)


AMOUNT = finding("field-type-changed", ("orders", "amount"), before="string", after="integer", old=Place(file=FILE, line=15))
REGION = finding(
    "field-removed",
    ("orders", "region"),
    question=Question.EXISTENCE,
    old=Place(file=FILE, line=20, text="- {name: region, logicalType: string}"),
    new=Place(file=FILE, line=10),
)
GRAIN = finding(
    "grain-changed",
    ("tickets",),
    Level.SEMANTIC,
    Question.MEANING,
    before="one row per ticket",
    after="one row per escalation event",
    old=Place(file=FILE, line=9),
    new=Place(file=FILE, line=9),
)


def consumer(entry: Registration, field: str, by: str = "", objector: str = "") -> Signer:
    signature = Signature(login=by, review=1, at=NOW - timedelta(hours=3), commit=HEAD) if by else None
    return Signer(role=SignerRole.CONSUMER, teams=(entry.team,), hits=((entry, ((field,),)),), signature=signature, objector=objector)


def owners(by: str = "", **more: object) -> Signer:
    signature = Signature(login=by, review=2, at=NOW - timedelta(hours=1), commit=HEAD) if by else None
    return Signer(role=SignerRole.OWNERS, teams=("@acme/payments",), signature=signature, **more)


def judged(one: Finding, *signers: Signer, cleared_by: ClearedBy = ClearedBy.NOTHING, mode: Mode = Mode.ENFORCE, **more: object) -> Judged:
    return Judged(finding=one, mode=mode, cleared_by=cleared_by, signers=signers, **more)


def notice(state: NoticeState, *, waivable: bool = False, since: int = 0, written: datetime | None = None) -> NoticeStanding:
    started = None if state is NoticeState.NOT_STARTED else NOW - timedelta(days=since)
    ends = max(started + timedelta(days=30), written or started) if started else None
    return NoticeStanding(state=state, days=30, started_at=started, ends_at=ends, waivable=waivable)


def verdict(*parts: Judged, **more: object) -> Verdict:
    standing = [one for one in parts if not one.cleared]
    blocked = any(one.blocks for one in standing)
    teams = tuple(
        sorted({team for one in standing for s in one.signers if not s.signature or s.objector for team in s.teams if not s.nobody_can})
    )
    values: dict[str, object] = {
        "pull_request": PULL_REQUEST,
        "conclusion": Conclusion.FAILURE if blocked else Conclusion.NEUTRAL if standing else Conclusion.SUCCESS,
        "touched": True,
        "would_block": bool(standing),
        "judged": parts,
        "contracts": (contract(),),
        "waiting_for": teams,
        "ask": teams,
        "overrides": GOVERNANCE,
    }
    return Verdict(**(values | more))


def told(rule: str, path: Path, level: Level, question: Question = Question.TOLD, **more: object) -> Judged:
    return judged(finding(rule, path, level, question, **more), cleared_by=ClearedBy.HARMLESS)


VERSION = told("version-changed", (), Level.SAFE, notes=(("before", "1.4.0"), ("after", "2.0.0")))
NOT_BEGUN = notice(NoticeState.NOT_STARTED)


def untouched() -> Verdict:
    return Verdict(pull_request=PULL_REQUEST, conclusion=Conclusion.SUCCESS, touched=False)


def harmless() -> Verdict:
    added = told("field-added", ("orders", "channel"), Level.SAFE, Question.COMPATIBILITY)
    return verdict(
        told("description-changed", ("orders", "status"), Level.NOTICE, notes=(("before", "state"), ("after", "state of the order"))), added
    )


def two_teams_and_a_removal() -> Verdict:
    return verdict(
        judged(AMOUNT, consumer(CUSTOMER, "amount"), consumer(FINANCE, "amount")),
        judged(REGION, consumer(CUSTOMER, "region"), notice=NOT_BEGUN),
        VERSION,
        not_asked=(READERS[2],),
    )


def half_signed() -> Verdict:
    return verdict(
        judged(AMOUNT, consumer(CUSTOMER, "amount"), consumer(FINANCE, "amount", by="fiona")),
        judged(REGION, consumer(CUSTOMER, "region"), notice=notice(NoticeState.NOT_STARTED, waivable=True)),
        not_asked=(READERS[2],),
    )


def all_signed() -> Verdict:
    return verdict(
        judged(AMOUNT, consumer(CUSTOMER, "amount", by="cleo"), consumer(FINANCE, "amount", by="fiona"), cleared_by=ClearedBy.SIGNATURES),
        judged(
            REGION,
            consumer(CUSTOMER, "region", by="cleo"),
            cleared_by=ClearedBy.SIGNATURES,
            notice=notice(NoticeState.NOT_NEEDED, waivable=True),
        ),
    )


def objected() -> Verdict:
    return verdict(judged(AMOUNT, consumer(CUSTOMER, "amount", objector="cleo"), consumer(FINANCE, "amount", by="fiona")))


def discounted() -> Verdict:
    reviews = tuple(
        Discounted(
            login=f"user-{number}",
            state=ReviewState.DISMISSED if why is WhyNot.DISMISSED else ReviewState.APPROVED,
            why=why,
            at=NOW - timedelta(days=100 if why is WhyNot.LAPSED else 1),
            commit="3f2c1d" + "0" * 34,
            handles=() if why in (WhyNot.AUTHOR, WhyNot.COMMITTER, WhyNot.BOT, WhyNot.OUTSIDER) else (AMOUNT.handle,),
        )
        for number, why in enumerate(WhyNot, 1)
    )
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount")), discounted=reviews)


def notice_running() -> Verdict:
    running = notice(NoticeState.RUNNING, since=10)
    return verdict(
        judged(AMOUNT, consumer(FINANCE, "amount", by="fiona"), cleared_by=ClearedBy.SIGNATURES),
        judged(REGION, consumer(CUSTOMER, "region", by="cleo"), notice=running),
    )


def notice_over() -> Verdict:
    return verdict(
        judged(REGION, consumer(CUSTOMER, "region", by="cleo"), cleared_by=ClearedBy.SIGNATURES, notice=notice(NoticeState.OVER, since=31))
    )


def grain() -> Verdict:
    support = registration("@acme/support-insights", "", ("score", "Escalation score"), criticality="high")
    return verdict(
        judged(GRAIN, consumer(support, "")), contracts=(contract(readers=(Reader(registration=support),), version=("3.1.0", "3.1.1")),)
    )


def gate_loosened() -> Verdict:
    place = Place(file=POLICY, line=6)
    loosened = finding(
        "gate-loosened", ("mode",), Level.SEMANTIC, Question.GATE, contract="", before='"enforce"', after='"observe"', new=place, old=place
    )
    return verdict(judged(loosened), contracts=())


def unreadable() -> Verdict:
    broken = finding(
        "contract-unreadable",
        (),
        Level.INVALID,
        Question.FORM,
        new=Place(file=FILE, line=14),
        after="the key `name` is there twice (lines 12 and 14)",
        notes=(("message", "the key `name` is there twice (lines 12 and 14)."), ("remedy", "Take one of them out.")),
    )
    return verdict(judged(broken), contracts=(contract(version=("1.4.0", "")),))


def out_of_order() -> Verdict:
    """A version that was not raised, a merge that changes a field, and a registration of something unknown."""
    form = Question.FORM
    version = finding(
        "version-not-raised", (), Level.INVALID, form, new=Place(file=FILE, line=6), notes=(("before", "1.4.0"), ("next", "2.0.0"))
    )
    merge = finding("merge-changes-meaning", ("orders", "region"), Level.INVALID, form, before="string", after="integer")
    reads = Place(file=POLICY, line=9)
    unknown = finding(
        "registration-unknown",
        ("acme/orders-service#orders", "amuont"),
        Level.INVALID,
        form,
        contract="",
        new=reads,
        notes=(("message", "`acme/orders-service#orders` has no field `amuont`."), ("nearest", "amount")),
    )
    return verdict(
        judged(version),
        judged(merge),
        judged(unknown),
        judged(AMOUNT, consumer(FINANCE, "amount")),
        contracts=(contract(version=("1.4.0", "1.4.0")),),
    )


def nobody_registered() -> Verdict:
    call = OpenCall(days=7, ends_at=NOW + timedelta(days=7))
    return verdict(judged(REGION, owners(), notice=NOT_BEGUN, open_call=call), contracts=(contract(readers=()),))


def author_is_the_only_member() -> Verdict:
    entry = (GROWTH, (("order_id",),))
    return verdict(judged(AMOUNT, owners(stands_in_for="@acme/growth", hits=(entry,))))


def nobody_can_sign() -> Verdict:
    return verdict(
        judged(
            AMOUNT,
            Signer(role=SignerRole.ORGANISATION, teams=("@acme/ghosts",), stands_in_for="@acme/growth", nobody_can=True),
            consumer(FINANCE, "amount"),
        )
    )


def registration_removed() -> Verdict:
    gone = finding(
        "registration-removed",
        ("acme/orders-service#orders", "@acme/growth", "order_id"),
        Level.SEMANTIC,
        Question.GATE,
        contract="",
        before="order_id",
        old=Place(file=POLICY, line=4, text='- contract: "acme/orders-service#orders"'),
        new=None,
        team="@acme/growth",
    )
    return verdict(judged(gone, Signer(role=SignerRole.NAMED, teams=("@acme/growth",))), contracts=())


def an_override(by: str = "gus", handles: tuple[str, ...] = ()) -> Override:
    return Override(
        handles=handles or (AMOUNT.handle[2:],),
        by=by,
        reason="payroll runs tonight; finance agreed by phone",
        until=datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC),
        received_at=NOW - timedelta(hours=1),
    )


def overridden() -> Verdict:
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount"), cleared_by=ClearedBy.OVERRIDE, override=an_override()))


def refused_overrides() -> Verdict:
    whys = ("not-entitled", "author", "committer", "expired", "too-long", "unknown")
    refused = tuple(
        RefusedOverride(override=replace(an_override(by=f"user-{number}"), unclear=("7QK2MA",) if why == "unknown" else ()), why=why)
        for number, why in enumerate(whys, 1)
    )
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount")), refused_overrides=refused)


AGREE = {
    "glass": BreakGlass(owners=("@acme/payments",), missing_owners=2, max_hours=72),
    "dispute": Dispute(owners=("@acme/payments",), governance=("@acme/data-governance",)),
}


def says(kind: StatementKind, by: str, reason: str, **more: object) -> Statement:
    return Statement(
        kind=kind, handles=(), by=by, reason=reason, received_at=NOW - timedelta(hours=2), fingerprints=(AMOUNT.fingerprint,), **more
    )


PETE, PIA = (says(StatementKind.BREAK_GLASS, by, "checkout is down") for by in ("pete", "pia"))
DISPUTED, AGREED = (says(StatementKind.DISPUTE, by, "it was an integer all along") for by in ("pete", "gina"))


def every_way() -> Verdict:
    """A break, a removal, and a setting that none of the ways of people can clear."""
    loosened = gate_loosened().judged[0]
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount"), **AGREE), judged(REGION, consumer(CUSTOMER, "region"), **AGREE), loosened)


def half_said() -> Verdict:
    """One of two has said it, of the break-glass and of the dispute; the team is too small for the first."""
    glass = replace(AGREE["glass"], missing_owners=0, missing_stand_ins=1, given=(PETE,), stand_ins=GOVERNANCE.by)
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount"), glass=glass, dispute=replace(AGREE["dispute"], by_owner=DISPUTED)))


def governance_disputes_first() -> Verdict:
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount"), dispute=replace(AGREE["dispute"], by_governance=AGREED)))


def glass_broken() -> Verdict:
    glass = replace(AGREE["glass"], missing_owners=0, given=(PETE, PIA), until=NOW + timedelta(hours=70))
    return verdict(judged(REGION, consumer(CUSTOMER, "region"), cleared_by=ClearedBy.BREAK_GLASS, glass=glass, notice=NOT_BEGUN))


def false_alarm() -> Verdict:
    dispute = replace(AGREE["dispute"], by_owner=DISPUTED, by_governance=AGREED)
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount"), cleared_by=ClearedBy.DISPUTE, dispute=dispute))


def refused_statements() -> Verdict:
    whys = ("author", "committer", "unknown", "not-covered", "not-entitled", "expired")
    kinds = (StatementKind.DISPUTE, StatementKind.BREAK_GLASS)
    refused = tuple(
        RefusedStatement(
            statement=replace(
                says(kinds[number % 2], f"user-{number}", "because"),
                handles=(AMOUNT.handle[2:],) if number % 2 else (),
                unclear=("7QK2MA",) if why == "unknown" else (),
            ),
            why=why,
            by=("@acme/payments", "@acme/data-governance"),
        )
        for number, why in enumerate(whys, 1)
    )
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount")), refused_statements=refused)


def warned() -> Verdict:
    return verdict(
        judged(AMOUNT, consumer(CUSTOMER, "amount"), consumer(FINANCE, "amount"), mode=Mode.WARN),
        judged(REGION, consumer(CUSTOMER, "region"), mode=Mode.WARN, notice=NOT_BEGUN),
        mode=Mode.WARN,
    )


def observed() -> Verdict:
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount"), mode=Mode.OBSERVE), mode=Mode.OBSERVE, ask=())


def draft_contract() -> Verdict:
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount"), cleared_by=ClearedBy.DRAFT), contracts=(contract(blocks_nobody=True),))


def draft_pull_request() -> Verdict:
    return verdict(judged(AMOUNT, consumer(FINANCE, "amount")), pull_request=replace(PULL_REQUEST, draft=True), ask=())


def merge_group() -> Verdict:
    return verdict(
        judged(AMOUNT, consumer(FINANCE, "amount"), cleared_by=ClearedBy.MERGE_GROUP),
        judged(REGION, consumer(CUSTOMER, "region"), cleared_by=ClearedBy.MERGE_GROUP),
    )


def offline() -> Verdict:
    return replace(two_teams_and_a_removal(), online=False, ask=(), overrides=OverrideRules(), pull_request=replace(PULL_REQUEST, number=0))


def sixty_findings() -> Verdict:
    def field(number: int) -> Finding:
        return finding(
            "field-type-changed", ("orders", f"f{number:02}"), before="string", after="integer", new=Place(file=FILE, line=100 + number)
        )

    return verdict(*(judged(field(number), consumer(FINANCE, f"f{number:02}")) for number in range(60)))


def two_hundred_readers() -> Verdict:
    entries = [registration(f"@acme/team-{number:03}", "amount", ("dashboard", f"Board {number}")) for number in range(200)]
    readers = tuple(Reader(registration=entry) for entry in entries)
    signers = [consumer(entry, "amount", by="" if number % 2 else f"user-{number}") for number, entry in enumerate(entries)]
    return verdict(judged(AMOUNT, *signers), contracts=(contract(readers=readers),))


def registrations_of_all_kinds() -> Verdict:
    """Private readers, those that do not count, and a remark about the judging."""
    private = replace(FINANCE, private=True, on_behalf_of="CFO office")
    late = Reader(registration=GROWTH, standing=Standing.LATE)
    lapsed = Reader(registration=CUSTOMER, standing=Standing.LAPSED)
    hidden = Reader(registration=registration("@acme/fraud", "order_id status", private=True))
    return verdict(
        judged(AMOUNT, consumer(private, "amount"), told=(late,)),
        contracts=(contract(readers=(Reader(registration=private), late, lapsed, hidden)),),
        not_asked=(hidden,),
        remarks=("The policy on `main` cannot be read; that of `9ab01e` is used.",),
    )


def expectations() -> Verdict:
    """Readers that state what they expect of a field: one of it breaks, the others' holds; one of these may not be shown."""
    expects = Expectation(field=("amount",), type="string", unit="EUR", nullable=False)
    finance = replace(FINANCE, expects=(expects,))
    growth = replace(GROWTH, fields=(("amount",),), expects=(replace(expects, type="", unit=""),))
    fraud = registration("@acme/fraud", "amount", private=True)
    readers = tuple(Reader(registration=entry) for entry in (finance, growth, fraud))
    unharmed = ((growth, (("amount",),)), (fraud, (("amount",),)))
    return verdict(
        judged(AMOUNT, consumer(finance, "amount"), unharmed=unharmed), contracts=(contract(readers=readers),), not_asked=readers[1:]
    )


def expectations_of_all_hold() -> Verdict:
    """Nobody is hit, although somebody is registered."""
    values = Expectation(field=("status",), values=("paid", "refunded"), new_values="ignore")
    growth = replace(GROWTH, fields=(("status",),), expects=(values,))
    added = finding("enum-value-added", ("orders", "status", "=void"), after="void", old=Place(file=FILE, line=15))
    reader = Reader(registration=growth)
    owners = Signer(role=SignerRole.OWNERS, teams=("@acme/payments",))
    return verdict(
        judged(added, owners, unharmed=((growth, (("status",),)),)), contracts=(contract(readers=(reader,)),), not_asked=(reader,)
    )


def engines() -> Verdict:
    """One reader's engine reads a wider column through, a private one's too, and another's alone is hurt by the order of columns."""
    wider = finding("field-type-changed", ("orders", "amount"), before="int", after="long", new=Place(file=FILE, line=15))
    order = finding(
        "field-order-changed", ("orders",), new=Place(file=FILE, line=9), engines=(EngineLevel(engine="sql", level=Level.BREAKING),)
    )
    finance, growth = replace(FINANCE, reads_with="sql"), replace(GROWTH, fields=(("amount",),), reads_with="iceberg-v3")
    fraud = replace(registration("@acme/fraud", "amount", private=True), reads_with="delta")
    readers = tuple(Reader(registration=entry) for entry in (finance, growth, fraud))
    through = ((growth, (("amount",),)), (fraud, (("amount",),)))
    return verdict(
        judged(wider, consumer(finance, "amount"), read_through=through),
        judged(order, consumer(finance, "amount")),
        contracts=(contract(readers=readers),),
        not_asked=readers[1:],
    )


HOSTILE = "`|@acme/everyone <img src=x> [a](http://evil.example) #1\n\n# Passed\u202e"


def hostile() -> Verdict:
    """Text from a pull request and from other repositories that tries to make structure, mentions, links and tags."""
    entry = replace(FINANCE, on_behalf_of=HOSTILE, assets=(Asset(kind=HOSTILE, name=HOSTILE, url="javascript:alert(1)"),))
    nasty = finding(
        "field-type-changed",
        ("orders", HOSTILE),
        before=HOSTILE,
        after="x | y",
        new=Place(file=f"contracts/{HOSTILE}.yaml", line=3),
    )
    gone = finding("field-removed", ("orders", HOSTILE), question=Question.EXISTENCE, old=Place(file=FILE, line=20, text=HOSTILE))
    broken = finding("contract-unreadable", (), Level.INVALID, Question.FORM, notes=(("message", f"bad {HOSTILE}"), ("remedy", HOSTILE)))
    refused = RefusedOverride(override=replace(an_override(by="mallory"), reason=HOSTILE), why="not-entitled")
    return verdict(
        judged(broken),
        judged(nasty, consumer(entry, HOSTILE)),
        judged(gone, consumer(entry, HOSTILE), notice=NOT_BEGUN),
        refused_overrides=(refused,),
        remarks=(HOSTILE,),
        not_asked=(Reader(registration=replace(GROWTH, fields=((HOSTILE,),))),),
    )
