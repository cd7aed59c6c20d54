"""Who sees what. Leaders see their organisation; members their own teams and what these depend on; nobody else sees anything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from countersign.model.access import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a page is about. organisation and teams in lower case, teams as ``org/team``.

    teams: those that own it or read it. private: its repository is, so that its name is not for everybody. admitted: logins, in lower
    case, whom GitHub lets into that repository. named_by: teams that name it in their own registrations, and so know of it anyway.
    """

    organisation: str
    teams: Collection[str] = ()
    private: bool = False
    admitted: Collection[str] = ()
    named_by: Collection[str] = ()


def may_see(viewer: Viewer, subject: Subject) -> bool:
    """Whether a page about the subject is for the viewer: its numbers, states and names."""
    if leads(viewer, subject.organisation):
        return True
    if subject.organisation not in viewer.member_of or not viewer.teams & set(subject.teams):
        return False
    return may_name(viewer, subject)


def may_name(viewer: Viewer, subject: Subject) -> bool:
    """Whether the subject may be called by its name: never where GitHub would keep a private repository from the viewer."""
    if leads(viewer, subject.organisation):
        return True
    if subject.organisation not in viewer.member_of:
        return False
    return not subject.private or viewer.login in subject.admitted or bool(viewer.teams & set(subject.named_by))


def leads(viewer: Viewer, organisation: str) -> bool:
    return viewer.local or organisation in viewer.leads
