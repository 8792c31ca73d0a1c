"""What whoever runs the service may decide: read once from the environment or a `.env` file, then frozen.

The page docs/settings.md documents every one of them; a test holds the two together. A wrong setting stops the
start, and all wrong settings are told at once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from dotenv import dotenv_values
from environs import Env, EnvValidationError
from marshmallow import ValidationError
from marshmallow.validate import OneOf, Range, Regexp

from issuer.addresses import base_url, broker_url, database_url, is_loopback, smtp_url
from issuer.fault import Fault, Refused
from templates import LANGUAGES

PREFIX: Final = "ATTESTATO_"
PROCESSES_MOST: Final = 8
"""Processes that answer requests unless told otherwise; each takes some 150 MiB."""
ROLES: Final = ("issuer", "verifier")
"""What one installation can be: who issues, who verifies, or both."""

NAMES: Final = (
    "DATA", "DATABASE_URL", "BASE_URL", "KEK_FILE", "BROKER_URL", "SMTP_URL",
    "HOST", "PORT", "WORKERS", "PROXIES", "FETCH_LOOPBACK", "LANGUAGE", "ROLES",
    "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET_FILE",
    "KNOWN_ISSUERS", "REGISTRIES", "PRINTS_MIB", "WORKER_PROCESSES", "QUEUE",
)  # fmt: skip
"""Every setting there is, without the prefix."""

QUEUE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}", re.ASCII)
"""What the name of a queue may be."""


@dataclass(frozen=True)
class Settings:
    """The settings of one installation, checked; paths are absolute, `base_url` has no slash at its end."""

    data: Path
    database_url: str = field(repr=False)
    base_url: str
    kek_file: Path
    broker_url: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    proxies: int = 0
    fetch_loopback: bool = False
    language: str = "en"
    roles: tuple[str, ...] = ROLES
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret_file: Path | None = None
    known_issuers: Path | None = None
    registries: tuple[Path, ...] = ()
    prints_mib: int = 2048
    worker_processes: int = 0
    queue: str = "attestato"

    @property
    def practice(self) -> bool:
        """Whether the base URL is on loopback, so that nothing issued here leads anywhere else."""
        return is_loopback(self.base_url)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> Settings:
        """Read `environ`, else the process's environment over `.env` in the current folder.

        Raises Refused with every fault; the column of a fault is the setting's name.
        """
        if environ is None:
            filed = dotenv_values(env_file or Path(".env"), interpolate=False)
            strangers = [
                Fault("setting_unknown", column=name, values={"setting": name})
                for name in filed
                if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in NAMES
            ]
            environ = {name: value for name, value in filed.items() if value} | dict(os.environ)
            return _read(environ, strangers)
        return _read(environ, [])


class _Mapped(Env):
    """An environment that is a mapping; a name without a value counts as absent."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(eager=False, prefix=PREFIX)
        self.environ = environ

    def _get_value(self, env_key: str, default: Any) -> Any:
        return self.environ.get(env_key, "").strip() or default


def _read(environ: Mapping[str, str], faults: list[Fault]) -> Settings:
    env = _Mapped(environ)
    yes_or_no: dict[str, Any] = {"error_messages": {"invalid": "setting_yes_no"}}
    whole = {"error_messages": {"invalid": "setting_number"}}
    data = Path(env.str("DATA", "./instance")).expanduser().absolute()
    values: dict[str, Any] = {
        "data": data,
        "database_url": env.str("DATABASE_URL", f"sqlite:///{data / 'attestato.sqlite3'}", validate=_by(database_url)),
        "base_url": env.str("BASE_URL", "http://localhost:8000", validate=_by(base_url)),
        "kek_file": Path(env.str("KEK_FILE", f"{data}.kek")).expanduser().absolute(),
        "broker_url": env.str("BROKER_URL", None, validate=_by(broker_url)),
        "smtp_url": env.str("SMTP_URL", None, validate=_by(smtp_url)),
        "host": env.str("HOST", "127.0.0.1"),
        "port": env.int("PORT", 8000, validate=Range(1, 65535, error="setting_port"), **whole),
        "workers": env.int("WORKERS", _processes(), validate=Range(1, 256, error="setting_workers"), **whole),
        "proxies": env.int("PROXIES", 0, validate=Range(0, 8, error="setting_proxies"), **whole),
        "fetch_loopback": env.bool("FETCH_LOOPBACK", False, **yes_or_no),
        "language": env.str("LANGUAGE", "en", validate=OneOf(LANGUAGES, error="setting_language")),
        "roles": env.str("ROLES", ",".join(ROLES), validate=_by(_roles)),
        "oidc_issuer": env.str("OIDC_ISSUER", None),
        "oidc_client_id": env.str("OIDC_CLIENT_ID", None),
        "oidc_client_secret_file": _file(env.str("OIDC_CLIENT_SECRET_FILE", None)),
        "known_issuers": _file(env.str("KNOWN_ISSUERS", None)),
        "prints_mib": env.int("PRINTS_MIB", 2048, validate=Range(64, 2**20, error="setting_prints"), **whole),
        "worker_processes": env.int(
            "WORKER_PROCESSES", 0, validate=Range(0, 256, error="setting_worker_processes"), **whole
        ),
        "queue": env.str("QUEUE", "attestato", validate=Regexp(QUEUE, error="setting_queue")),
        "registries": tuple(filter(None, map(_file, env.str("REGISTRIES", "").split(",")))),
    }
    faults = faults + _sealed(env, environ) + _kek_faults(data, values["kek_file"]) + _broker_faults(values)
    faults += _oidc_faults(values)
    if faults:
        raise Refused(*faults)
    values["base_url"] = base_url(values["base_url"])
    values["database_url"] = database_url(values["database_url"])
    values["roles"] = _roles(values["roles"])
    return Settings(**values)


