"""``/_sandbox``: what an administrator would click on GitHub, and what only a test can do. JSON in, JSON out."""

from flask import Blueprint

from countersign.sandbox.steering import accounts, apps, calendar, deliveries, deployments, notifications, repositories


def blueprints() -> list[Blueprint]:
    areas = (accounts, apps, calendar, deliveries, deployments, notifications, repositories)
    return [*(module.routes for module in areas), notifications.receivers]
