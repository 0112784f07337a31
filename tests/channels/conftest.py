"""What the tests of all channels share."""

from tests.bot.conftest import environment

__all__ = ["environment"]
