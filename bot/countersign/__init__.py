"""Countersign: no data contract changes until everyone who depends on it has countersigned."""

__version__ = "0.1.0"

#: Where the project is, and where its rules' pages are for everybody; who keeps docs of their own says so with `--rules-url`.
HOME = "https://github.com/countersign/countersign"
RULES_URL = f"{HOME}/blob/main/docs/rules"
