"""Groups of commands whose modules are loaded only when one is asked for (延迟加载)."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from bot.cities import CityError
from bot.dialogue.engine.signature import SignatureError
from bot.settings import ROOT


class Later(click.Group):
    """A group with further commands: ``later`` maps a command's name to its module and attribute.

    What measures and checks lives in ``tools/``, which a checkout has and an installed service has not.
    """

    def __init__(self, *args: Any, later: dict[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._later})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self._later:
            return super().get_command(ctx, name)
        module, attribute = self._later[name]
        if module.startswith("tools."):
            if not (ROOT / "tools").is_dir():
                raise click.ClickException(
                    f"`{ctx.command_path} {name}` needs the project's checkout: tools/ is not here"
                )
            sys.path.insert(0, str(ROOT))
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; a city's data or a model that cannot be used end it with what to mend."""
        try:
            return super().invoke(ctx)
        except (CityError, SignatureError) as error:
            raise click.ClickException(str(error)) from error
