"""Logs are JSON lines on standard error without personal data, and nothing is reported to anybody."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import bot.quiet, logging, os, structlog
bot.quiet.configure_logging("INFO")
logging.getLogger("bot.test").info("call %s or 0578-2123456", "13812345678")
logging.getLogger("bot.test").info("identity 33010219900307123X")
logging.getLogger("bot.test").debug("too small to be seen")
logging.getLogger("rasa.core").info("too talkative to be seen")
try:
    raise ValueError("bad phone 13812345678")
except ValueError:
    logging.getLogger("bot.test").exception("a request failed")
structlog.get_logger().info("a message came", text="我叫王芳", slots={"phone": "13812345678"}, visitor="v1")
structlog.get_logger().warning("from 13812345678")
print(os.environ["RASA_TELEMETRY_ENABLED"])
"""


def run() -> tuple[str, list[dict[str, Any]], str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return done.stdout, [json.loads(line) for line in done.stderr.splitlines()], done.stderr


def test_logs_are_json_on_standard_error_and_hide_who_wrote_what() -> None:
    output, lines, raw = run()
    assert output == "false\n"  # telemetry is off; nothing else stands on standard output
    assert [line["event"] for line in lines] == [
        "call 138****5678 or 0578****3456",
        "identity 330102********123X",
        "a request failed",
        "a message came",
        "from 138****5678",
    ]
    assert [line["level"] for line in lines] == ["info", "info", "error", "info", "warning"]
    assert all("timestamp" in line for line in lines)
    assert "ValueError: bad phone 138****5678" in lines[2]["exception"]
    assert lines[3]["visitor"] == "v1"
    assert "王芳" not in raw and "13812345678" not in raw
