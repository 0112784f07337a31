"""Keeps TensorFlow out of the process: Rasa imports it for components that this pipeline does not use.

TensorFlow 2.12 costs six seconds at every start and 400 MB, and gets no more security fixes. Rasa's modules only
need names to inherit from; they get empty classes. A ``config.yml`` that names a component that computes with
TensorFlow gets the real one (docs/decisions/0003-no-tensorflow.md).
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from typing import Any

from bot.settings import ROOT

_ABSENT = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")
_COMPUTES = (
    "DIETClassifier",
    "ResponseSelector",
    "TEDPolicy",
    "UnexpecTEDIntentPolicy",
    "ConveRTFeaturizer",
    "LanguageModelFeaturizer",
)


class _Name(type):
    """A class whose attributes are such classes again, so that ``tf.keras.layers.Layer`` can be inherited from."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(name, (), {})

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        # Used as a decorator (`@tf.function`), the decorated thing stays as it is.
        return args[0] if len(args) == 1 and callable(args[0]) else super().__call__()


class _Module(types.ModuleType):
    __path__: list[str] = []
    __version__ = "2.12.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(name, (), {})


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".")[0] in _ABSENT:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run."""


def without_tensorflow() -> None:
    """Call before Rasa is imported."""
    config = (ROOT / "config.yml").read_text(encoding="utf-8")
    if "tensorflow" not in sys.modules and not any(name in config for name in _COMPUTES):
        sys.meta_path.insert(0, _Finder())
