"""A private PostgreSQL for a test run, on a free loopback port. Without the binaries: None, but a failure in CI."""

from __future__ import annotations

import atexit
import functools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg
import pytest


@functools.cache
def cluster() -> str | None:
    """The URL of the cluster without a database's name."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    installed = str(found[-1]) if found else shutil.which("postgres")
    if installed is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and CI tests on it: install the package `postgresql`")
        return None
    binaries = Path(installed).parent
    # PostgreSQL refuses to run as root, and a user of its own cannot enter pytest's directories.
    user = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="countersign-postgres-"))
    if user is not None:
        shutil.chown(home, user)
    data = home / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "countersign", "-A", "trust", "--no-sync"],
        user=user,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off", "max_connections": 200}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen([installed, "-D", data, *settings], user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop() -> None:
        server.terminate()
        server.wait(30)
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    url = f"postgresql://countersign@127.0.0.1:{port}"
    ask = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    while server.poll() is None:
        if subprocess.run(ask, check=False).returncode == 0:
            return url
    pytest.fail(f"PostgreSQL at port {port} did not start")


def new_database(template: str = "template1") -> str:
    """The URL of a new database, a copy of the one named; skips the test where there is no PostgreSQL."""
    url = cluster()
    if url is None:
        pytest.skip("PostgreSQL is not installed")
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{url}/{name}"
