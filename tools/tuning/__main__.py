"""Tunes the encoder and writes the adapter."""

from __future__ import annotations

import random
from pathlib import Path

import click
from transformers import AutoModel, AutoTokenizer

from bot.language.nlu import weights
from bot.language.nlu.layers import ADAPTER, write
from bot.language.nlu.turns import examples
from bot.settings import settings
from tools.tuning.examples import samples
from tools.tuning.learning import ROUNDS, learn

PREFIX = "query: "


@click.command()
@click.option("--into", type=click.Path(path_type=Path), default=ADAPTER, help="The file of the adapter.")
@click.option("--rounds", type=int, default=ROUNDS, show_default=True, help="Passes over the examples.")
@click.option("--first", type=int, help="Take only so many samples, to try it out.")
def main(into: Path, rounds: int, first: int | None) -> None:
    """Tune the carried encoder with everything in nlu_data/. Train the model anew afterwards: bot train."""
    folder = weights.convert(settings().models_dir / "encoder" / weights.NAME)
    rng = random.Random(12345)  # noqa: S311  # no secret
    found = samples(examples(), rng)
    rng.shuffle(found)
    model = AutoModel.from_pretrained(folder)
    tuned = learn(found[:first], model, AutoTokenizer.from_pretrained(folder), PREFIX, rounds)
    write(into, tuned.parts)
    click.echo(f"{into}: {into.stat().st_size / 1e6:.1f} MB, from {len(found[:first]):,} samples")


if __name__ == "__main__":
    main()
