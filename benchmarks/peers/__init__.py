"""Other people's tools, each in a virtual environment of its own below ``.cache/peers/``, made when it is first wanted."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import venv
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
        venv.create(home, with_pip=True)
        command = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
        except subprocess.CalledProcessError as error:
            said = [line for line in error.stderr.splitlines() if line.strip()]
            raise PeerMissing(f"pip could not install it: {said[-1] if said else f'exit code {error.returncode}'}") from None
        except subprocess.TimeoutExpired:
            raise PeerMissing(f"pip did not install it within {_INSTALL_SECONDS} s") from None
        (home / "installed").touch()
    return home / "bin"
