"""The verbs: gather facts through ports, call one gate, return or carry out its commands."""
