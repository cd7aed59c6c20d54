"""Tokens are few, small, short-lived, and for one repository."""

import threading
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from countersign.adapters.github import AppSettings, GitHubApp
from countersign.ports import GitHubTrouble

SHA = "b" * 40


def pulls(name):
    return f"/repos/acme/{name}/commits/{SHA}/pulls"


@pytest.fixture
def wall():
    return [1_800_000_000.0]


@pytest.fixture
def timed(settings, wall):
    client = GitHubApp(settings, installation_of=lambda _: 9, wall=lambda: wall[0])
    yield client
    client.close()


def test_a_token_is_for_one_repository_and_for_no_more_than_judging_needs(github, fake):
    fake.on("GET", pulls("orders"), (200, []))
    github.pull_requests_of("acme/orders", SHA)
    [minted] = fake.minted
    assert minted.path == "/app/installations/9/access_tokens"
    assert minted.body == {
        "repositories": ["orders"],
        "permissions": {
            "checks": "write",
            "contents": "read",
            "issues": "write",
            "members": "read",
            "metadata": "read",
            "pull_requests": "write",
        },
    }


def test_the_app_signs_for_its_tokens_with_its_key(github, fake, private_key):
    fake.on("GET", pulls("orders"), (200, []))
    github.pull_requests_of("acme/orders", SHA)
    public = load_pem_private_key(private_key, None).public_key()
    claims = jwt.decode(fake.minted[0].token, public, algorithms=["RS256"])
    assert claims["iss"] == "4711"
    assert claims["exp"] - claims["iat"] <= 600, "GitHub takes ten minutes at most"


def test_one_token_serves_many_requests_and_another_repository_gets_its_own(github, fake):
    for name in ("orders", "other"):
        fake.on("GET", pulls(name), (200, []))
    for name in ("orders", "orders", "other", "orders"):
        github.pull_requests_of(f"acme/{name}", SHA)
    assert [asked.token for asked in fake.asked] == ["ghs_secret_1", "ghs_secret_1", "ghs_secret_2", "ghs_secret_1"]


def test_a_token_is_replaced_five_minutes_before_its_end(timed, fake, wall):
    fake.on("GET", pulls("orders"), (200, []))
    for seconds in (0, 3_299, 1):
        wall[0] += seconds
        timed.pull_requests_of("acme/orders", SHA)
    assert [asked.token for asked in fake.asked] == ["ghs_secret_1", "ghs_secret_1", "ghs_secret_2"]


def test_threads_that_need_the_same_token_mint_it_once(github, fake):
    fake.on("GET", pulls("orders"), (200, []))
    everybody = threading.Barrier(6)

    def ask(_):
        everybody.wait()
        return github.pull_requests_of("acme/orders", SHA)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(6)))
    assert len(fake.minted) == 1


def test_a_token_that_github_stopped_taking_is_replaced_once(github, fake):
    fake.on("GET", pulls("orders"), (401, {"message": "Bad credentials"}), (200, []))
    assert github.pull_requests_of("acme/orders", SHA) == ()
    assert [asked.token for asked in fake.asked] == ["ghs_secret_1", "ghs_secret_2"]


def test_a_token_that_is_refused_again_is_trouble(github, fake):
    fake.on("GET", pulls("orders"), (401, {"message": "Bad credentials"}))
    with pytest.raises(GitHubTrouble, match="private key"):
        github.pull_requests_of("acme/orders", SHA)
    assert len(fake.asked) == 2


def test_git_gets_a_token_that_reads_this_repository_only(github, fake):
    url, token = github.git_access("acme/orders")
    assert (url, token) == (f"{fake.url}/acme/orders.git", "ghs_secret_1")
    assert fake.minted[0].body == {"repositories": ["orders"], "permissions": {"contents": "read", "metadata": "read"}}


def test_a_repository_without_the_app_is_trouble_and_asks_nobody(github, fake):
    with pytest.raises(GitHubTrouble, match="not installed on acme/unknown") as trouble:
        github.confirm("acme/unknown", 1)
    assert trouble.value.status == 404
    assert fake.asked == fake.minted == []


@pytest.mark.parametrize(
    "key", [b"", b"not a key", b"-----BEGIN RSA PRIVATE KEY-----\nMIIsecret\n-----END RSA PRIVATE KEY-----\n", b"\xff\xfe"]
)
def test_a_key_that_cannot_sign_is_refused_at_start_without_showing_it(fake, key):
    settings = AppSettings(app_id=1, private_key=key, api_url=f"{fake.url}/api/v3")
    with pytest.raises(ValueError, match="The App's private key cannot be read") as error:
        GitHubApp(settings, installation_of=lambda _: 1)
    assert "MIIsecret" not in str(error.value) and error.value.__cause__ is None


@pytest.mark.parametrize(
    ("api_url", "web_url"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://api.github.com/", "https://github.com"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("https://github.acme.test/api/v3", "https://github.acme.test"),
        ("https://github.acme.test:8443/api/v3/", "https://github.acme.test:8443"),
        ("http://127.0.0.1:8080/api/v3", "http://127.0.0.1:8080"),
    ],
)
def test_people_and_git_find_the_same_github(private_key, api_url, web_url):
    settings = AppSettings(app_id=1, private_key=private_key, api_url=api_url)
    assert settings.web_url == web_url
    assert private_key.decode()[40:80] not in repr(settings)


@pytest.mark.parametrize(
    "api_url", ["http://github.acme.test/api/v3", "ftp://x", "github.com", "https://ann:pw@github.acme.test", "https://h/?x=1", ""]
)
def test_an_address_that_leaks_or_cannot_work_is_refused(private_key, api_url):
    with pytest.raises(ValueError, match="GitHub's API address"):
        AppSettings(app_id=1, private_key=private_key, api_url=api_url)


@pytest.mark.parametrize("proxy", ["ann:pass@127.0.0.1:9", "http://ann:pass@", "ftp://ann:pass@proxy.test"])
def test_a_proxy_that_is_no_url_is_refused_without_showing_its_password(private_key, proxy):
    with pytest.raises(ValueError, match="The proxy's address") as error:
        AppSettings(app_id=1, private_key=private_key, proxy=proxy)
    assert "pass" not in str(error.value)


def test_a_repository_that_takes_the_name_of_another_gets_a_token_of_its_own(settings, fake):
    number = [41]
    client = GitHubApp(settings, installation_of=lambda _: 9, number_of=lambda _: number[0], wall=lambda: 1_800_000_000.0)
    fake.on("GET", pulls("orders"), (200, []), (200, []), (200, []))
    client.pull_requests_of("acme/orders", SHA)
    client.pull_requests_of("acme/orders", SHA)
    number[0] = 42
    client.pull_requests_of("acme/orders", SHA)
    client.close()
    assert len(fake.minted) == 2
