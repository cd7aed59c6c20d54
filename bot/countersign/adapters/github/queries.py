"""What we ask GraphQL. Names as in GitHub's public schema, against which a test validates every query here.

Nodes asked for: at most 6,100 (`OPEN_PULL_REQUESTS`) and 10,050 (`TEAMS`); GitHub refuses above 500,000.
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

OPEN_PULL_REQUESTS = f"""
query OpenPullRequests($owner: String!, $name: String!, $app: Int!, $check: String!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequests(states: OPEN, first: 50, after: $after, orderBy: {{field: CREATED_AT, direction: ASC}}) {{
      {_PAGE_INFO}
      nodes {{
        number headRefOid baseRefName isDraft isCrossRepository updatedAt
        author {{ login }}
        reviews(first: 100) {{ {_REVIEWS} }}
        commits(last: 1) {{
          nodes {{
            commit {{
              oid
              checkSuites(first: 10, filterBy: {{appId: $app}}) {{
                nodes {{ checkRuns(first: 1, filterBy: {{checkName: $check}}) {{ totalCount }} }}
              }}
            }}
          }}
        }}
      }}
    }}
  }}
}}
"""

_TEAM = f"""
combinedSlug privacy
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
