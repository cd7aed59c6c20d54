"""The sandbox's nouns in GitHub's JSON. The names and required members are those of GitHub's OpenAPI description."""
