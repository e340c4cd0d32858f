"""Backups: one self-describing file of a whole store, restored only when it is intact and one of ours."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import URL, make_url, select

from data.messages import sentence
from data.tables.audit import Action
from data.tables.engine import head, revisions
from data.tables.schema import audit
from data.upkeep.dumps import BackupError, dump_of
from data.version import VERSION
from data.viewers import SYSTEM
from data.writing.store import Store

__all__ = ["BackupError", "Manifest", "backup", "restore"]

_FORMAT = "theo-doi-chi-tieu backup 1"
_MANIFEST, _PAYLOAD = "manifest.json", "store"
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A backup's description of itself; `log_head` is the hash of an audit entry that it contains."""

    format: str
    kind: str
    revision: str
    made_at: str
    log_head: str
    sha256: str


def backup(store: Store, target: Path, programs: Path | None = None) -> Manifest:
    """Writes a backup while others read and write; the file appears complete or not at all, readable by its owner only.

    Raises:
        BackupError: the file exists already, or the database cannot be copied.
    """
    if target.exists():
        raise BackupError(sentence("backup.exists", path=target))
    target.parent.mkdir(parents=True, exist_ok=True)
    now = store.now()
    store.log(Action.EXPORTED, viewer=SYSTEM, subject=f"backup {target.name}", details={})
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        payload, whole = Path(folder, _PAYLOAD), Path(folder, "whole")
        # Read before copying, since others may append to the log meanwhile: the copy contains this entry for certain.
        dump, log_head = dump_of(store.engine.url, programs), _log_head(store)
        dump.write(payload)
        manifest = Manifest(
            format=_FORMAT,
            kind=dump.kind,
            revision=head(),
            made_at=now.isoformat(timespec="seconds"),
            log_head=log_head,
            sha256=_sha256(payload),
        )
        whole.touch(mode=0o600)
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as container:
            container.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
            container.write(payload, _PAYLOAD)
        whole.rename(target)
    return manifest


def restore(
    url: str, source: Path, *, at: datetime, force: bool = False, programs: Path | None = None
) -> tuple[Manifest, str]:
    """Replaces a store that is not in use with a backup; returns where the old one, if any, is kept.

    Raises:
        BackupError: the file is damaged, not a backup, of another kind of database or of a newer version; the store is
            not empty and `force` is not given; or the store is in use.
    """
    address: URL = make_url(url)
    dump = dump_of(address, programs)
    with _extracted(source) as (manifest, payload):
        if manifest.kind != dump.kind:
            raise BackupError(sentence("backup.other_kind", kind=manifest.kind, store=dump.kind))
        if manifest.revision not in revisions():
            versions = {"found": manifest.revision, "known": head(), "version": VERSION}
            raise BackupError(sentence("backup.newer", **versions))
        if not dump.is_empty() and not force:
            raise BackupError(sentence("backup.not_empty"))
        return manifest, dump.read(payload, f"before_{at:%Y%m%d_%H%M%S}")


@contextmanager
def _extracted(source: Path) -> Iterator[tuple[Manifest, Path]]:
    """Extracts the manifest and the payload, after checking the payload against the manifest's hash."""
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        payload = Path(folder, _PAYLOAD)
        try:
            with zipfile.ZipFile(source) as container:
                manifest = Manifest(**json.loads(container.read(_MANIFEST)))
                with container.open(_PAYLOAD) as packed, payload.open("wb") as plain:
                    found = _copy(packed, plain)
        except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as fault:
            raise BackupError(sentence("backup.none", path=source, fault=fault)) from fault
        if manifest.format != _FORMAT or found != manifest.sha256:
            raise BackupError(sentence("backup.digest", path=source))
        yield manifest, payload


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _log_head(store: Store) -> str:
    with store.engine.connect() as connection:
        newest = select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)
        return str(connection.execute(newest).scalar() or "")
