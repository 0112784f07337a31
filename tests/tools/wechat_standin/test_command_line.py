"""The stand-in as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.tools.wechat_standin.process import standin_process
from tests.tools.wechat_standin.tiny_account import TinyAccount, sealed


def test_a_process_serves_an_account(
    running_account: tuple[TinyAccount, str], account: TinyAccount, tmp_path: Path
) -> None:
    templates = tmp_path / "templates.json"
    templates.write_text(json.dumps([{"id": "T1", "title": "提醒", "content": "进度：{{thing1.DATA}}"}]))
    account.answers = lambda one: sealed(one.says("收到"))
    log = tmp_path / "standin.log"
    with standin_process(running_account[1], log, "--templates", str(templates), "--name", "试试") as standin:
        citizen = standin.citizen()
        citizen.says("你好")
        assert citizen.reads() == ["收到", "收到"]
        assert standin.get("account")["name"] == "试试"
        assert standin.get("templates")["templates"][0]["title"] == "提醒"
        assert standin.violations() == []
        assert "<title>" in standin.http.get("/").text
    assert "Traceback" not in log.read_text()


def test_a_key_that_cannot_be_is_refused_at_the_start() -> None:
    command = [sys.executable, "-m", "tools.wechat_standin", "--account-url", "http://127.0.0.1:9/"]
    command += ["--token", "t", "--app-id", "a", "--app-secret", "s", "--aes-key", "short"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 2
    assert "43" in run.stderr


def test_it_shares_nothing_with_the_service() -> None:
    """Neither the domain nor the other channels, nor the library that the account's side uses."""
    code = (
        "import sys, tools.wechat_standin.__main__\n"
        "print(*sorted({name.split('.')[0] if not name.startswith('channels.') else name for name in sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert not {"bot", "kb", "actions", "rasa", "wechatpy"} & set(loaded)
    assert all(name.startswith("tools.wechat_standin") for name in loaded if name.startswith("channels."))
