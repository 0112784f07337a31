"""What a component learned, in one file: arrays as safetensors, all else as JSON in its header.

Such a file holds no code, so that reading one runs none.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from safetensors.numpy import save_file

_ARRAY = "$array"
"""Stands in the JSON for an array; its value is the array's name."""


def write(path: Path, state: Any) -> None:
    """Writes dictionaries with names as keys, lists, tuples (read as lists), arrays, and what JSON knows."""
    arrays: dict[str, npt.NDArray[Any]] = {}

    def outline(part: Any) -> Any:
        if isinstance(part, np.ndarray):
            name = str(len(arrays))
            arrays[name] = np.ascontiguousarray(part)
            return {_ARRAY: name}
        if isinstance(part, dict):
            return {key: outline(value) for key, value in part.items()}
        if isinstance(part, list | tuple):
            return [outline(value) for value in part]
        return part

    save_file(arrays, path, {"state": json.dumps(outline(state))})


def read(path: Path) -> Any:
    """What `write` was given, with the same figures."""
    file: Any = safe_open(path, "np")  # type: ignore[no-untyped-call]
    return json.loads(
        file.metadata()["state"],
        object_hook=lambda part: file.get_tensor(part[_ARRAY]) if part.keys() == {_ARRAY} else part,
    )
