"""Reads the training examples for Rasa with the parser of libyaml: in 2 seconds what Rasa's own reader takes a minute for.

Rasa checks every file against a schema with a parser in Python, several times; ``bot data check`` finds what is wrong
with examples, and more of it.
"""

from __future__ import annotations

from typing import Any

import yaml
from rasa.shared.exceptions import YamlException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData


class _Reader(RasaYAMLReader):
    """Takes the examples of one file after another into `training_examples`."""

    def reads(self, string: str, **_: Any) -> TrainingData:
        try:
            content = yaml.load(string, yaml.CSafeLoader)
        except yaml.YAMLError as error:
            raise YamlException(self.filename, error) from error
        self._parse_nlu((content or {}).get("nlu"))
        return TrainingData()


class Examples(RasaFileImporter):
    """Rasa's importer of files, with a quicker reader of examples."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples of all files."""
        reader = _Reader()
        for path in self._nlu_files:
            reader.read(path)
        # Made once: it takes a second to look for repeats.
        return TrainingData(reader.training_examples)
