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
    assert lines[2]["exception"].endswith("builtins.ValueError") and "line 9" in lines[2]["exception"]
    assert lines[3]["visitor"] == "v1"
    assert "王芳" not in raw and "13812345678" not in raw


FAULTS = """
import bot.quiet, json, logging, tempfile
bot.quiet.configure_logging("INFO")
from sqlalchemy import text
from bot.storage import Database
from bot.storage.tables import Utterance
store = Database(f"sqlite:///{tempfile.mkdtemp()}/x.db")
def broken(session):
    session.execute(text("INSERT INTO nowhere VALUES (:name, :story)"), {"name": "王芳", "story": "我丈夫打我"})
def fault(*what):
    try:
        what[0](*what[1:])
    except Exception:
        logging.getLogger("bot.test").exception("a request failed")
def transact(work):
    with store.transaction() as session:
        work(session)
fault(transact, broken)
fault(json.loads, "我丈夫打我")
fault({}.pop, "王芳")
def chained():
    try:
        int("我丈夫打我")
    except ValueError as error:
        raise RuntimeError("王芳") from error
fault(chained)
fault(open, "/nowhere/at/all")
"""


def test_an_error_in_the_log_says_what_failed_and_where_without_a_word_of_anybody() -> None:
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    assert "王芳" not in done.stderr and "丈夫" not in done.stderr
    told = [json.loads(line)["exception"] for line in done.stderr.splitlines()]
    assert "no such table: nowhere" in told[0]
    assert told[1].endswith("json.decoder.JSONDecodeError")
    assert "builtins.ValueError" in told[3] and told[3].endswith("builtins.RuntimeError")
    assert told[4].endswith("builtins.FileNotFoundError: [Errno 2] No such file or directory: '/nowhere/at/all'")
