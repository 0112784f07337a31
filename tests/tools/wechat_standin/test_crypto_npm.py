"""The cryptography against an independent one: the npm package ``wechat-crypto`` (MIT)."""

from __future__ import annotations

from tests.channels import node
from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, TOKEN
from tools.wechat_standin.crypto import Cipher, signature

MESSAGES = ["", "a", "路灯坏了 💡 ]]> &", "<xml><Content><![CDATA[你好]]></Content></xml>", "x" * 11, "好" * 5000]
WHEN = {"timestamp": "1714037059", "nonce": "486452656"}


def test_each_side_reads_what_the_other_writes() -> None:
    cipher = Cipher(AES_KEY, APP_ID)
    encrypted = [cipher.encrypt(message) for message in MESSAGES]
    answer = node.run(
        "wechat_crypto.js",
        {
            "key": AES_KEY,
            "token": TOKEN,
            "appId": APP_ID,
            "encrypted": [{**WHEN, "text": text} for text in encrypted],
            "plain": [{**WHEN, "text": text} for text in MESSAGES],
        },
    )
    assert answer["opened"] == [{"message": message, "id": APP_ID} for message in MESSAGES]
    assert answer["signatures"] == [signature(TOKEN, *WHEN.values(), text) for text in encrypted]
    assert [cipher.decrypt(made["text"]) for made in answer["encrypted"]] == MESSAGES
    assert [made["signature"] for made in answer["encrypted"]] == [
        signature(TOKEN, *WHEN.values(), made["text"]) for made in answer["encrypted"]
    ]
