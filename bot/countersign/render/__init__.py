"""Verdict -> what people read. Every sentence that a user reads is made here, and pinned by a golden file.

`titles` makes the one line, `page` the summary and the details, `check` the check run; `changes` says what each rule means to a
reader; `markdown` keeps hostile text from shaping a page. Reads the model only.
"""

from __future__ import annotations

from countersign.render.acknowledging import acknowledged_already, bad_link, expired_link, taken_down, to_acknowledge
from countersign.render.answers import answer_comment
from countersign.render.baseline import baseline_text
from countersign.render.check import check_run, could_not_decide, in_progress
from countersign.render.comment import sticky_comment
from countersign.render.console import terminal
from countersign.render.debts import debt_answered, debt_refused, debts_issue, glass_broken_comment
from countersign.render.desk import as_json, as_markdown, diff_text, finding_as_json
from countersign.render.digest import LandedChange, digest_issue
from countersign.render.discovery import discovered_json, discovered_text, suspects_json, suspects_text
from countersign.render.elsewhere import (
    Difference,
    discreet_reader_issue,
    not_told_remark,
    reader_issue,
    reader_issue_ended,
    reader_reminder,
    told_little_remark,
)
from countersign.render.enforceability import audit_issue, audit_json, audit_over, audit_text, gap_as_json
from countersign.render.incident_messages import channel_issue, incident_message, incident_notification, incident_page
from countersign.render.incident_readers import discreet_readers_issue, readers_issue, readers_over
from countersign.render.incidents import incident_comment, incident_issue, incident_over
from countersign.render.issues import direct_push_issue, merged_blocked_issue
from countersign.render.links import Links
from countersign.render.notices import (
    AnnouncedEnd,
    discreet_notice_issue,
    more_announced,
    nothing_overdue,
    notice_issue,
    notice_issue_ended,
    notices_listed,
    overdue_issue,
)
from countersign.render.registrations import (
    contested_issue,
    gone_people,
    held_issue,
    lease_issue,
    lease_reminder,
    lease_renewed,
    lost_teams_issue,
    lost_teams_settled,
)
from countersign.render.reminders import refusal, reminder_comment
from countersign.render.rollout import enforce_proposal, rollout_issue, rollout_json, rollout_text
from countersign.render.safe_path import safe_path_comment, safe_path_text
from countersign.render.secrecy import told_to, veiled
from countersign.render.tags import tag_message
from countersign.render.tree import shown_verdict

__all__ = [
    "AnnouncedEnd",
    "Difference",
    "LandedChange",
    "Links",
    "acknowledged_already",
    "answer_comment",
    "as_json",
    "as_markdown",
    "audit_issue",
    "audit_json",
    "audit_over",
    "audit_text",
    "bad_link",
    "baseline_text",
    "channel_issue",
    "check_run",
    "contested_issue",
    "could_not_decide",
    "debt_answered",
    "debt_refused",
    "debts_issue",
    "diff_text",
    "digest_issue",
    "direct_push_issue",
    "discovered_json",
    "discovered_text",
    "discreet_notice_issue",
    "discreet_reader_issue",
    "discreet_readers_issue",
    "enforce_proposal",
    "expired_link",
    "finding_as_json",
    "gap_as_json",
    "glass_broken_comment",
    "gone_people",
    "held_issue",
    "in_progress",
    "incident_comment",
    "incident_issue",
    "incident_message",
    "incident_notification",
    "incident_over",
    "incident_page",
    "lease_issue",
    "lease_reminder",
    "lease_renewed",
    "lost_teams_issue",
    "lost_teams_settled",
    "merged_blocked_issue",
    "more_announced",
    "not_told_remark",
    "nothing_overdue",
    "notice_issue",
    "notice_issue_ended",
    "notices_listed",
    "overdue_issue",
    "reader_issue",
    "reader_issue_ended",
    "reader_reminder",
    "readers_issue",
    "readers_over",
    "refusal",
    "reminder_comment",
    "rollout_issue",
    "rollout_json",
    "rollout_text",
    "safe_path_comment",
    "safe_path_text",
    "shown_verdict",
    "sticky_comment",
    "suspects_json",
    "suspects_text",
    "tag_message",
    "taken_down",
    "terminal",
    "to_acknowledge",
    "told_little_remark",
    "told_to",
    "veiled",
]
