"""Settings of one installation, read from the environment once, at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data lives and how the pages are reached.

    `owner_url` is the same database for the role that owns the tables, where that is another role.
    """

    home: Path
    database_url: str
    owner_url: str
    keys_url: str
    kek_file: Path
    anchors: Path
    anchor_key: Path
    passphrase_file: Path | None = None
    base_url: str | None = None
    proxies: int = 0
    demo: bool = False

    @classmethod
    def at(cls, home: Path, environ: Mapping[str, str] | None = None, *, demo: bool = False) -> Settings:
        """Settings for the data folder `home`; URLs from `environ` win over the embedded files."""
        given = {} if environ is None else environ
        keys = home / "keys"
        database = _driver(given.get("GEZINSCOACH_DATABASE_URL") or f"sqlite:///{home / 'gezinscoach.db'}")
        return cls(
            home=home,
            database_url=database,
            owner_url=_driver(given.get("GEZINSCOACH_DATABASE_OWNER_URL") or database),
            keys_url=_driver(given.get("GEZINSCOACH_KEYS_URL") or f"sqlite:///{keys / 'keys.db'}"),
            kek_file=Path(given.get("GEZINSCOACH_KEK_FILE") or keys / "kek"),
            passphrase_file=Path(held) if (held := given.get("GEZINSCOACH_KEK_PASSPHRASE_FILE")) else None,
            anchors=Path(given.get("GEZINSCOACH_ANCHORS") or home / "anchors"),
            anchor_key=Path(given.get("GEZINSCOACH_ANCHOR_KEY") or keys / "anchor"),
            base_url=(given.get("GEZINSCOACH_URL") or "").rstrip("/") or None,
            proxies=int(given.get("GEZINSCOACH_PROXIES") or 0),
            demo=demo,
        )

    @classmethod
    def from_environment(cls) -> Settings:
        """Settings of this process: GEZINSCOACH_HOME, else the data folder of the user."""
        home = os.environ.get("GEZINSCOACH_HOME")
        return cls.at(
            Path(home).expanduser().absolute() if home else user_data_path("gezinscoach"), os.environ
        )

    @property
    def secret_file(self) -> Path:
        """The file of the secret that signs cookies."""
        return self.home / "keys" / "cookies"

    @property
    def key_backups(self) -> Path:
        """The folder of the short-lived backups of the key store."""
        return self.home / "keys" / "backups"

    @property
    def hash_cost_file(self) -> Path:
        """The file with what a password hash may cost on this machine."""
        return self.home / "argon2.toml"


def _driver(url: str) -> str:
    """The same address with the driver that is installed named."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def private_folder(path: Path) -> Path:
    """Make a folder that its owner alone can enter, and return it."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


def private_file(path: Path, content: bytes) -> Path:
    """Write a new file that its owner alone can read; FileExistsError when it is there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return path
