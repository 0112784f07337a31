"""Independent implementations of what we speak, run by Node.js; npm fetches what ``package-lock.json`` pins."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

HERE = Path(__file__).parent
MODULES = ROOT / ".tools" / "node"


def install() -> None:
    """Fetches the packages once into ``.tools/``."""
    lock = MODULES / "package-lock.json"
    wanted = (HERE / "package-lock.json").read_bytes()
    if (MODULES / "node_modules").exists() and lock.exists() and lock.read_bytes() == wanted:
        return
    MODULES.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, MODULES)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(MODULES)]
    subprocess.run(command, check=True, capture_output=True)


def run(script: str, given: Any) -> Any:
    """What a script of this folder writes, as JSON, when it reads this."""
    install()
    command = ["node", "--no-deprecation", str(HERE / script)]
    env = {"PATH": str(Path(shutil.which("node") or "node").parent), "NODE_PATH": str(MODULES / "node_modules")}
    done = subprocess.run(command, input=json.dumps(given).encode(), capture_output=True, check=True, env=env)
    return json.loads(done.stdout)
