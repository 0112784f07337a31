"""A conversation whose process dies where it is told to; a program for `test_killed_turn`.

``python -m tests.load.mortal_turn DATABASE`` loads the dialogue once and reads one JSON line for each message:
``{"visitor", "text", "client_id", "die"}``. With ``die`` N it is answered in a process forked from this one, which ends
by SIGKILL at the Nth moment: before a commit when N is odd, after it when N is even; the next message is answered by a
process that knows only what is kept. Written is one line for each: the answer, or null where the process died before it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import Any

os.environ |= {"BOT_ENCODER_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a fork has only the thread that forked

import bot.quiet as quiet  # before anything imports Rasa
from bot.dialogue.engine import rasa
from bot.dialogue.gate import Gate, IncomingMessage
from bot.storage import database
from kb.search.live import live


def dies_at(moment: int) -> None:
    """From now on this process ends at a commit: the odd moments are before one, the even ones after it."""
    dialect, seen = database().engine.dialect, 0
    commit = dialect.do_commit

    def counted(connection: Any) -> None:
        nonlocal seen
        for step in (lambda: None, lambda: commit(connection)):
            step()
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    dialect.do_commit = counted


def answer(agent: Any, call: dict[str, Any]) -> Any:
    """What the gate answers to one message."""
    gate = Gate(database(), rasa.RasaEngine(agent.handle_message))
    message = IncomingMessage(call["visitor"], "web", call["text"], client_id=call["client_id"])
    return asyncio.run(gate.handle(message)).to_json()


def dying(agent: Any, call: dict[str, Any]) -> Any:
    """The answer of a process that dies at a moment, or None."""
    # A connection is used by one process only.
    database().engine.dispose()
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(reads)
        dies_at(call["die"])
        os.write(writes, json.dumps(answer(agent, call)).encode())
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def main() -> None:
    """Answers lines until there are no more."""
    quiet.configure_logging("WARNING")
    live()
    agent = asyncio.run(rasa.load())
    asyncio.run(agent.parse_message("莲都区丽阳街123号的路灯坏了"))
    print("ready", flush=True)
    for line in sys.stdin:
        call = json.loads(line)
        print(json.dumps(dying(agent, call) if call["die"] else answer(agent, call)), flush=True)


if __name__ == "__main__":
    main()
