"""What is written is read with the same figures; a file that is none is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors import SafetensorError

from bot.language.nlu import tensors


@pytest.mark.parametrize(
    "array",
    [
        np.array([0.1, -1e-300, np.pi]),
        np.array([[0.1, 2], [3, 4]], np.float32).T,
        np.array([0.1, 6e4], np.float16),
        np.array([-1, 2**62]),
        np.zeros((0, 3), np.float32),
    ],
)
def test_an_array_comes_back_with_its_figures_type_and_shape(array: np.ndarray, tmp_path: Path) -> None:
    tensors.write(tmp_path / "x", {"held": [array]})
    [again] = tensors.read(tmp_path / "x")["held"]
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    assert np.array_equal(again, array)


def test_names_and_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    state = {"classes": ["环境保护/噪声污染", "\ud83d", ""], "baseline": -2.2656074799999997, "none": None, "in": {}}
    tensors.write(tmp_path / "x", state)
    assert tensors.read(tmp_path / "x") == state


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"\xff" * 100])
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(SafetensorError):
        tensors.read(tmp_path / "x")
