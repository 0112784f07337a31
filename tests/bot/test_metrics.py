"""The figures that a dashboard asks for."""

from __future__ import annotations

from prometheus_client import generate_latest

from bot.metrics import MESSAGES, REFUSED, SECONDS


def test_counts_and_times_appear_under_their_public_names() -> None:
    MESSAGES.labels("test channel").inc(3)
    REFUSED.labels("test code").inc()
    SECONDS.labels("test channel").observe(0.2)
    text = generate_latest().decode()
    assert 'hotline_messages_total{channel="test channel"} 3.0' in text
    assert 'hotline_refused_total{code="test code"} 1.0' in text
    assert 'hotline_answer_seconds_count{channel="test channel"} 1.0' in text
