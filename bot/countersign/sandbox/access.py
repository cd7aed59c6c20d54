"""Who asks, and what they may do."""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass, field

import jwt

from countersign.sandbox.errors import Refused, forbidden, not_found
from countersign.sandbox.nouns import ROLES, App, Installation, Organisation, Repository, User
from countersign.sandbox.world import World

_LEVELS = {"none": 0, "read": 1, "write": 2, "admin": 3}
#: GitHub allows a JWT at most ten minutes, and a minute for clocks that differ.
_JWT_SECONDS = 600
_SKEW = 60


@dataclass(frozen=True)
class Actor:
    """kind: ``user``, ``installation``, ``app``, ``anonymous``, or ``authorised``: a person through an App, who only says who that is.

    login: whose name appears on what is done.
    repositories: ids an installation's token is limited to, None if it is not.
    """

    kind: str
    login: str = ""
    app: App | None = None
    installation: Installation | None = None
    repositories: frozenset[int] | None = None
    permissions: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """For the call log."""
        if self.kind == "installation" and self.installation:
            return f"installation:{self.installation.id}"
        if self.kind == "app" and self.app:
            return f"app:{self.app.id}"
        return f"{self.kind}:{self.login}" if self.login else "anonymous"


ANONYMOUS = Actor("anonymous")


def authenticate(world: World, header: str) -> Actor:
    """The actor of an ``Authorization`` header; 401 if it is there and wrong."""
    if not header:
        return ANONYMOUS
    scheme, _, value = header.partition(" ")
    value = value.strip()
    if scheme.lower() == "basic":
        value = _password(value)
    elif scheme.lower() not in ("bearer", "token"):
        raise _bad_credentials()
    if value.count(".") == 2 and scheme.lower() == "bearer":
        return _app(world, value)
    for user in world.users.values():
        if user.token and user.token == value:
            return as_user(user)
    authorised = world.user_tokens.get(value)
    if authorised is not None and authorised.expires > time.time():
        return Actor("authorised", world.user(authorised.login).login)
    token = world.installation_tokens.get(value)
    if token is None or token.expires <= time.time() or token.installation not in world.installations:
        raise _bad_credentials()
    installation = world.installation(token.installation)
    if installation.suspended:
        raise forbidden("This installation has been suspended")
    app = world.app(installation.app)
    return Actor("installation", world.bot(app).login, app, installation, token.repositories, token.permissions)


def as_user(user: User) -> Actor:
    return Actor("user", user.login)


def _password(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        raise _bad_credentials() from None


def _bad_credentials() -> Refused:
    return Refused(401, "Bad credentials")


def _app(world: World, token: str) -> Actor:
    """Verified as GitHub does: RS256 by the App's key, not expired, at most ten minutes ahead, not issued in the future."""
    try:
        issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss", ""))
        app = world.apps[int(issuer)]
        claims = jwt.decode(
            token, app.public_key, algorithms=["RS256"], leeway=_SKEW, options={"require": ["exp", "iat", "iss"], "verify_iss": False}
        )
    except (jwt.PyJWTError, ValueError, KeyError):
        raise Refused(401, "A JSON web token could not be decoded") from None
    if claims["exp"] - time.time() > _JWT_SECONDS + _SKEW:
        raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")
    return Actor("app", app=app)


def role_of(world: World, login: str, repository: Repository) -> str:
    """A person's role in a repository: the best of ownership, membership, teams and collaboration."""
    roles = ["none" if repository.private else "read", repository.collaborators.get(login.lower(), "none")]
    owner = world.account(repository.owner)
    if owner.login.lower() == login.lower():
        roles.append("admin")
    if isinstance(owner, Organisation):
        if login.lower() in owner.owners:
            roles.append("admin")
        if login.lower() in owner.members:
            roles.append(owner.base_role)
        for team in world.teams_in(owner.login):
            if login.lower() in (member.lower() for member in world.people_of(team)):
                roles.append(team_role(world, owner.login, team.slug, repository))
    return max(roles, key=ROLES.index)


def team_role(world: World, organisation: str, slug: str, repository: Repository) -> str:
    """A team's role in a repository, inherited from its parents; ``none`` if it was never given access."""
    team = world.team(organisation, slug)
    return max((above.repositories.get(repository.id, "none") for above in world.lineage(team)), key=ROLES.index)


def is_collaborator(world: World, login: str, repository: Repository) -> bool:
    """Whether a review may be asked of this person: access by name, team or membership, not merely because all may read."""
    owner = world.account(repository.owner)
    member = isinstance(owner, Organisation) and login.lower() in owner.members
    return role_of(world, login, repository) != "none" and (
        member or login.lower() in repository.collaborators or owner.login.lower() == login.lower()
    )


def allow(world: World, actor: Actor, repository: Repository, *, app: dict[str, str], user: str | None = "read") -> None:
    """Let the actor pass, or raise 401, 403 or 404.

    app: permissions of which an installation needs one; empty if Apps may not. user: the role a person needs, None if people may not.
    """
    if actor.kind == "installation":
        assert actor.installation is not None
        inside = world.covers(actor.installation, repository) and (actor.repositories is None or repository.id in actor.repositories)
        if not inside:
            raise not_found()
        if not any(_LEVELS[actor.permissions.get(name, "none")] >= _LEVELS[level] for name, level in app.items()):
            raise forbidden()
        return
    if actor.kind == "app":
        raise Refused(401, "A JSON web token may only be used on the App's own endpoints")
    role = role_of(world, actor.login, repository) if actor.kind == "user" else ("none" if repository.private else "read")
    if role == "none":
        raise not_found()
    if user is None:
        raise forbidden("You must authenticate via a GitHub App.")
    if actor.kind == "anonymous" and user != "read":
        raise Refused(401, "Requires authentication")
    if ROLES.index(role) < ROLES.index(user):
        raise forbidden(f"You need the {user} role in this repository")


def allow_organisation(world: World, actor: Actor, organisation: Organisation, resource: str = "members") -> None:
    """Members and installations with the permission may look into an organisation."""
    if actor.kind == "installation":
        assert actor.installation is not None
        if actor.installation.account.lower() != organisation.login.lower():
            raise not_found()
        if actor.permissions.get(resource, "none") == "none":
            raise forbidden()
    elif actor.kind != "user" or actor.login.lower() not in organisation.members:
        raise not_found()


def signed_in(actor: Actor) -> str:
    """The login that acts, or 401."""
    if not actor.login:
        raise Refused(401, "Requires authentication")
    return actor.login
