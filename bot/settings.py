"""Settings of the service: environment variables with the prefix ``BOT_``, and the file ``.env``.

``docs/settings.md`` lists them; a test asserts that it names every one.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from pydantic import BaseSettings, Field, SecretStr, validator

ROOT = Path(__file__).resolve().parent.parent
"""Folder of the checkout: the data files, ``domain.yml`` and ``config.yml`` stand below it."""


class Settings(BaseSettings):
    """All settings. Paths are absolute or relative to the checkout; durations in the unit named."""

    port: int = Field(default=5005, description="Port of the service")
    host: str = Field(default="127.0.0.1", description="Address to listen on; put a proxy in front of it")
    data_dir: Path = Field(default=Path("data"), description="Folder for SQLite, media and the secret key")
    models_dir: Path = Field(default=Path("models"), description="Folder for the encoder and the Rasa model")
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL; SQLite under the data folder unless set"
    )
    redis_url: str | None = Field(
        default=None, description="Redis for the rate limits of several processes; in memory unless set"
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Key that everything personal is encrypted with; made and kept under the data folder unless set",
    )
    secret_key_previous: SecretStr | None = Field(
        default=None, description="Former keys, separated by commas: what they encrypted is still read"
    )
    identity_key: SecretStr | None = Field(
        default=None, description="Key of the ids of WeChat's visitors; the secret key unless set"
    )
    model_key: SecretStr | None = Field(
        default=None,
        description="Key that the trained model is signed with; made by `bot train` as `data/model.key` unless set",
    )
    encoder: str | None = Field(
        default=None, description="Hugging Face folder or hub name of the sentence encoder; the built-in one unless set"
    )
    encoder_threads: int = Field(default=0, description="Threads of one encoder run; 0 lets torch choose")
    rate_limit: str = Field(
        default="60/minute", description="Messages one person may send, or `off` (then sessions are not limited either)"
    )
    reading_seconds: float = Field(
        default=5.0,
        description="Seconds in which a message must be understood; past them the rules of danger answer alone, and the person is asked what was meant",
    )
    session_rate_limit: str = Field(default="300/minute", description="Sessions one address may open, or `off`")
    connections: int = Field(default=2000, description="Connections at the same time; above it idle ones are closed")
    connections_per_address: int = Field(
        default=100, description="Connections of one address at the same time; those of this machine are not counted"
    )
    streams_per_address: int = Field(default=100, description="Event streams of one address at the same time")
    calls_per_address: int = Field(
        default=30, description="Calls of one address that wait for an answer at the same time"
    )
    address_rate_limit: str = Field(
        default="600/minute",
        description="Messages that all people of one address may send together, or `off`; a hall or an office shares one",
    )
    wrong_key_limit: str = Field(
        default="10/minute", description="Wrong keys, signatures and links that one address may try, or `off`"
    )
    key_length: int = Field(
        default=16, description="Fewest characters of a key or secret of another system or person; fewer only for tests"
    )
    trusted_proxies: str | None = Field(
        default=None,
        description="Addresses or networks of the proxies before the service, separated by commas: only what they say of a caller's address is believed",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    city: Path = Field(default=Path("bot/city/lishui"), description="Folder of the city's data, with a `city.yml`")
    service_name: str = Field(default="12345 智能受理助手", description="Name of the product, as pages show it")
    hotline_holidays: Path | None = Field(
        default=None,
        description="Holidays and worked weekends that the State Council announced; the city's `holidays.yml` unless set",
    )

    ticket_backend: str = Field(
        default="local", description="`local` (embedded) or `open311` (any GeoReport v2 server)"
    )
    backend_secret: SecretStr | None = Field(
        default=None, description="Secret that the ticket backend signs its events with; none are taken unless set"
    )
    open311_url: str | None = Field(
        default=None, description="Address of the GeoReport v2 server, up to and without `/services.json`"
    )
    open311_api_key: SecretStr | None = Field(default=None, description="Our key at that server")
    open311_jurisdiction: str | None = Field(default=None, description="Its `jurisdiction_id`, where it wants one")
    open311_format: str = Field(default="json", description="`json` or `xml`, for servers that speak only one")
    open311_poll: float = Field(
        default=300.0,
        description="Seconds between two looks for progress at a server that does not report; 0 for never",
    )
    open311_keys: str | None = Field(
        default=None,
        description="Keys that may use our own GeoReport server: `name:key:scope`, several separated by commas; scopes are `file`, `read` (all cases, without the person) and `personal`, joined with `+`",
    )
    kb_keys: str | None = Field(
        default=None,
        description="Keys of the units' editors and systems for the knowledge base: `unit/person:key:scope`, several separated by commas; scopes are `read`, `write` and `publish`, joined with `+`; the unit `*` reaches every unit's articles",
    )
    kb_four_eyes: bool = Field(
        default=True, description="Whether an article is published only by somebody else than its author"
    )
    kb_index: str = Field(
        default="memory",
        description="Where the index of the knowledge base stands: `memory` (of every process, to 100,000 articles) or `postgresql` (with pgvector)",
    )
    keep_conversations: int = Field(
        default=180, ge=1, description="Days for which transcripts, brought notices and unused sessions are kept"
    )
    keep_drafts: int = Field(default=30, ge=1, description="Days for which a form that was not sent is kept")
    keep_orders: int = Field(
        default=1095, ge=31, description="Days for which a closed or withdrawn order is kept, from its last event"
    )
    keep_logs: int = Field(
        default=365, ge=180, description="Days for which records of access and observations are kept"
    )
    public_url: str | None = Field(
        default=None, description="Address at which others reach this service, for links that leave it"
    )

    media_person: int = Field(default=100, description="Megabytes of uploads of one person in a day")
    media_address: int = Field(default=500, description="Megabytes of uploads from one address in a day")
    media_total: int = Field(default=20_000, description="Megabytes of uploads in all")
    media_unfiled_days: int = Field(
        default=2, ge=2, description="Days after which an upload that was not filed is removed"
    )
    minimum_free: int = Field(
        default=200, description="Megabytes that stay free on the disk: below, no upload is taken and ready says no"
    )
    clamd: str | None = Field(
        default=None,
        description="Socket of ClamAV's clamd, a path or `host:port`; uploads are scanned for viruses if set",
    )

    class Config:
        env_prefix = "BOT_"
        env_file = ".env"

    @validator("trusted_proxies")
    def _are_networks(cls, value: str | None) -> str | None:
        for part in filter(None, map(str.strip, (value or "").split(","))):
            ip_network(part)
        return value

    @validator("ticket_backend")
    def _known_backend(cls, value: str) -> str:
        if value not in ("local", "open311"):
            raise ValueError("BOT_TICKET_BACKEND is local or open311")
        return value

    @validator("backend_secret")
    def _long_enough(cls, value: SecretStr | None, values: dict[str, Any]) -> SecretStr | None:
        if value and value.get_secret_value() and len(value.get_secret_value()) < values["key_length"]:
            raise ValueError(f"BOT_BACKEND_SECRET has fewer than {values['key_length']} characters")
        return value

    @validator("kb_index")
    def _known_index(cls, value: str, values: dict[str, Any]) -> str:
        if value not in ("memory", "postgresql"):
            raise ValueError("BOT_KB_INDEX is memory or postgresql")
        if value == "postgresql" and not (values.get("database_url") or "").startswith("postgresql"):
            raise ValueError("BOT_KB_INDEX=postgresql needs a BOT_DATABASE_URL that begins with postgresql://")
        return value

    @validator("open311_format")
    def _known_format(cls, value: str) -> str:
        if value not in ("json", "xml"):
            raise ValueError("BOT_OPEN311_FORMAT is json or xml")
        return value

    @validator("data_dir", "models_dir", "city", "hotline_holidays")
    def _below_root(cls, value: Path | None) -> Path | None:
        return value if value is None or value.is_absolute() else ROOT / value

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the store in use."""
        if self.database_url:
            return self.database_url
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return f"sqlite:///{self.data_dir / 'hotline.db'}"

    def key(self) -> str:
        """The secret key: from the environment, or from ``data/secret.key``, made on first use."""
        if self.secret_key:
            return self.secret_key.get_secret_value()
        path = self.data_dir / "secret.key"
        _make_key(path)
        key = path.read_text().strip()
        if not key:
            raise RuntimeError(f"{path} is empty: put the secret key back from a backup, or set BOT_SECRET_KEY")
        return key

    def model_signing_key(self, make: bool = False) -> str | None:
        """The key that signs the model: from the environment, or from ``data/model.key``, where ``make`` makes one if there
        is none. In the checkout whatever the data folder is, as the model is: several data folders may use it."""
        if self.model_key:
            return self.model_key.get_secret_value()
        path = ROOT / "data" / "model.key"
        if make:
            _make_key(path)
        return (path.read_text().strip() or None) if path.exists() else None

    def all_keys(self) -> tuple[str, ...]:
        """The secret key, then the former ones."""
        former = self.secret_key_previous.get_secret_value().split(",") if self.secret_key_previous else []
        return (self.key(), *filter(None, map(str.strip, former)))


def _make_key(path: Path) -> None:
    """Writes a new key for its owner only, unless there is one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    # Written beside and linked, so that a kill or a second process never leaves or sees an empty key.
    draft = path.with_name(f".{secrets.token_hex(8)}.key")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
