"""What we ask GraphQL. Names as in GitHub's public schema, against which a test validates every query here.

Nodes asked for: at most 51,500 (`open_pull_requests_of` 25 repositories) and 10,050 (`TEAMS`); GitHub refuses above 500,000.
An hour's limit of 5,000 points counts what a query could need, whatever there is: a hundredth of one lookup for each list, and for each
list within each row of another. Twenty pull requests of 25 repositories are 15 points: 1, and 3 for each of 20, times 25, by 100.
"""

from __future__ import annotations

_PAGE_INFO = "pageInfo { hasNextPage endCursor }"

# fullDatabaseId is the id that webhooks and REST give; the old databaseId has 32 bits only.
_REVIEWS = f"""
{_PAGE_INFO}
nodes {{ fullDatabaseId author {{ __typename login ... on User {{ databaseId }} }} state body submittedAt url commit {{ oid }} }}
"""

CONFIRM = f"""
query Confirm($owner: String!, $name: String!, $number: Int!, $reviews: String, $commits: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{
      headRefOid baseRefName state isDraft
      reviews(first: 100, after: $reviews) {{ {_REVIEWS} }}
      commits(first: 100, after: $commits) {{
        totalCount {_PAGE_INFO}
        nodes {{ commit {{ author {{ user {{ login }} }} committer {{ email user {{ login }} }} }} }}
      }}
    }}
  }}
}}
"""

REVIEWS = f"""
query Reviews($owner: String!, $name: String!, $number: Int!, $reviews: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{ reviews(first: 100, after: $reviews) {{ {_REVIEWS} }} }}
  }}
}}
"""

_OPEN = f"""
{_PAGE_INFO}
nodes {{
  number headRefOid baseRefName isDraft isCrossRepository updatedAt
  author {{ login }}
  reviews(first: 100) {{ {_REVIEWS} }}
  commits(last: 1) {{
    nodes {{ commit {{ oid checkSuites(first: 1, filterBy: {{appId: $app, checkName: $check}}) {{ nodes {{ id }} }} }} }}
  }}
}}
"""
_ORDER = "orderBy: {field: CREATED_AT, direction: ASC}"

OPEN_PULL_REQUESTS = f"""
query OpenPullRequests($owner: String!, $name: String!, $app: Int!, $check: String!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequests(states: OPEN, first: 50, after: $after, {_ORDER}) {{ {_OPEN} }}
  }}
}}
"""

ENDED_PULL_REQUESTS = f"""
query EndedPullRequests($owner: String!, $name: String!, $app: Int!, $check: String!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequests(states: [MERGED, CLOSED], first: 50, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}) {{
      {_PAGE_INFO}
      nodes {{
        number headRefOid baseRefName isDraft isCrossRepository url updatedAt closedAt mergedAt
        author {{ login }}
        mergedBy {{ login }}
        mergeCommit {{ oid }}
        reviews(first: 100) {{ {_REVIEWS} }}
        commits(last: 1) {{
          nodes {{
            commit {{
              oid
              checkSuites(first: 1, filterBy: {{appId: $app, checkName: $check}}) {{
                nodes {{ checkRuns(first: 1, filterBy: {{checkName: $check, checkType: LATEST}}) {{ nodes {{ conclusion }} }} }}
              }}
            }}
          }}
        }}
      }}
    }}
  }}
}}
"""


def open_pull_requests_of(count: int) -> str:
    """Of several repositories, as ``r0``, ``r1``, …; each has its own ``$owner0``, ``$name0`` and ``$after0``."""
    variables = " ".join(f"$owner{n}: String!, $name{n}: String!, $after{n}: String" for n in range(count))
    parts = "\n".join(
        f"r{n}: repository(owner: $owner{n}, name: $name{n})"
        f" {{ pullRequests(states: OPEN, first: 20, after: $after{n}, {_ORDER}) {{ ...Open }} }}"
        for n in range(count)
    )
    return f"""
query OpenPullRequestsOf($app: Int!, $check: String!, {variables}) {{
{parts}
}}
fragment Open on PullRequestConnection {{ {_OPEN} }}
"""


_TEAM = f"""
databaseId combinedSlug privacy
parentTeam {{ combinedSlug }}
members(first: 100, after: $members, membership: IMMEDIATE) {{ {_PAGE_INFO} nodes {{ login databaseId }} }}
repositories(first: 100, after: $repositories) {{ {_PAGE_INFO} edges {{ permission node {{ nameWithOwner }} }} }}
"""

TEAMS = f"""
query Teams($organisation: String!, $after: String, $members: String, $repositories: String) {{
  organization(login: $organisation) {{
    teams(first: 50, after: $after) {{ {_PAGE_INFO} nodes {{ {_TEAM} }} }}
  }}
}}
"""

TEAM = f"""
query Team($organisation: String!, $slug: String!, $members: String, $repositories: String) {{
  organization(login: $organisation) {{
    team(slug: $slug) {{ {_TEAM} }}
  }}
}}
"""
