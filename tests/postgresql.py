"""A private PostgreSQL for the tests: Debian's server on a socket and port of its own, gone with the run."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port


def programs() -> Path:
    """The folder of initdb and postgres: the newest that Debian has installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    assert found, "PostgreSQL is not installed: apt-get install postgresql-17 postgresql-17-pgvector"
    return found[-1].parent


@contextmanager
def server() -> Iterator[str]:
    """Runs a server; gives the address of its database ``postgres``."""
    # The server refuses to run as root: Debian's package brings a user for it.
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
    data, port = folder / "data", free_port()
    as_user = {"user": user, "cwd": folder, "env": {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    init = [programs() / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(init, check=True, **quiet, **as_user)  # type: ignore[call-overload]
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off"}
    command = [programs() / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    flags = " ".join(f"-c {name}={value}" for name, value in options.items())
    subprocess.run([*command, "-o", flags, "start"], check=True, **quiet, **as_user)  # type: ignore[call-overload]
    try:
        yield f"postgresql://tests@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*command, "-m", "immediate", "stop"], check=True, **quiet, **as_user)  # type: ignore[call-overload]
        shutil.rmtree(folder)
