"""With a scanner, nothing is kept that it finds something in, or did not look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.hotline.media import antivirus, keep
from bot.hotline.media.kinds import MediaRefused
from bot.settings import Settings
from bot.storage import Database
from tests.bot.hotline.media.clamd import EICAR, Clamd, listening
from tests.uploads import MP4

LONG = bytes(300_000)
Environment = Callable[..., Settings]


@pytest.mark.parametrize("unix", [True, False])
async def test_what_is_clean_passes_and_is_looked_at_whole(
    environment: Environment, tmp_path: Path, unix: bool
) -> None:
    clamd = Clamd()
    async with listening(clamd, tmp_path / "s" if unix else None) as address:
        environment(BOT_CLAMD=address)
        await antivirus.scan(LONG)
    assert clamd.streams == [LONG]


async def test_a_virus_is_refused_and_not_kept(environment: Environment, tmp_path: Path, store: Database) -> None:
    async with listening(Clamd()) as address:
        folder = environment(BOT_CLAMD=address, BOT_DATA_DIR=str(tmp_path)).data_dir / "media"
        with pytest.raises(MediaRefused, match="infected"):
            await keep(store, "v", "a.mp4", MP4 + EICAR)
        assert not folder.exists() or list(folder.iterdir()) == []
        assert await keep(store, "v", "a.mp4", MP4)


@pytest.mark.parametrize("answer", [b"stream: Can't allocate memory ERROR", b"", b"stream: OKAY", b"x" * 100_000])
async def test_what_was_not_looked_at_is_refused(environment: Environment, answer: bytes) -> None:
    clamd = Clamd(longest=len(LONG) if answer else 1000)
    clamd.says = answer
    async with listening(clamd) as address:
        environment(BOT_CLAMD=address)
        with pytest.raises(MediaRefused, match="not_checked"):
            await antivirus.scan(LONG)


async def test_without_an_answer_it_is_refused(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(antivirus, "PATIENCE", 0.1)
    for address in (str(tmp_path / "nobody"), "127.0.0.1:9", "no address"):
        environment(BOT_CLAMD=address)
        with pytest.raises(MediaRefused, match="not_checked"):
            await antivirus.scan(b"x")


async def test_without_a_scanner_nothing_is_asked(environment: Environment) -> None:
    environment()
    await antivirus.scan(EICAR)
