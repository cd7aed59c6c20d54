"""Other people's tools, each in a virtual environment of its own below ``.cache/peers/``, made when it is first wanted."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_CACHE = _HERE.parents[1] / ".cache" / "peers"
_INSTALL_SECONDS = 300


class PeerMissing(Exception):
    """It could not be installed; the message says why."""


def environment(name: str) -> Path:
    """The ``bin`` directory of a peer's environment, with the versions that ``NAME.txt`` pins. Raises `PeerMissing`."""
    requirements = _HERE / f"{name}.txt"
    home = _CACHE / f"{name}-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"
    if not (home / "installed").exists():
        shutil.rmtree(home, ignore_errors=True)
        install = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
        for command in ([sys.executable, "-m", "venv", str(home)], install):
            _run(command)
        (home / "installed").touch()
    return home / "bin"


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
    except subprocess.CalledProcessError as error:
        said = [line for line in (error.stderr or error.stdout).splitlines() if line.strip()]
        raise PeerMissing(f"it could not be installed: {said[-1] if said else f'exit code {error.returncode}'}") from None
    except subprocess.TimeoutExpired:
        raise PeerMissing(f"it was not installed within {_INSTALL_SECONDS} s") from None
