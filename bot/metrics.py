"""Figures for Prometheus: counts and times, never what was said or by whom."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("hotline_messages_total", "Messages taken", ["channel"])
REFUSED = Counter("hotline_refused_total", "Messages and calls not taken", ["code"])
SECONDS = Histogram("hotline_answer_seconds", "Seconds from message to answer", ["channel"])
OUTBOX = Gauge("hotline_outbox", "Deliveries to the ticket backend that are not done", ["state"])
EVENTS = Counter("hotline_backend_events_total", "Events that the ticket backend reported", ["result"])
QUEUE = Gauge("hotline_queue", "Rows in a durable queue that are not done", ["queue", "state"])
QUEUE_ATTEMPTS = Counter("hotline_queue_attempts_total", "Attempts at rows of a durable queue", ["queue", "result"])