def _processes() -> int:
    """Return how many processes answer requests unless told otherwise: one for each core that we may use."""
    return min(len(os.sched_getaffinity(0)), PROCESSES_MOST)


def _file(text: str | None) -> Path | None:
    return Path(text.strip()).expanduser().absolute() if text and text.strip() else None


def _roles(text: str) -> tuple[str, ...]:
    named = {role.strip() for role in text.split(",")}
    if not named <= set(ROLES):
        raise ValueError("setting_roles")
    return tuple(role for role in ROLES if role in named)


def _by(check: Any) -> Any:
    """Turn a function that raises ValueError(code) into a validator, whose message is that code."""

    def validate(value: str | None) -> None:
        try:
            if value is not None:
                check(value)
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault

    return validate


def _sealed(env: _Mapped, environ: Mapping[str, str]) -> list[Fault]:
    try:
        env.seal()
    except EnvValidationError as wrong:
        found = wrong.error_messages if isinstance(wrong.error_messages, Mapping) else {}
        return [
            Fault(code, column=name, values={"setting": name, "value": _shown(name, environ)})
            for name, codes in found.items()
            for code in codes
        ]
    return []


def _shown(name: str, environ: Mapping[str, str]) -> str:
    """Return the value as it may be told: addresses with a user and a password never are."""
    secret = name.removeprefix(PREFIX) in ("DATABASE_URL", "BROKER_URL", "SMTP_URL")
    return "…" if secret else environ.get(name, "")


def _kek_faults(data: Path, kek_file: Path) -> list[Fault]:
    """The key that opens the keys does not lie in the folder that is copied and backed up."""
    if kek_file.resolve().is_relative_to(data.resolve()):
        name = f"{PREFIX}KEK_FILE"
        return [Fault("setting_kek_inside", column=name, values={"setting": name, "value": str(kek_file)})]
    return []


def _broker_faults(values: Mapping[str, Any]) -> list[Fault]:
    """A broker is for several machines, and an SQLite file is on one."""
    if values["broker_url"] and str(values["database_url"]).startswith("sqlite"):
        name = f"{PREFIX}BROKER_URL"
        return [
            Fault("setting_broker_sqlite", column=name, values={"setting": name, "database": f"{PREFIX}DATABASE_URL"})
        ]
    return []


def _oidc_faults(values: Mapping[str, Any]) -> list[Fault]:
    """A provider has an address over https, and knows us by a name; the secret lies in a file that can be read."""
    issuer, client, secret = (values[name] for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret_file"))
    parts = urlsplit(issuer or "")
    here = values["fetch_loopback"] and parts.scheme == "http" and parts.hostname == "localhost"
    plain = bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)
    wrong = []
    if bool(issuer) != bool(client) or (secret and not issuer):
        wrong.append(("OIDC_CLIENT_ID" if issuer else "OIDC_ISSUER", "setting_oidc_both"))
    if issuer and not (plain and (parts.scheme == "https" or here)):
        wrong.append(("OIDC_ISSUER", "setting_oidc_issuer"))
    if secret and not os.access(secret, os.R_OK):
        wrong.append(("OIDC_CLIENT_SECRET_FILE", "setting_oidc_secret"))
    return [Fault(code, column=PREFIX + name, values={"setting": PREFIX + name}) for name, code in wrong]
