"""The REST API under ``/api/v3``, one module an area."""

from flask import Blueprint

from countersign.sandbox.rest import apps, checks, deployments, git_data, issues, organisations, protection, pulls, repositories, rulesets


def blueprints() -> list[Blueprint]:
    areas = (apps, checks, deployments, git_data, issues, organisations, protection, pulls, repositories, rulesets)
    return [module.routes for module in areas]
