"""The search for secrets in the stories' output finds what it is for, and does not repeat it."""

from __future__ import annotations

import pytest
from tests.stories.secrecy import secrets_in

KNOWN = {"hunter2hunter2": "the webhook's secret", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ": "the private key"}


@pytest.mark.parametrize(
    "written",
    [
        '{"event": "webhook", "said": "hunter2hunter2"}',
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ",
        "GET /repos?token=ghs_0123456789abcdefghijklmnop",
        "Authorization: Bearer 0123456789abcdefghijklmnop",
        "url = https://x-access-token:0123456789abcdef@github.com/acme/orders",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_a_secret_is_found_and_named(written: str) -> None:
    found = secrets_in(written, KNOWN)
    assert found and not any(secret in one for secret in KNOWN for one in found)


@pytest.mark.parametrize("written", ["", "the secret PAGER_PAYMENTS is not set", "Bearer ***", "gh_pages", "ghs_…"])
def test_a_name_of_a_secret_is_none(written: str) -> None:
    assert secrets_in(written, KNOWN) == []
