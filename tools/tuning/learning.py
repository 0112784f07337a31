"""Learns the adapter: the encoder's upper layers, with a linear head for each label, on all samples at once."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize
from torch.nn.utils.rnn import pad_sequence
from tqdm import tqdm

from bot.language.nlu.layers import SHARED, adapt, seen_of, through
from tools.tuning.examples import Labels, Sample

ROUNDS = 2
BATCH = 48
LONGEST = 192
"""Tokens of a sample; what is beyond is left out."""
RATE_ADAPTER, RATE_HEADS = 8e-4, 2e-3
DROP = 0.1
SMOOTH = 0.05
SCALE = 12.0
"""Length of the vectors that the heads read; unit vectors would make none of them sure."""
_NONE = -100


@dataclass
class Read:
    """A sample as the layers that are not tuned leave it. ``judged``: which of its tokens make up each vector that carries labels,
    shape (vectors, tokens)."""

    states: Any
    judged: Any
    labels: list[Labels]


class Model(nn.Module):
    """The encoder with an untrained adapter, and a head for each label."""

    def __init__(self, model: Any, classes: dict[str, list[str]]) -> None:
        super().__init__()
        model.requires_grad_(False)
        self.parts = adapt(model)
        self.model, self.classes = model, classes
        size = int(model.config.hidden_size)
        self.centre = nn.Parameter(torch.zeros(size))
        self.drop = nn.Dropout(DROP)
        self.heads = nn.ModuleDict({name: nn.Linear(size, len(found)) for name, found in classes.items()})

    def loss(self, part: Sequence[Read]) -> Any:
        """The sum over labels of the mean over the vectors that carry it."""
        labels = [row for read in part for row in read.labels]
        losses = []
        for name, logits in self(part).items():
            wanted = [self.classes[name].index(row[name]) if name in row else _NONE for row in labels]
            if any(at != _NONE for at in wanted):
                losses.append(cross_entropy(logits, torch.tensor(wanted), label_smoothing=SMOOTH))
        return torch.stack(losses).sum()

    def forward(self, part: Sequence[Read]) -> dict[str, Any]:
        states = pad_sequence([read.states for read in part], batch_first=True)
        mask = pad_sequence([torch.ones(len(read.states)) for read in part], batch_first=True)
        with torch.autocast("cpu", torch.bfloat16):
            last = through(self.model.encoder.layer[SHARED:], states.float(), seen_of(mask, torch.float32)).float()
        vectors = torch.cat([read.judged @ row[: len(read.states)] for read, row in zip(part, last, strict=True)])
        given = self.drop(normalize(normalize(vectors, dim=1) - self.centre, dim=1) * SCALE)
        return {name: head(given) for name, head in self.heads.items()}


def read(samples: Sequence[Sample], model: Any, tokenizer: Any, prefix: str) -> Iterator[Read]:
    """The samples after the layers that are not tuned, which would say the same in every round."""
    model.eval()
    with tqdm(total=len(samples), desc="reading the samples", unit="sample", mininterval=10) as bar:
        for at in range(0, len(samples), BATCH):
            part = samples[at : at + BATCH]
            texts = [prefix + sample.context + "".join(sample.pieces) for sample in part]
            tokens = tokenizer(
                texts,
                truncation=True,
                max_length=LONGEST,
                padding=True,
                return_tensors="pt",
                return_offsets_mapping=True,
            )
            mask = tokens["attention_mask"]
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
                states = model.embeddings(input_ids=tokens["input_ids"])
                states = through(model.encoder.layer[:SHARED], states, seen_of(mask, torch.float32))
            for sample, row, count, offsets in zip(
                part, states, mask.sum(dim=1).tolist(), tokens["offset_mapping"].numpy(), strict=True
            ):
                judged, labels = _judged(sample, offsets[:count], len(prefix))
                if labels:
                    yield Read(row[:count].to(torch.bfloat16).clone(), torch.from_numpy(judged), labels)
            bar.update(len(part))


def _judged(sample: Sample, offsets: Any, begin: int) -> tuple[Any, list[Labels]]:
    """The shares of tokens in each vector that has labels: the whole, and pieces."""
    middles, real = offsets.mean(axis=1), offsets[:, 1] > offsets[:, 0]
    found = [(np.ones(len(offsets), bool), sample.whole)]
    at = begin + len(sample.context)
    for piece, own in zip(sample.pieces, sample.each, strict=True):
        found.append((real & (middles > at) & (middles < at + len(piece)), own))
        at += len(piece)
    kept = [(inside, own) for inside, own in found if own and inside.any()]
    shares = [inside.astype(np.float32) / inside.sum() for inside, _ in kept]
    return np.stack(shares) if kept else None, [own for _, own in kept]


def learn(samples: list[Sample], model: Any, tokenizer: Any, prefix: str, rounds: int = ROUNDS) -> Model:
    """Goes over the samples several times; those of like length together."""
    torch.manual_seed(0)
    rng = random.Random(0)  # noqa: S311  # no secret
    known = list(read(sorted(samples, key=_length), model, tokenizer, prefix))
    tuned = Model(model, _classes(samples))
    tuned.train()
    for layer in tuned.model.encoder.layer[SHARED:]:
        # Two fifths of the time would go into its random numbers.
        layer.attention.self.dropout.p = 0.0
    low = [one for part in tuned.parts.values() for one in (part.down, part.up)]
    heads = [*tuned.heads.parameters(), tuned.centre]
    groups = [{"params": low, "lr": RATE_ADAPTER}, {"params": heads, "lr": RATE_HEADS}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = rounds * -(-len(known) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [RATE_ADAPTER, RATE_HEADS], total_steps=steps + 1, pct_start=0.1
    )
    with tqdm(total=steps, desc="tuning the encoder", unit="step", mininterval=10) as bar:
        for _ in range(rounds):
            for part in _batches(known, rng):
                loss = tuned.loss(part)
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(low, 1.0)
                optimiser.step()
                schedule.step()
                bar.set_postfix(loss=f"{float(loss):.2f}", refresh=False)
                bar.update()
    tuned.eval()
    return tuned


def _classes(samples: Sequence[Sample]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for sample in samples:
        for labels in (sample.whole, *sample.each):
            for name, value in labels.items():
                found.setdefault(name, set()).add(value)
    return {name: sorted(values) for name, values in found.items()}


def _length(sample: Sample) -> int:
    return sum(map(len, sample.pieces))


def _batches(known: list[Read], rng: random.Random) -> list[list[Read]]:
    """Batches in no order, each of samples about as long."""
    ordered = sorted(known, key=lambda one: len(one.states) + rng.uniform(0, 8))
    found = [ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH)]
    rng.shuffle(found)
    return found
