"""Settings of one installation, read from the environment once, at start."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask_babel import gettext as _
from platformdirs import user_data_path
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

DATABASES = ("sqlite", "postgresql+psycopg")
"""With the driver that is installed."""
COOKIE_BYTES = 32
"""Of the secret that signs cookies."""


class SettingWrong(Exception):
    """A setting has a value that can't be right; its text says in Dutch which one, and what it should be."""


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
        """Settings of this process: GEZINSCOACH_HOME, else the data folder of the user; or SettingWrong."""
        given = os.environ.get("GEZINSCOACH_HOME")
        home = Path(given).expanduser().absolute() if given else user_data_path("gezinscoach")
        _require_sound(os.environ, home)
        return cls.at(home, os.environ)

    @property
    def secret_file(self) -> Path:
        """The file of the secret that signs cookies."""
        return self.home / "keys" / "cookies"

    @property
    def signs_cookies(self) -> bool:
        """Whether that file holds such a secret, whole; OSError when it can't be read."""
        return self.secret_file.exists() and len(self.secret_file.read_bytes()) == COOKIE_BYTES

    @property
    def key_backups(self) -> Path:
        """The folder of the short-lived backups of the key store."""
        return self.home / "keys" / "backups"

    @property
    def hash_cost_file(self) -> Path:
        """The file with what a password hash may cost on this machine."""
        return self.home / "argon2.toml"


def _require_sound(given: Mapping[str, str], home: Path) -> None:
    """Raise SettingWrong for the first value that can't be right."""
    # There is no application yet: then `_` gives the Dutch text itself.
    proxies = given.get("GEZINSCOACH_PROXIES") or "0"
    if not re.fullmatch("[0-9]", proxies, re.ASCII):
        raise SettingWrong(
            _("GEZINSCOACH_PROXIES moet een getal zijn van 0 tot 9: hoeveel proxies er voor de server staan.")
        )
    if (url := given.get("GEZINSCOACH_URL")) and not _is_site(url):
        raise SettingWrong(
            _(
                "GEZINSCOACH_URL moet beginnen met https:// en eindigen na de naam, "
                "zoals https://gezinscoach.stad.be. Nu staat er: %(url)s",
                url=url,
            )
        )
    for name in ("GEZINSCOACH_DATABASE_URL", "GEZINSCOACH_DATABASE_OWNER_URL", "GEZINSCOACH_KEYS_URL"):
        if address := given.get(name):
            _require_database(name, address, home)
    for name, kind, wanted in (
        ("GEZINSCOACH_KEK_PASSPHRASE_FILE", Path.is_file, _("een bestand dat er is")),
        ("GEZINSCOACH_KEK_FILE", _can_be_file, _("een bestand, geen map")),
        ("GEZINSCOACH_ANCHOR_KEY", _can_be_file, _("een bestand, geen map")),
        ("GEZINSCOACH_ANCHORS", _can_be_folder, _("een map, geen bestand")),
    ):
        with suppress(PermissionError):  # who may not look there is told so by what needs the file
            if (place := given.get(name)) and not kind(Path(place)):
                raise SettingWrong(
                    _(
                        "%(name)s moet %(wanted)s noemen. Nu staat er: %(place)s",
                        name=name,
                        wanted=wanted,
                        place=place,
                    )
                )


def _is_site(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "https"
            and bool(parts.hostname)
            and parts.port != 0
            and f"https://{parts.netloc}" == url.rstrip("/")
            and "@" not in parts.netloc
            and url.isprintable()
            and " " not in url
        )
    except ValueError:
        return False


def _require_database(name: str, address: str, home: Path) -> None:
    try:
        url = make_url(_driver(address))
    except ArgumentError:
        url = None
    if url is None or url.drivername not in DATABASES or (url.drivername == "sqlite" and not url.database):
        raise SettingWrong(
            _(
                "%(name)s is geen adres van een databank die gezinscoach kent. "
                "Schrijf postgresql://GEBRUIKER:WACHTWOORD@SERVER/NAAM of sqlite:////MAP/BESTAND.",
                name=name,
            )
        )
    if url.drivername == "sqlite" and url.database:
        folder = Path(url.database).absolute().parent
        if not folder.is_dir() and not folder.is_relative_to(home):
            raise SettingWrong(
                _(
                    "%(name)s noemt een bestand in %(folder)s, en die map is er niet. "
                    "Kijk of de schijf er is, of maak de map eerst.",
                    name=name,
                    folder=folder,
                )
            )


def _can_be_file(path: Path) -> bool:
    return not path.is_dir()


def _can_be_folder(path: Path) -> bool:
    return path.is_dir() or not path.exists()


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
    """Write a new file, its owner's alone, whole or not at all; FileExistsError when it is there."""
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    return renewed_file(path, content)


def renewed_file(path: Path, content: bytes) -> Path:
    """The same, in the place of what was there."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path
