"""The cryptography against an independent one: the npm package ``wechat-crypto`` (MIT), run by Node.js.

npm fetches the package once into ``.tools/``.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from channels.wechat_standin.crypto import Cipher, signature
from tests.channels.wechat_standin.driver import AES_KEY, APP_ID, TOKEN
from tests.conftest import ROOT

PACKAGE = "wechat-crypto@0.0.2"
SCRIPT = """
const Crypto = require('wechat-crypto');
const { key, token, appId, encrypted, plain } = JSON.parse(require('fs').readFileSync(0));
const crypto = new Crypto(token, key, appId);
console.log(JSON.stringify({
  opened: encrypted.map((text) => crypto.decrypt(text)),
  encrypted: plain.map((text) => crypto.encrypt(text)),
  signatures: encrypted.map((text) => crypto.getSignature('1714037059', '486452656', text)),
}));
"""
MESSAGES = ["", "a", "路灯坏了 💡 ]]> &", "<xml><Content><![CDATA[你好]]></Content></xml>", "x" * 11, "好" * 5000]


@pytest.fixture(scope="session")
def node_folder() -> Path:
    """A folder in which Node.js finds the package."""
    folder = ROOT / ".tools" / "node"
    if not (folder / "node_modules" / "wechat-crypto").exists():
        folder.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), PACKAGE]
        subprocess.run(install, check=True, capture_output=True)
    return folder


def test_each_side_reads_what_the_other_writes(node_folder: Path) -> None:
    cipher = Cipher(AES_KEY, APP_ID)
    encrypted = [cipher.encrypt(message) for message in MESSAGES]
    asked = {"key": AES_KEY, "token": TOKEN, "appId": APP_ID, "encrypted": encrypted, "plain": MESSAGES}
    run = subprocess.run(
        ["node", "--no-deprecation", "-e", SCRIPT],
        cwd=node_folder,
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
    )
    answer = json.loads(run.stdout)
    assert answer["opened"] == [{"message": message, "id": APP_ID} for message in MESSAGES]
    assert [cipher.decrypt(text) for text in answer["encrypted"]] == MESSAGES
    assert answer["signatures"] == [signature(TOKEN, "1714037059", "486452656", text) for text in encrypted]
