"""GitHub's CODEOWNERS file."""

from __future__ import annotations

from countersign.policy import codeowners

TEXT = r"""
# who owns what
*                 @acme/everybody
*.sql             @acme/warehouse dba@acme.example   # mail names nobody here
/contracts/       @acme/payments @lena
contracts/drafts/
/with\ space.yaml @acme/spaces
!contracts/x.yaml @acme/never
[ab].sql          @acme/never
mail.txt          someone@acme.example
"""


def test_the_last_line_that_matches_names_the_owners() -> None:
    owners = codeowners(TEXT)
    assert owners("README.md") == ("@acme/everybody",)
    assert owners("a/b.sql") == ("@acme/warehouse",)
    assert owners("contracts/orders.odcs.yaml") == ("@acme/payments", "@lena")


def test_a_line_without_owners_takes_them_away() -> None:
    assert codeowners(TEXT)("contracts/drafts/new.yaml") == ()


def test_an_escaped_space_belongs_to_the_pattern() -> None:
    assert codeowners(TEXT)("with space.yaml") == ("@acme/spaces",)


def test_lines_that_github_calls_invalid_are_passed_over() -> None:
    assert codeowners(TEXT)("contracts/x.yaml") == ("@acme/payments", "@lena")
    assert codeowners(TEXT)("a.sql") == ("@acme/warehouse",)


def test_a_mail_address_names_nobody() -> None:
    assert codeowners(TEXT)("mail.txt") == ()


def test_an_empty_file_names_nobody() -> None:
    assert codeowners("")("README.md") == ()
