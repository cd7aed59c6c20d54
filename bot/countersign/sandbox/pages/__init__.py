from flask import Blueprint


def blueprints() -> list[Blueprint]:
    return []
