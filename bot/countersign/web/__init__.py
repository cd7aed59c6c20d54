"""What the App listens to over HTTP: webhooks in, and whether it lives. The answer to a webhook is given once it is on the disk."""

from __future__ import annotations

from countersign.web.app import Pages, create_app
from countersign.web.metrics import Meters
from countersign.web.serve import listen, stop
from countersign.web.webhooks import Inbox

__all__ = ["Inbox", "Meters", "Pages", "create_app", "listen", "stop"]
