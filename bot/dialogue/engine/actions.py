"""Rasa's action endpoint without HTTP: the JSON goes straight to the SDK's executor in this process."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from bot.dialogue.rereading import READER
from bot.language.understanding import Understanding

_SCHEMA = RemoteAction.action_response_format_spec()
_RESULTS = validator_for(_SCHEMA)(_SCHEMA)


def _validate(_: RemoteAction, result: Any) -> bool:
    """Rasa checks the schema itself again with each result, which takes a sixth of the time of a turn."""
    _RESULTS.validate(result)
    return True


RemoteAction._validate_action_result = _validate


class LocalActions(EndpointConfig):
    """An endpoint that runs the package ``actions``."""

    def __init__(self) -> None:
        super().__init__(url="in-process")
        self.reader: Callable[[str, int], Awaitable[Understanding]] | None = None
        """Reads texts for the actions, once the model is loaded."""
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, method: str = "post", **kwargs: Any) -> Any:
        """Runs one action; a rejection comes back as the error that HTTP status 400 gives."""
        call = kwargs["json"]
        READER.set(self.reader)
        try:
            return await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            body = json.dumps({"error": str(rejection), "action_name": rejection.action_name})
            raise ClientResponseError(400, str(rejection), body) from rejection
