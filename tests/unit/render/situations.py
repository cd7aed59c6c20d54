"""What has happened to a pull request when somebody opens its check: facts, one thing changed at a time. The gate judges, `render` writes.

The story: pat of @acme/payments changes `amount` of `orders` from string to integer and drops `region`. finance-analytics reads `amount`
for its Revenue dashboard, customer-360 reads both, growth reads neither.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.unit.render.verdicts import AMOUNT, BASE, CUSTOMER, FILE, FINANCE, GRAIN, GROWTH, HEAD, POLICY, REGION, VERSION, finding

from countersign.model.consumer import CRITICALITIES, Expectation, Reference
from countersign.model.contract import Place
from countersign.model.finding import Finding, Level, Question
from countersign.model.path import Path
from countersign.model.policy import Mode, NoticeRules, OnSilence, OverrideRules, ReviewRules, Settings
from countersign.model.pull_request import (
    Below,
    ContractFacts,
    Facts,
    FieldFacts,
    FieldState,
    Judgement,
    Override,
    PullRequest,
    Reader,
    Review,
    ReviewState,
    RunningNotice,
    Standing,
    Statement,
    StatementKind,
    Team,
)
from countersign.model.suspect import EvidenceKind, Suspect

#: A Monday, five minutes to six.
NOW = datetime(2026, 11, 23, 17, 55, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHOWN = NOW - 4 * HOUR
TICKETS = "support/contracts/tickets.odcs.yaml"
OLDER = "77aa01" + "0" * 34

READERS = tuple(Reader(registration=entry) for entry in (FINANCE, CUSTOMER, GROWTH))
PRODUCT = Reader(registration=replace(GROWTH, team="@mia", product="Customer 360", fields=(), assets=(), repository="acme/data-products"))
TEAMS = {
    f"@acme/{name}": Team(name=f"@acme/{name}", members=frozenset(people.split()))
    for name, people in {
        "payments": "pat pia pete",
        "finance-analytics": "fiona femi",
        "customer-360": "cleo",
        "growth": "greg",
        "data-governance": "gus gina",
        "council": "olga",
        "support": "sven",
    }.items()
} | {f"@{login}": Team(name=f"@{login}", members=frozenset({login})) for login in ("mia", "greg")}
DISCOUNT = finding("field-added", ("orders", "discount"), Level.SAFE, new=Place(file=FILE, line=31))
SAFE = (DISCOUNT, VERSION.finding)


def pull_request(*findings: Finding, **changes: object) -> Facts:
    """Four hours after its first check. changes: of the facts, of the one contract, or of the pull request, by name."""
    contract = ContractFacts(
        id="orders", file=FILE, settings=Settings(), owners=("@acme/payments",), readers=READERS, version=("1.4.0", "2.0.0")
    )
    request = PullRequest(repository="acme/orders-service", number=12, author="pat", head=HEAD, base_ref="main", base_tip=BASE)
    facts = Facts(
        pull_request=request,
        settings=Settings(),
        overrides=OverrideRules(by=("@acme/data-governance",), max_days=14),
        organisation_owners=("@acme/council",),
        touched=True,
        findings=findings,
        contracts=(contract,),
        owners=("@acme/payments",),
        judgements=(shown(*findings),),
        teams=TEAMS,
    )
    for name, value in changes.items():
        if name in ContractFacts.__slots__:
            facts = replace(facts, contracts=(replace(facts.contracts[0], **{name: value}),))
        elif name in PullRequest.__slots__:
            facts = replace(facts, pull_request=replace(facts.pull_request, **{name: value}))
        else:
            facts = replace(facts, **{name: value})
    return facts


def shown(*findings: Finding, head: str = HEAD, at: datetime = SHOWN) -> Judgement:
    return Judgement(head=head, published_at=at, ready=True, fingerprints=frozenset(one.fingerprint for one in findings))


def review(login: str, state: ReviewState = ReviewState.APPROVED, **more: object) -> Review:
    values: dict[str, object] = {"commit": HEAD, "submitted_at": NOW - 2 * HOUR} | more
    return Review(id=sum(map(ord, login)), login=login, state=state, **values)


def says(kind: StatementKind, by: str, reason: str, about: Finding = AMOUNT, **more: object) -> Statement:
    return Statement(
        kind=kind,
        handles=(about.handle[2:],),
        by=by,
        reason=reason,
        received_at=NOW - HOUR,
        fingerprints=(about.fingerprint,),
        **more,
    )


BOTH = (AMOUNT, REGION, *SAFE)


def unsigned() -> Facts:
    return pull_request(*BOTH)


def half_signed() -> Facts:
    return pull_request(*BOTH, reviews=(review("fiona"),))


def all_signed() -> Facts:
    return pull_request(*BOTH, reviews=(review("fiona"), review("cleo")))


def objected() -> Facts:
    return pull_request(AMOUNT, reviews=(review("fiona"), review("cleo", ReviewState.CHANGES_REQUESTED)))


def objected_until() -> Facts:
    objection = review("cleo", ReviewState.CHANGES_REQUESTED, body="countersign: objection until 2026-12-15")
    return pull_request(AMOUNT, reviews=(review("fiona"), objection))


def objection_over() -> Facts:
    """Of a fortnight ago; it ended a week later."""
    line = "countersign: objection until 2026-11-16"
    objection = review("cleo", ReviewState.CHANGES_REQUESTED, body=line, submitted_at=SHOWN - 14 * DAY)
    return pull_request(AMOUNT, reviews=(review("fiona"), objection), judgements=(shown(AMOUNT, at=SHOWN - 15 * DAY),))


def signed_by_a_delegate() -> Facts:
    customer = Reader(registration=replace(CUSTOMER, delegates=("@greg",)))
    return pull_request(AMOUNT, readers=(READERS[0], customer), reviews=(review("fiona"), review("greg")))


def signed_from() -> Facts:
    return pull_request(AMOUNT, reviews=(review("fiona"), review("cleo", body=f"countersign: {AMOUNT.handle} from 2026-12-15")))


def asked() -> Facts:
    return pull_request(AMOUNT, asked=_asked(SHOWN))


def escalated() -> Facts:
    """A fortnight later, and nobody has answered."""
    return pull_request(AMOUNT, asked=_asked(SHOWN - 14 * DAY), judgements=(shown(AMOUNT, at=SHOWN - 14 * DAY),))


def consented() -> Facts:
    consent = ReviewRules(on_silence=dict.fromkeys(CRITICALITIES, OnSilence.CONSENT))
    return replace(escalated(), contracts=(replace(escalated().contracts[0], settings=Settings(review=consent)),))


def _asked(at: datetime) -> dict[str, dict[str, datetime]]:
    return {team: {AMOUNT.fingerprint: at} for team in ("@acme/finance-analytics", "@acme/customer-360")}


def secret_team() -> Facts:
    secret = replace(TEAMS["@acme/finance-analytics"], secret=True)
    return pull_request(AMOUNT, teams=TEAMS | {"@acme/finance-analytics": secret}, reviews=(review("fiona"),))


def reviews_that_do_not_count() -> Facts:
    reviews = (
        review("pat"),
        review("olga"),
        review("cleo", commit=OLDER),
        review("femi", submitted_at=SHOWN - HOUR),
        review("fiona", body=f"countersign: {REGION.handle}"),
    )
    judgements = (shown(head=OLDER, at=SHOWN - DAY), shown(AMOUNT))
    return pull_request(AMOUNT, reviews=reviews, judgements=judgements)


def notice_running() -> Facts:
    running = RunningNotice(contract="orders", path=("region",), started_at=NOW - 10 * DAY)
    settings = Settings(notice=NoticeRules(unless="never"))
    return pull_request(REGION, notices=(running,), reviews=(review("cleo"),), settings=settings)


def notice_over() -> Facts:
    over = RunningNotice(contract="orders", path=("region",), started_at=NOW - 31 * DAY)
    return pull_request(REGION, notices=(over,), reviews=(review("cleo"),))


def nobody_registered() -> Facts:
    return pull_request(REGION, readers=())


def nobody_can_sign() -> Facts:
    return pull_request(AMOUNT, teams={name: team for name, team in TEAMS.items() if name != "@acme/customer-360"})


def author_is_the_only_reader() -> Facts:
    return pull_request(AMOUNT, author="cleo")


def overridden() -> Facts:
    return pull_request(AMOUNT, given_overrides=(an_override("gus"),))


def override_refused() -> Facts:
    return pull_request(AMOUNT, given_overrides=(an_override("pia"),))


def an_override(by: str) -> Override:
    return Override(
        handles=(AMOUNT.handle[2:],),
        fingerprints=(AMOUNT.fingerprint,),
        by=by,
        reason="payroll runs tonight",
        until=datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC),
        received_at=NOW - HOUR,
    )


def glass_half_broken() -> Facts:
    return pull_request(AMOUNT, statements=(says(StatementKind.BREAK_GLASS, "pia", "checkout is down"),))


def glass_broken() -> Facts:
    said = tuple(says(StatementKind.BREAK_GLASS, by, "checkout is down") for by in ("pia", "pete"))
    return pull_request(AMOUNT, statements=said)


def half_disputed() -> Facts:
    return pull_request(AMOUNT, statements=(says(StatementKind.DISPUTE, "pia", "it was an integer all along"),))


def disputed() -> Facts:
    said = tuple(says(StatementKind.DISPUTE, by, "it was an integer all along") for by in ("pia", "gina"))
    return pull_request(AMOUNT, statements=said)


def product_hit() -> Facts:
    return pull_request(AMOUNT, readers=(*READERS, PRODUCT))


def held() -> Facts:
    hold = says(StatementKind.HOLD, "mia", "year end", until=datetime(2026, 12, 15, 23, 59, 59, tzinfo=UTC))
    reviews = (review("fiona"), review("cleo"), review("mia"))
    return pull_request(AMOUNT, readers=(*READERS, PRODUCT), statements=(hold,), reviews=reviews)


def registrations_that_do_not_count() -> Facts:
    lapsed = Reader(registration=replace(CUSTOMER, until="2026-11-01"), standing=Standing.LAPSED)
    late = Reader(registration=replace(GROWTH, fields=(("amount",),)), standing=Standing.LATE)
    return pull_request(AMOUNT, readers=(READERS[0], lapsed, late))


def contested() -> Facts:
    reader = Reader(registration=CUSTOMER, standing=Standing.CONTESTED)
    return pull_request(AMOUNT, readers=(READERS[0], reader, READERS[2]))


def contested_in_a_pull_request() -> Facts:
    entry = finding(
        "registration-contested",
        ("acme/orders-service#orders", "@acme/customer-360"),
        Level.SEMANTIC,
        Question.GATE,
        contract="",
        new=Place(file=POLICY, line=8),
        notes=(("message", "Reason given: reads a copy"),),
        any_of=("@acme/payments",),
    )
    return pull_request(entry, contracts=())


def suspected() -> Facts:
    """All have signed that `region` goes; a dbt model of support was seen to read it."""
    suspect = Suspect(
        reference=Reference("acme/orders-service", "orders"),
        kind=EvidenceKind.DBT,
        consumer="mart_churn",
        fields=(("orders", "region"),),
        evidence=("models/mart_churn.sql in acme/support-models",),
        source="acme/support-models",
        team="@acme/support",
        first_seen=NOW - 30 * DAY,
        last_seen=NOW - DAY,
    )
    evidence = {EvidenceKind.DBT: NOW - DAY}
    return pull_request(REGION, suspects=(suspect,), evidence=evidence, reviews=(review("cleo"),))


def away() -> Facts:
    """Nobody of finance-analytics has access to the repository."""
    return pull_request(AMOUNT, cannot_read=frozenset({"@acme/finance-analytics"}), asked=_asked(NOW))


def signed_away() -> Facts:
    signed = replace(says(StatementKind.SIGN, "fiona", ""), url="https://github.com/acme/finance-analytics/issues/3#issuecomment-9")
    return pull_request(AMOUNT, cannot_read=frozenset({"@acme/finance-analytics"}), asked=_asked(NOW), statements=(signed,))


def monorepo() -> Facts:
    """payments and support have a directory and a policy each; pat changes a contract of both."""
    facts = pull_request(AMOUNT, replace(GRAIN, contract="tickets", new=Place(file=TICKETS, line=9), old=Place(file=TICKETS, line=9)))
    tickets = ContractFacts(id="tickets", file=TICKETS, settings=Settings(), owners=("@acme/support",))
    return replace(facts, contracts=(*facts.contracts, tickets))


def directory_unlisted() -> Facts:
    gone = finding(
        "contract-unlisted", (), question=Question.EXISTENCE, before="payments/contracts/*", old=Place(file=POLICY, line=5), new=None
    )
    return pull_request(gone)


def team_that_does_not_exist() -> Facts:
    ghosts = Team(name="@acme/paymnts", known=False, nearest="@acme/payments")
    return pull_request(
        AMOUNT,
        readers=(),
        owners=("@acme/paymnts",),
        organisation_owners=("@acme/paymnts",),
        teams=TEAMS | {ghosts.name: ghosts},
    )


def reader_of_no_team() -> Facts:
    lost = Reader(registration=replace(CUSTOMER, team="@acme/customer-36"), standing=Standing.NO_SUCH_TEAM)
    ghosts = Team(name="@acme/customer-36", known=False, nearest="@acme/customer-360")
    return pull_request(AMOUNT, readers=(READERS[0], lost), teams=TEAMS | {ghosts.name: ghosts})


def manager_who_left() -> Facts:
    """mia, who manages the product, is in no team any more."""
    gone = Team(name="@mia", known=False)
    return pull_request(AMOUNT, readers=(PRODUCT,), teams=TEAMS | {gone.name: gone})


def renamed_team() -> Facts:
    entry = replace(FINANCE, team="@acme/finance-data")
    teams = TEAMS | {"@acme/finance-data": replace(TEAMS["@acme/finance-analytics"], name="@acme/finance-data")}
    renames = {"@acme/finance-analytics": "@acme/finance-data"}
    return pull_request(AMOUNT, readers=(Reader(registration=entry), READERS[1]), teams=teams, renamed=renames)


def expectations_hold() -> Facts:
    """growth expects `amount` to be never null: so it is, whatever its type."""
    expects = Expectation(field=("amount",), nullable=False)
    growth = replace(GROWTH, fields=(("amount",),), expects=(expects,))
    state = FieldState(type="string", required=True)
    fields = (FieldFacts(path=("orders", "amount"), before=state, after=replace(state, type="integer")),)
    return pull_request(AMOUNT, readers=(READERS[0], Reader(registration=growth)), fields=fields)


def private_reader() -> Facts:
    return pull_request(AMOUNT, readers=(Reader(registration=replace(FINANCE, private=True)), READERS[1]))


def draft_contract() -> Facts:
    return pull_request(AMOUNT, blocks_nobody=True)


def draft_pull_request() -> Facts:
    return pull_request(AMOUNT, draft=True)


def warned() -> Facts:
    return pull_request(AMOUNT, settings=Settings(mode=Mode.WARN))


def observed() -> Facts:
    return pull_request(AMOUNT, settings=Settings(mode=Mode.OBSERVE))


def unreadable() -> Facts:
    broken = finding(
        "contract-unreadable",
        (),
        Level.INVALID,
        Question.FORM,
        new=Place(file=FILE, line=14),
        after="the key `name` is there twice (lines 12 and 14)",
        notes=(("message", "the key `name` is there twice (lines 12 and 14)."), ("remedy", "Take one of them out.")),
    )
    return pull_request(broken)


def version_not_raised() -> Facts:
    version = finding(
        "version-not-raised",
        (),
        Level.INVALID,
        Question.FORM,
        new=Place(file=FILE, line=6),
        notes=(("before", "1.4.0"), ("next", "2.0.0")),
    )
    return pull_request(AMOUNT, version, version=("1.4.0", "1.4.0"))


def gate_loosened() -> Facts:
    place = Place(file=POLICY, line=6)
    knob = finding(
        "gate-loosened", ("mode",), Level.SEMANTIC, Question.GATE, contract="", before='"enforce"', after='"observe"', new=place, old=place
    )
    return pull_request(knob, contracts=())


def registration_removed() -> Facts:
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
    return pull_request(gone, contracts=())


def merge_group() -> Facts:
    passed = frozenset({AMOUNT.fingerprint})
    return pull_request(AMOUNT, REGION, number=0, merge_group=True, passed_elsewhere=passed)


def stacked() -> Facts:
    return pull_request(AMOUNT, below=Below(number=11, passes=False), reviews=(review("fiona"), review("cleo")))


def several() -> tuple[Facts, Facts]:
    """The same head into another branch, where everything is signed."""
    return unsigned(), replace(all_signed(), pull_request=replace(all_signed().pull_request, number=14, base_ref="release"))


def renamed() -> Facts:
    path: Path = ("orders", "region")
    one = finding(
        "field-renamed",
        path,
        question=Question.EXISTENCE,
        before="region",
        after="sales_region",
        old=Place(file=FILE, line=20, text="- {name: region, logicalType: string}"),
        new=Place(file=FILE, line=20),
    )
    return pull_request(one)


def undecided() -> Facts:
    one = finding(
        "keyword-undecided", ("orders", "amount"), Level.UNDECIDED, before="[0, 1]", after="[0, 2]", notes=(), new=Place(file=FILE, line=18)
    )
    return pull_request(replace(one, detail="x-range"))


def another_meaning() -> Facts:
    return pull_request(replace(GRAIN, path=("orders",), identity=("orders",)))


def harmless() -> Facts:
    return pull_request(*SAFE)


def untouched() -> Facts:
    return pull_request(touched=False)


def older_policy_used() -> Facts:
    return pull_request(AMOUNT, remarks=("The policy on `main` cannot be read; that of `77aa01` is used.",))
