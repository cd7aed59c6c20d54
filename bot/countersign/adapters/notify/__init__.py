"""Telling people outside GitHub: PagerDuty, chat and mail, signed webhooks. Fulfils `ports.Notify` and `ports.Seal`."""

from countersign.adapters.notify.notifier import Notifier, NotifySettings
from countersign.adapters.notify.pagerduty import EVENTS_URL
from countersign.adapters.notify.seal import Seal, installation_key
from countersign.adapters.notify.secrets import Secrets

__all__ = ["EVENTS_URL", "Notifier", "NotifySettings", "Seal", "Secrets", "installation_key"]
