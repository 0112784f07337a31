"""Set before Rasa is imported: no telemetry, no warnings of its dependencies, structured logs without personal data."""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from typing import Any

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
# Threads that wait for work sleep: those that spin take the processor from other processes (2.5 times as slow, two on two cores).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
warnings.filterwarnings("ignore")

_PERSONAL = ("text", "message", "tracker", "slots", "entities", "rendered_response", "json_message", "user_message")
"""Keys under which Rasa logs what people wrote."""


def without_words(exc_info: Any) -> str:
    """An exception as its kinds and lines of code. Its message may hold what people wrote: only those of the system and
    of the database's first line, which name files and tables, are kept."""
    error: BaseException | None = exc_info[1]
    parts: list[str] = []
    while error is not None:
        kind, original = f"{type(error).__module__}.{type(error).__qualname__}", getattr(error, "orig", None)
        known = original if isinstance(original, Exception) else error if isinstance(error, OSError) else None
        told = f": {(str(known) or ' ').splitlines()[0]}" if known is not None else ""
        parts.insert(0, "".join(traceback.format_tb(error.__traceback__)) + kind + told)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nand then\n".join(parts)


def configure_logging(level: str) -> None:
    """JSON lines on standard error. What people wrote is left out, and numbers of telephones and identities masked."""
    import structlog

    from bot.privacy import mask

    def drop_personal(_: Any, __: str, event: Any) -> Any:
        kept = {key: value for key, value in event.items() if key not in _PERSONAL}
        for key in ("event", "exception"):
            if key in kept:
                kept[key] = mask(str(kept[key]))
        return kept

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.ExceptionRenderer(without_words),
        drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # A form that lets another rule speak is no error, but Rasa logs it as one.
    logging.getLogger("rasa.core.actions.action").setLevel(logging.CRITICAL)
    for noisy in ("rasa", "sanic.access", "sanic.root", "apscheduler", "matplotlib", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
