"""API tokens: only their hashes are stored; each has scopes and an expiry date and can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, insert, select, update

from data.messages import sentence
from data.people.accounts import Account, AccountError, Accounts
from data.tables import audit
from data.tables.audit import Action
from data.tables.engine import writing
from data.tables.schema import tokens
from data.viewers import SYSTEM, OutOfScope, Role, Scope, Viewer
from data.writing.store import Store

_PREFIX = "dv_"
_LONGEST = 366
# Last use is recorded at most this often, so that a client polling every second does not write every second.
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token, without its secret."""

    id: int
    account: str
    title: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


class Tokens:
    """The tokens of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def issue(
        self, account: str, title: str, scopes: Iterable[Scope], days: int, *, viewer: Viewer = SYSTEM
    ) -> tuple[Token, str]:
        """Issues a token and its secret, which is not stored and cannot be shown again.

        Raises:
            AccountError: no account has that name, or title, scopes or days are invalid.
            OutOfScope: only an administrator may.
        """
        _require_administrator(viewer)
        wanted = frozenset(scopes)
        if not title.strip() or not wanted or not 1 <= days <= _LONGEST:
            raise AccountError(sentence("token.declared", longest=_LONGEST))
        if Accounts(self._store).get(account) is None:
            raise AccountError(sentence("account.unknown", name=account))
        secret, now = _PREFIX + secrets.token_urlsafe(32), self._store.now()
        with writing(self._store.engine) as connection:
            row = connection.execute(
                insert(tokens)
                .values(
                    account=account,
                    title=title.strip(),
                    secret_hash=_hashed(secret),
                    scopes=" ".join(sorted(wanted)),
                    created_at=now,
                    expires_at=now + timedelta(days=days),
                )
                .returning(tokens)
            ).mappings()
            made = _token(row.one())
            details = {"token": made.id, "issued": sorted(wanted), "days": days}
            audit.append(connection, at=now, actor=viewer.name, action=Action.TOKEN, subject=account, details=details)
        return made, secret

    def check(self, secret: str, scope: Scope) -> Viewer | None:
        """The viewer of a valid token with the scope, its account not disabled; None otherwise."""
        now = self._store.now()
        with self._store.engine.connect() as connection:
            query = select(tokens).where(tokens.c.secret_hash == _hashed(secret))
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        token, account = _token(row), Accounts(self._store).get(row["account"])
        if not _in_force(token, account, now) or scope not in token.scopes or account is None:
            return None
        if token.used_at is None or abs(now - token.used_at) >= _NOTED_EVERY:
            self._note_use(token, now)
        return account.viewer

    def list(self, account: str | None = None) -> tuple[Token, ...]:
        """All tokens, or one account's, oldest first."""
        query = select(tokens).order_by(tokens.c.id)
        if account is not None:
            query = query.where(tokens.c.account == account)
        with self._store.engine.connect() as connection:
            return tuple(_token(row) for row in connection.execute(query).mappings())

    def revoke(self, number: int, *, viewer: Viewer = SYSTEM) -> None:
        """Revokes a token immediately.

        Raises:
            AccountError: no valid token has that number.
            OutOfScope: only an administrator may.
        """
        _require_administrator(viewer)
        now = self._store.now()
        with writing(self._store.engine) as connection:
            owner = connection.execute(
                update(tokens)
                .where(tokens.c.id == number, tokens.c.revoked_at.is_(None))
                .values(revoked_at=now)
                .returning(tokens.c.account)
            ).scalar_one_or_none()
            if owner is None:
                raise AccountError(sentence("token.unknown", number=number))
            details = {"token": number, "revoked": True}
            audit.append(connection, at=now, actor=viewer.name, action=Action.TOKEN, subject=owner, details=details)

    def _note_use(self, token: Token, now: datetime) -> None:
        with writing(self._store.engine) as connection:
            connection.execute(update(tokens).where(tokens.c.id == token.id).values(used_at=now))
            if token.used_at is None:
                audit.append(
                    connection,
                    at=now,
                    actor=token.account,
                    action=Action.TOKEN,
                    subject=token.account,
                    details={"token": token.id, "first_use": True},
                )


def _in_force(token: Token, account: Account | None, now: datetime) -> bool:
    return account is not None and not account.disabled and token.revoked_at is None and now < token.expires_at


def _require_administrator(viewer: Viewer) -> None:
    if viewer.role is not Role.ADMIN:
        raise OutOfScope(sentence("may_not.manage_tokens", name=viewer.name))


def _hashed(secret: str) -> str:
    # A secret of 256 random bits needs no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: RowMapping) -> Token:
    return Token(
        id=row["id"],
        account=row["account"],
        title=row["title"],
        scopes=frozenset(map(Scope, row["scopes"].split())),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        used_at=row["used_at"],
    )
