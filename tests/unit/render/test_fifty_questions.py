"""Fifty questions that people ask in front of a check, and what its text alone answers: title, summary, details and annotations.

A row: whose question, in plain words; what has happened; what the text then says. Links are read by their labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest
from tests.unit.render import situations as when
from tests.unit.render.verdicts import HEAD

from countersign.gates.pull_request import judge
from countersign.model.pull_request import Facts
from countersign.render import Links, check_run

LINKS = Links(repository_url="https://github.com/acme/orders-service", rules_url="https://docs.example/rules", head=HEAD)

Situation = Callable[[], Facts | tuple[Facts, ...]]


class Question(NamedTuple):
    """hides: what the text must not say there."""

    whose: str
    asks: str
    when: Situation
    answer: tuple[str, ...]
    hides: tuple[str, ...] = ()


def producer(asks: str, situation: Situation, *answer: str) -> Question:
    return Question("producer", asks, situation, answer)


def consumer(asks: str, situation: Situation, *answer: str, hides: tuple[str, ...] = ()) -> Question:
    return Question("consumer", asks, situation, answer, hides)


def owner(asks: str, situation: Situation, *answer: str) -> Question:
    return Question("owner", asks, situation, answer)


def governance(asks: str, situation: Situation, *answer: str) -> Question:
    return Question("governance", asks, situation, answer)


def manager(asks: str, situation: Situation, *answer: str) -> Question:
    return Question("manager", asks, situation, answer)


def operator(asks: str, situation: Situation, *answer: str) -> Question:
    return Question("operator", asks, situation, answer)


QUESTIONS = [
    # Blocked: what, why and for whom
    producer("Why am I blocked?", when.unsigned, "[failure] Blocked: 2 teams must sign `amount` and `region`"),
    producer("Which line is it?", when.unsigned, "`orders.odcs.yaml:17`", "old line `orders.odcs.yaml:20`"),
    producer("What exactly changes?", when.unsigned, "`amount`: `string` → `integer`", "`region` removed"),
    producer("I removed a line. Which one was it?", when.unsigned, "The line was: `- {name: region, logicalType: string}`"),
    producer(
        "What happens to somebody who reads that?",
        when.unsigned,
        "A reader that takes `amount` as `string` fails on the first new record, or reads wrong values from it.",
    ),
    producer(
        "Nothing fails when I run it. Why is it a break?",
        when.another_meaning,
        "so nothing fails. But every count, sum and join on `orders` is quietly wrong from the first new row.",
    ),
    producer("Who is hit, and with which dashboard?", when.unsigned, "finance-analytics: *Revenue* dashboard (high)"),
    producer("How many of my readers is that?", when.unsigned, "`orders` `1.4.0` → `2.0.0`: 2 of its 3 registered readers are hit."),
    producer("Which of my changes are fine?", when.unsigned, "**Safe:** version `1.4.0` → `2.0.0` and `discount` added."),
    producer(
        "It says undecided. Did I break something or not?",
        when.undecided,
        "Countersign cannot tell what `x-range` does to the values, nor whom this breaks.",
        "so it counts as a break until its readers have looked.",
    ),
    producer(
        "I only renamed it. Why is that a break, and what would not be?",
        when.renamed,
        "A reader that names `region` fails on the first new record, or quietly finds it empty from then on.",
        "Keep `region`; add `sales_region` beside it.",
        'remove_after: "2026-12-23", replacement: orders.sales_region}',
    ),
    # What now
    producer(
        "Can I merge today without breaking anybody?",
        when.unsigned,
        "**Merge today, break nobody.** Keep `amount` and `region`; put the new `amount` beside the old, under another name.",
        'notices:\n     - {field: orders.amount, remove_after: "2026-12-23", replacement: none}',
    ),
    producer(
        "Whom have I to ask for a review?",
        when.unsigned,
        "@acme/customer-360 and @acme/finance-analytics were asked for a review; an approving review signs.",
    ),
    producer("Who is still missing?", when.half_signed, "Blocked: customer-360 must still sign", "1 of 2 signatures is missing."),
    producer("Who has signed, and when?", when.half_signed, "● fiona, 23 Nov 2026"),
    producer(
        "Do they have to sign again when I rebase?",
        when.unsigned,
        "A signature stays when the branch is rebased or changed elsewhere; it falls when the break itself changes, and after 90 days.",
    ),
    producer(
        "Somebody asked for changes. What now?", when.objected, "✗ cleo objects", "talk it over", "An approving review by the same person"
    ),
    producer(
        "It is 17:55 and production is down. What can I do?",
        when.unsigned,
        '**Production is down?** `/countersign break-glass "why"` from 2 of @acme/payments (not the author, nor who committed here)'
        " lets it merge for 72 hours.",
    ),
    producer(
        "What does breaking the glass cost?",
        when.unsigned,
        "Readers are told at once and review it afterwards, and it counts double on the record.",
    ),
    producer(
        "This is a false alarm. What then?",
        when.objected,
        '`/countersign dispute C-CRVBYP "why"` from an owner (@acme/payments) and from @acme/data-governance, two people, passes it.',
        "A false alarm is counted against the rule, not against your team.",
    ),
    producer(
        "Who may override it, and until when?",
        when.objected,
        '@acme/data-governance may comment `/countersign override C-CRVBYP --reason "…" --until 2026-12-07`.',
    ),
    producer(
        "What does an override cost?",
        when.objected,
        "It goes on record, the readers it passes over are asked to look at it afterwards, and it is void if this is not merged by then.",
    ),
    producer(
        "What was judged, against which commit, by which policy?",
        when.unsigned,
        "Judged: `d41f0c0` merged into `main@9ab01e0`, by the policy there",
    ),
    producer("How do I see the same at my desk?", when.unsigned, "at your desk: `countersign check --base origin/main`"),
    producer("What else can I say to it?", when.unsigned, "all commands: `/countersign help`"),
    producer(
        "It is a draft. Is anybody pinged?", when.draft_pull_request, "Nobody is asked while this is a draft: mark it ready for review."
    ),
    producer("It is green. What let it pass?", when.all_signed, "[success] Passed: both changes are countersigned", "● cleo, 23 Nov 2026"),
    producer(
        "I touched no contract. Why is there a check?",
        when.untouched,
        "touches no contract, no policy and no registration. There is nothing to decide.",
    ),
    producer(
        "Do I have to do anything about a harmless change?", when.harmless, "[success] Passed: 2 changes, none of them breaks a reader"
    ),
    producer(
        "All have signed the removal. Why does it still want a notice?",
        when.suspected,
        "is suspected to read `region`, so the registered readers' signatures alone do not stand for notice.",
    ),
    producer("How does anybody know that it is read there?", when.suspected, "last seen 22 Nov 2026; models/mart"),
    producer(
        "A reader has no access here. Whom do I wait for, and where does it answer?",
        when.away,
        "**It waits for** @acme/customer-360 and @acme/finance-analytics to sign.",
        "it was asked in an issue of its own, and signs there. 2 of 2 signatures are missing.",
    ),
    producer(
        "I changed contracts of two directories. Who signs for which?",
        when.monorepo,
        "`orders` `1.4.0` → `2.0.0`: 2 of its 3 registered readers are hit.<br>\n`tickets`: 1 change to look at",
        "**It waits for** @acme/customer-360, @acme/finance-analytics and an owner (@acme/support) to sign.",
    ),
    producer(
        "I only took our directory's policy out. Why do its readers have to sign?",
        when.directory_unlisted,
        "contract `orders` taken out of the policy",
        "Nobody guards it any more: its next change would reach its readers unseen.",
    ),
    # Repairs
    producer(
        "My contract cannot be read. What is wrong, where, and how do I mend it?",
        when.unreadable,
        "**Repair it.** `contracts/orders.odcs.yaml:14`: The key `name` is there twice (lines 12 and 14). Take one of them out.",
        "failure contracts/orders.odcs.yaml:14",
    ),
    producer("Which version has it to be?", when.version_not_raised, "`contracts/orders.odcs.yaml:6`: write `version: 2.0.0`."),
    producer(
        "Why must I raise it?",
        when.version_not_raised,
        "Readers tell by the version that something breaks. It has to be higher than before.",
    ),
    # Time
    producer(
        "What has to happen before I may remove a field?",
        when.nobody_registered,
        "**It waits for** an owner (@acme/payments) to sign; the end of `region` to be announced, and 30 days of notice;"
        " the open call, until Mon 30 Nov 2026.",
    ),
    producer(
        "How do I announce it, and when may it go then?",
        when.nobody_registered,
        "in a pull request of its own: nobody has to sign it. 30 days after it is merged (Wed 23 Dec 2026, if that is today) this check"
        " turns green by itself",
    ),
    producer(
        "Nobody reads it. Why do I wait?",
        when.nobody_registered,
        "Readers nobody knows of may speak up until Mon 30 Nov 2026: until then it waits.",
    ),
    producer(
        "It is announced. Until when does the notice run, and what is to be done then?",
        when.notice_running,
        "the notice of `region` runs until 13 Dec 2026",
        "On Sun 13 Dec 2026 the notice has run, and this check turns green by itself",
    ),
    producer("Did my notice count?", when.notice_over, "The notice ran since 23 Oct 2026 and was over on 22 Nov 2026."),
    producer("Do I have to chase anybody?", when.asked, "with reminders: you need not chase anybody."),
    producer(
        "By when do they answer, and what if they do not?",
        when.asked,
        "Answers are due by Thu 26 Nov 2026 and Mon 30 Nov 2026",
        "After Thu 26 Nov, governance may sign for customer-360; after Mon 30 Nov, governance may sign for finance-analytics.",
    ),
    producer(
        "Their time is over. What now?",
        when.escalated,
        "silent since Thu 12 Nov, escalated to @acme/data-governance",
        "so a member of @acme/data-governance may sign in its stead, by an approving review.",
    ),
    producer(
        "Nobody answered, and it is green. Why?",
        when.consented,
        "◌ silent since Mon 16 Nov, counts as consent",
        "Cleared: countersigned, or consented to by silence.",
    ),
    producer(
        "Somebody objects. Until when, and who decides then?",
        when.objected_until,
        "✗ cleo objects until Tue 15 Dec",
        "It holds until Tue 15 Dec 2026; after that, a member of @acme/data-governance decides.",
    ),
    producer(
        "They signed, but from a day. When can I merge?",
        when.signed_from,
        "Blocked: customer-360 signed from 15 Dec 2026",
        "has signed from Tue 15 Dec 2026 on: until then this waits. An approving review without a date, by the same person, signs at once.",
    ),
    # Nobody to sign
    producer(
        "Nobody can sign for a reader. How do I get out?",
        when.nobody_can_sign,
        "Blocked: nobody can sign for customer-360",
        "@acme/customer-360: there is nobody who may sign, apart from the author. Put somebody into the team.",
        "**Override it.**",
    ),
    owner(
        "Why am I asked to sign for a reader?",
        when.author_is_the_only_reader,
        "@acme/customer-360 has nobody but the author, so an owner (@acme/payments) signs for it.",
    ),
    owner(
        "Why do I have to sign, when nobody is registered?",
        when.nobody_registered,
        "Nobody is registered as a reader of this, so an owner (@acme/payments) signs.",
    ),
    # Consumers
    consumer(
        "Why was I asked?",
        when.unsigned,
        "customer-360 reads `amount` and `region`; registered in `acme/customer-360 contracts-policy.yaml:4`",
    ),
    consumer("What of mine breaks?", when.unsigned, "customer-360: *Health score* model and *Churn by region* dashboard (medium)"),
    consumer("How do I sign?", when.unsigned, "Approve this pull request in an ordinary review: that signs all that hits your team."),
    consumer(
        "Who of us may sign, and with what rights?",
        when.unsigned,
        "Any one of its members may, apart from the author and whoever committed here; to be able to read this repository is enough.",
    ),
    consumer(
        "How do I sign only a part?",
        when.unsigned,
        "To sign only some of it, write a line such as `countersign: C-CRVBYP` into the review;",
    ),
    consumer("How do I sign, but not before a day?", when.unsigned, "to sign from a day on, `countersign: C-CRVBYP from YYYY-MM-DD`."),
    consumer("How do I say no for now?", when.unsigned, "a line `countersign: objection until YYYY-MM-DD` says until when."),
    consumer("By when have I to answer?", when.asked, "○ asked Mon 23 Nov, answer due Thu 26 Nov"),
    consumer(
        "Our team is secret. Does anybody learn of it?", when.secret_team, "a secret team", hides=("finance-analytics", "fiona", "Revenue")
    ),
    consumer("All of us are away. Who signed for us?", when.signed_by_a_delegate, "● greg for @acme/customer-360, 23 Nov 2026"),
    consumer("How do I say no?", when.unsigned, "To object, request changes;"),
    consumer(
        "Who else has to sign?",
        when.half_signed,
        "**It waits for** @acme/customer-360 to sign.",
        "finance-analytics: *Revenue* dashboard (high)",
    ),
    consumer(
        "I approved. Why does it not count?",
        when.reviews_that_do_not_count,
        "femi (for `C-CRVBYP`) approved before this check had said what breaks.",
    ),
    consumer(
        "I approved an earlier commit. Why does that not count?",
        when.reviews_that_do_not_count,
        "cleo (for `C-CRVBYP`) approved `77aa010`, and what stands here now was not shown at that commit. Please look again",
    ),
    consumer(
        "I am no member of theirs. Does my approval help?", when.reviews_that_do_not_count, "olga is in none of the teams that are asked."
    ),
    consumer(
        "I named another change. What have I signed?", when.reviews_that_do_not_count, "fiona (for `C-CRVBYP`) named other changes on the"
    ),
    consumer("Why was I not asked?", when.unsigned, "### Not asked\n- growth reads `order_id` and `placed_at`: untouched"),
    consumer(
        "The field I read has changed. Why was I not asked?",
        when.expectations_hold,
        "growth reads `amount` and expects no null: still so",
    ),
    consumer(
        "I am registered. Why is nobody waiting for me?",
        when.registrations_that_do_not_count,
        "customer-360 does not count (its `until` has passed: a new date there renews it)",
        "growth does not count (registered after this was first shown: it has a say in what comes next)",
    ),
    consumer(
        "I read it, and nobody knows. How do I get a say?",
        when.unsigned,
        "`/countersign register` answers with the lines that make your team a reader.",
    ),
    consumer(
        "I do not read it any more. How do I get out?",
        when.unsigned,
        "Who no longer reads it takes its entry out there; what is shown here still waits for its signature.",
    ),
    consumer(
        "Do people outside see which dashboards of ours break?",
        when.private_reader,
        "finance-analytics (high)",
        "registered in a repository that not everybody here may read",
        hides=("Revenue", "acme/finance-analytics contracts-policy.yaml"),
    ),
    consumer(
        "I was passed over. By whom, why, and until when?",
        when.overridden,
        "**Overridden** by @gus until Tue 1 Dec 2026: “payroll runs tonight”.",
    ),
    consumer("Will I be asked afterwards?", when.overridden, "if it is, the readers it passed over are asked to look at it."),
    consumer(
        "Somebody takes my registration out. Can they?",
        when.registration_removed,
        "Blocked: growth must sign",
        "Only the team itself can give that up.",
    ),
    consumer(
        "The owners contest us. Are we asked, and until when not?",
        when.contested,
        "Told, but not waited for: customer-360.",
        "customer-360 does not count (the owners contest its registration: it is told, and not waited for, until they take that back)",
    ),
    consumer(
        "Somebody contests our registration just now. Why, and who has to agree?",
        when.contested_in_a_pull_request,
        "Reason given: reads a copy.",
        "`@acme/customer-360` would be told of what breaks `acme/orders-service#orders`, and not waited for.",
        "An owner of the contract has to sign that, and data governance is told.",
    ),
    consumer(
        "It suspects that we read it, and we do. What do we write, and where?",
        when.suspected,
        "They are not asked. A reader is confirmed by its team's registration.",
        "In the reader's own `contracts-policy.yaml`, under `reads:`",
        '- contract: "acme/orders-service#orders"\n  team: "@acme/support"\n  fields: ["orders.region"]',
    ),
    consumer(
        "We cannot open that repository. Where are we asked?",
        when.away,
        "@acme/finance-analytics has no access to this repository: it was asked in an issue of its own, and signs there.",
    ),
    consumer("We signed in our own repository. Does it count here?", when.signed_away, "● fiona in its own repository, 23 Nov 2026"),
    consumer(
        "We registered, and it says that there is no such team. Which did we mean?",
        when.reader_of_no_team,
        "customer-36 does not count (no such team; did you mean `@acme/customer-360`?)",
    ),
    consumer(
        "Our team was renamed. Are we still asked?",
        when.renamed_team,
        "@acme/customer-360 and @acme/finance-data were asked for a review",
        "`@acme/finance-data` (renamed from `@acme/finance-analytics`; change the line).",
    ),
    # Owners
    owner(
        "It waits for somebody who has left. What now?",
        when.manager_who_left,
        "nobody of that name is in a team of the organisation. Name somebody else in the policy, or put them into a team.",
    ),
    owner(
        "Two directories, two policies: what of this pull request is mine?",
        when.monorepo,
        "`tickets`: 1 change to look at, and nobody is registered as a reader.",
        "`tickets.odcs.yaml:9`",
        "Nobody is registered as a reader of this, so an owner (@acme/support) signs.",
    ),
    owner(
        "It waits for a team of ours that there is not. What now?",
        when.team_that_does_not_exist,
        "there is no such team. Correct the name where the policy or CODEOWNERS has it; did you mean `@acme/payments`?",
    ),
    owner(
        "One of us broke the glass. What is missing?",
        when.glass_half_broken,
        "@pia (“checkout is down”) has said so.",
        "from 1 more of @acme/payments",
    ),
    owner(
        "The glass is broken. How long do we have?",
        when.glass_broken,
        "**The glass is broken** until 26 Nov 2026 16:55 UTC",
        "it blocks again",
    ),
    owner(
        "We overrode it ourselves. Why does it not hold?",
        when.override_refused,
        "by pia does not hold: only @acme/data-governance may override.",
    ),
    # Governance
    governance(
        "A suspected reader is none. How is that said, and by whom?",
        when.suspected,
        'have a member of its team or @acme/data-governance comment `/countersign dismiss S-7SSKCL "why"`.',
    ),
    governance(
        "The time of an objection is over. Is it mine to decide?",
        when.objection_over,
        "✗ cleo objected; @acme/data-governance decides",
        "an approving review given now signs in the stead of @acme/customer-360. One of its own members may sign as well.",
    ),
    governance(
        "An owner says that it is a false alarm. What is asked of me?",
        when.half_disputed,
        "C-CRVBYP is disputed by @pia (“it was an integer all along”); one of @acme/data-governance must agree:"
        ' `/countersign dispute C-CRVBYP "why"`.',
    ),
    governance(
        "Two have agreed. What comes of it?", when.disputed, "**Agreed to be a false alarm**: @pia", "It is counted against the rule."
    ),
    governance(
        "Somebody loosens the policy. What exactly, and who decides?",
        when.gate_loosened,
        "policy: `mode` `enforce` → `observe`",
        "**It waits for** @acme/data-governance, because only they can let a weaker gate pass.",
    ),
    governance(
        "Can its readers agree to that?", when.gate_loosened, "Readers cannot sign that away; only the organisation can let it pass."
    ),
    governance(
        "The contract is a draft. What would be hit?",
        when.draft_contract,
        "2 of its 3 registered readers are hit, but it is a draft and blocks nobody.",
    ),
    governance(
        "How complete is the list of readers?",
        when.unsigned,
        "**How complete is this?** 3 registered readers. Who reads without being registered is not known",
    ),
    # Managers of data products
    manager("Is my product hit?", when.held, "*Customer 360* is built on it", "mia for *Customer 360*"),
    manager(
        "All have signed. Why is it still blocked?",
        when.held,
        "**It waits for** the end of the hold on `amount` by mia, until Tue 15 Dec 2026.",
    ),
    manager("How do I end a hold?", when.held, "Whoever holds may end it at any time, by a hold until the same day."),
    manager("How do I get more time?", when.product_hit, '/countersign hold C-CRVBYP --until DATE --reason "why"'),
    # Operators
    operator(
        "Does it stop the merge here?",
        when.warned,
        "[neutral] Would block",
        "**Nothing stops the merge:** the gate is in `warn` mode here.",
    ),
    operator("We only observe. Is anybody bothered?", when.observed, "Nobody is asked while the gate only observes."),
    operator(
        "The merge queue stopped. Why, and what now?",
        when.merge_group,
        "Blocked: customer-360 must sign `region`",
        "has to sign in the pull request; then put it into the merge queue again.",
        '@acme/data-governance may comment in the pull request `/countersign override C-2SAA34 --reason "…" --until 2026-12-07`.',
        "it is void if this is not merged by then. Then put it into the merge queue again.",
        "It passed in its own pull request.",
    ),
    operator(
        "Mine is fine. Why is it blocked by another one?",
        when.stacked,
        "**See to #11 first.** This one stands on it, and is judged again by itself",
    ),
    operator(
        "One commit, two pull requests: which of them blocks?",
        when.several,
        "Blocked by #12 of 2 pull requests of this commit",
        "The check is the commit's, so it passes when all of them do.",
        "## #14 into `release`\n**Passed.**",
    ),
    operator(
        "By which policy, if ours cannot be read?",
        when.older_policy_used,
        "Note: The policy on `main` cannot be read; that of `77aa01` is used.",
    ),
]


@cache
def read(situation: Situation) -> str:
    """The check as a person reads it, top to bottom."""
    facts = situation()
    verdicts = [judge(one, when.NOW) for one in (facts if isinstance(facts, tuple) else (facts,))]
    check = check_run(verdicts, links=LINKS, external_id="countersign:1", now=when.NOW)
    assert check.conclusion
    noted = [f"{one.level.value} {one.path}:{one.line}\n{one.title}\n{one.message}" for one in check.annotations]
    text = "\n\n".join([f"[{check.conclusion.value}] {check.title}", check.summary, check.text, *noted])
    return re.sub(r"\[([^\]]*)\]\(https?://[^)]*\)", r"\1", text).replace("\u200b", "")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: f"{question.whose}: {question.asks}")
def test_the_check_answers(question: Question) -> None:
    text = read(question.when)
    unanswered = [part for part in question.answer if part not in text]
    assert question.answer and not unanswered, f"{question.asks}\nnot said: {unanswered}\n\n{text}"
    assert not [part for part in question.hides if part in text], text


def test_it_is_fifty_questions_of_everybody_in_many_situations() -> None:
    assert len({question.asks for question in QUESTIONS}) == len(QUESTIONS) >= 50
    assert len({question.when for question in QUESTIONS}) >= 15
    assert {question.whose for question in QUESTIONS} == {"producer", "consumer", "owner", "governance", "manager", "operator"}
