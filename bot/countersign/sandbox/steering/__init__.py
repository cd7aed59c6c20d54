"""``/_sandbox``: what an administrator would click on GitHub, and what only a test can do. JSON in, JSON out."""

from flask import Blueprint

from countersign.sandbox.steering import accounts, apps, calendar, deliveries, notifications, repositories


def blueprints() -> list[Blueprint]:
    return [*(module.routes for module in (accounts, apps, calendar, deliveries, notifications, repositories)), notifications.receivers]
