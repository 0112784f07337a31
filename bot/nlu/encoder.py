"""The sentence encoder: a Hugging Face folder run by torch, batched, pooled and normalised."""

from __future__ import annotations

import asyncio
import json
import threading
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache
from tqdm import tqdm

from bot.extract.facts import without_case_numbers
from bot.nlu import weights
from bot.settings import settings

if TYPE_CHECKING:
    import torch

Kind = Literal["query", "passage"]
Vectors = npt.NDArray[np.float32]

TOKENS = 1920
"""Read at once, with what fills shorter texts up. On two cores the quickest of 640 to 2,560 in bfloat16; else it matters little."""


class Encoder:
    """Turns texts into unit vectors of ``dim`` fp32 numbers.

    A text longer than the model's window is read in several windows whose means are weighted by length, so that the
    end of a long letter counts as much as its beginning. All numbers of work orders are read as one. Vectors of single
    texts are kept (least recently used go first), so that the channel can encode a message in a thread before the
    language pipeline asks for it.
    """

    def __init__(self, name: str | Path, threads: int = 0, keep: int = 4096) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        if threads:
            torch.set_num_threads(threads)
        self.name = str(name)
        self._tokenizer = AutoTokenizer.from_pretrained(self.name)
        model = AutoModel.from_pretrained(self.name).eval()
        self.dim = int(model.config.hidden_size)
        self._window = min(int(model.config.max_position_embeddings), 512) - 2
        recipe = Path(self.name) / "encoder.json"
        self._recipe = json.loads(recipe.read_text()) if recipe.exists() else {}
        state = next(iter(model.parameters()))[0, :4].tolist()
        self._last_layer = _compiled(model.to(_numbers()), self._tokenizer)
        self.fingerprint = f"{Path(self.name).name}/{len(self._tokenizer)}/{state}"
        """Names these weights, so that vectors kept elsewhere are not taken for another encoder's."""
        self._cache: LRUCache[tuple[Kind, str], Vectors] = LRUCache(keep)
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        """Vectors, shape (len(texts), dim). ``progress`` names a bar on standard error."""
        with self._lock:
            found = {text: self._cache[(kind, text)] for text in texts if (kind, text) in self._cache}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            fresh = self._encode(missing, kind, progress)
            found |= dict(zip(missing, fresh, strict=True))
            if len(missing) < self._cache.maxsize:
                with self._lock:
                    self._cache.update({(kind, text): found[text] for text in missing})
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        return np.stack([found[text] for text in texts])

    async def warm(self, texts: list[str]) -> None:
        """Encodes in a thread, so that the event loop never waits for the model."""
        await asyncio.to_thread(self.encode, texts)

    def _encode(self, texts: Sequence[str], kind: Kind, progress: str | None) -> Vectors:
        import torch

        prefix = self._recipe.get(kind, "")
        read = [prefix + without_case_numbers(text) for text in texts]
        tokens = self._tokenizer(read, add_special_tokens=False)["input_ids"]
        windows = [
            (owner, ids[start : start + self._window])
            for owner, ids in enumerate(tokens)
            for start in range(0, max(len(ids), 1), self._window)
        ]
        windows.sort(key=lambda item: len(item[1]))
        sums = np.zeros((len(texts), self.dim), np.float64)
        bar = tqdm(total=len(windows), desc=progress, unit="text", disable=progress is None)
        for part in _batches(windows):
            batch = self._tokenizer.pad({"input_ids": [self._framed(ids) for _, ids in part]}, return_tensors="pt")
            with torch.inference_mode():
                hidden = self._last_layer(batch["input_ids"], batch["attention_mask"])
            if self._recipe.get("pooling", "mean") == "cls":
                pooled = hidden[:, 0]
            else:
                mask = batch["attention_mask"].unsqueeze(-1)
                pooled = (hidden * mask).sum(1) / mask.sum(1)
            for (owner, ids), vector in zip(part, pooled.numpy(), strict=True):
                sums[owner] += max(len(ids), 1) * vector
            bar.update(len(part))
        bar.close()
        vectors: Vectors = (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)
        return vectors

    def _framed(self, ids: list[int]) -> list[int]:
        """The window between the model's first and last token (BERT calls them CLS and SEP, others BOS and EOS)."""
        marks = self._tokenizer
        first = marks.bos_token_id if marks.cls_token_id is None else marks.cls_token_id
        last = marks.eos_token_id if marks.sep_token_id is None else marks.sep_token_id
        return [i for i in (first, *ids, last) if i is not None]


def _batches(windows: list[tuple[int, list[int]]]) -> Iterator[list[tuple[int, list[int]]]]:
    """Windows, the shortest first, in batches of at most `TOKENS` when each is filled up to its longest."""
    batch: list[tuple[int, list[int]]] = []
    for window in windows:
        if batch and (len(batch) + 1) * len(window[1]) > TOKENS:
            yield batch
            batch = []
        batch.append(window)
    yield batch


def _numbers() -> torch.dtype:
    """What the model calculates with: bfloat16 where the processor multiplies matrices of it (AMX), more than twice as quick
    on many texts, with vectors that are nearly the same (cosine above 0.9999). Elsewhere it would be much slower."""
    import torch

    return torch.bfloat16 if torch.cpu.get_capabilities().get("amx_bf16") else torch.float32


def _compiled(model: Any, tokenizer: Any) -> Any:
    """The model as one function of token ids and mask to its last layer; a third quicker for one message than layer by
    layer in Python (docs/decisions/0008-understanding.md)."""
    import torch

    class LastLayer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any, mask: Any) -> Any:
            return self.model(input_ids=ids, attention_mask=mask, return_dict=False)[0].float()

    # Two texts of different length, so that padding is traced, too.
    example = tokenizer(["路灯坏了", "路灯坏了三天没人修"], padding=True, return_tensors="pt")
    with warnings.catch_warnings(), torch.inference_mode():
        # `torch.export` makes the same in three times the time, and `torch.compile` needs a C++ compiler.
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(LastLayer(), (example["input_ids"], example["attention_mask"]), check_trace=False)
        return torch.jit.freeze(traced.eval())


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """The encoder of this process, loaded (and, the first time on this machine, converted) on first use."""
    config = settings()
    name = config.encoder or weights.convert(config.models_dir / "encoder" / weights.NAME)
    return Encoder(name, threads=config.encoder_threads)
