"""The one composition root: which adapter stands behind which port. Heavy packages are imported where they are wired."""

from countersign.bootstrap.app import Application, application
from countersign.bootstrap.at_desk import children, desk, looking_back, proposed, repository_name, staged, work_tree
from countersign.bootstrap.by_person import Fetched, administration, fetched, operator, settings_seen_by
from countersign.bootstrap.database import do_again, given_up, put_job, reading_ports, records
from countersign.bootstrap.pages import PagesSettings
from countersign.bootstrap.settings import AppSettings, manifest
from countersign.bootstrap.telling import TellingSettings
from countersign.bootstrap.wiring import WallCalendar

__all__ = [
    "AppSettings",
    "Application",
    "Fetched",
    "PagesSettings",
    "TellingSettings",
    "WallCalendar",
    "administration",
    "application",
    "children",
    "desk",
    "do_again",
    "fetched",
    "given_up",
    "looking_back",
    "manifest",
    "operator",
    "proposed",
    "put_job",
    "reading_ports",
    "records",
    "repository_name",
    "settings_seen_by",
    "staged",
    "work_tree",
]
