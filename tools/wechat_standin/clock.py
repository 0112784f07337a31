"""The platform's clock, which tests can put forward instead of sleeping.

It rules what the platform keeps count of: life of tokens and media, the customer-service window, the limits a minute.
What is sent to the account (``timestamp``, ``CreateTime``) carries the real time, as the account's own clock does not
jump along and it may rightly refuse what seems to come from the future.
"""

from __future__ import annotations

import time


class Clock:
    """Seconds since 1970, plus what was skipped."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def now(self) -> float:
        return time.time() + self.skipped

    def advance(self, seconds: float) -> None:
        """Puts the clock forward.

        Raises:
            ValueError: time does not run backwards.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self.skipped += seconds
