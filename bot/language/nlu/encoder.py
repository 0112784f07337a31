"""The sentence encoder: a Hugging Face folder run by torch, batched, pooled and normalised."""

from __future__ import annotations

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
from sklearn.preprocessing import normalize
from tqdm import tqdm

from bot.language.extract.facts import without_case_numbers
from bot.language.nlu import weights
from bot.settings import settings

if TYPE_CHECKING:
    import torch

Kind = Literal["query", "passage"]
Vectors = npt.NDArray[np.float32]

TOKENS = 1920
"""Read at once, with what fills shorter texts up. On two cores the quickest of 640 to 2,560 in bfloat16; else it matters little."""

_Window = tuple[int, int, list[int]]
"""The number of a text, where in it the window begins, and its tokens."""


class Encoder:
    """Turns texts into unit vectors of ``dim`` fp32 numbers.

    A text longer than the model's window is read in several windows whose means are weighted by length, so that the
    end of a long letter counts as much as its beginning. All numbers of work orders are read as one. Vectors of single
    texts are kept (least recently used go first), so that a message can be encoded in a thread before the language pipeline
    asks for it.
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
        marks = self._tokenizer
        first = marks.bos_token_id if marks.cls_token_id is None else marks.cls_token_id
        last = marks.eos_token_id if marks.sep_token_id is None else marks.sep_token_id
        self._marks = tuple([] if mark is None else [mark] for mark in (first, last))
        """What frames a window (BERT calls them CLS and SEP, others BOS and EOS)."""
        state = next(iter(model.parameters()))[0, :4].tolist()
        self._last_layer = _compiled(model.to(_numbers()), self._tokenizer)
        self.fingerprint = f"{Path(self.name).name}/{len(self._tokenizer)}/{state}"
        """Names these weights, so that vectors kept elsewhere are not taken for another encoder's."""
        self._cache: LRUCache[tuple[Kind, str], Vectors] = LRUCache(keep)
        self._pieces: LRUCache[tuple[str, ...], Vectors] = LRUCache(min(keep, 256))
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        """Vectors, shape (len(texts), dim). ``progress`` names a bar on standard error."""
        with self._lock:
            found = {text: self._cache[(kind, text)] for text in texts if (kind, text) in self._cache}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            fresh, _ = self._encode(missing, kind, progress)
            found |= dict(zip(missing, fresh, strict=True))
            if len(missing) < self._cache.maxsize:
                with self._lock:
                    self._cache.update({(kind, text): found[text] for text in missing})
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        return np.stack([found[text] for text in texts])

    def encode_pieces(self, messages: Sequence[Sequence[str]]) -> list[Vectors]:
        """For each message, given in pieces, their vectors, shape (pieces, dim): the mean over their tokens, read within the
        whole. What it costs is the whole, whose vector is then kept as well."""
        with self._lock:
            found = {key: self._pieces[key] for pieces in messages if (key := tuple(pieces)) in self._pieces}
        missing = [pieces for pieces in dict.fromkeys(map(tuple, messages)) if pieces not in found]
        if missing:
            whole, parts = self._encode(["".join(pieces) for pieces in missing], "query", None, missing)
            fresh = dict(zip(missing, parts, strict=True))
            found |= fresh
            with self._lock:
                self._pieces.update(fresh)
                self._cache.update(
                    {("query", "".join(pieces)): row for pieces, row in zip(missing, whole, strict=True)}
                )
        return [found[tuple(pieces)] for pieces in messages]

    def _encode(
        self, texts: Sequence[str], kind: Kind, progress: str | None, pieces: Sequence[Sequence[str]] = ()
    ) -> tuple[Vectors, list[Vectors]]:
        """Vectors of the texts, and of the pieces of each where they are given."""
        prefix = self._recipe.get(kind, "")
        tokens = self._tokenizer(
            [prefix + without_case_numbers(text) for text in texts],
            add_special_tokens=False,
            return_offsets_mapping=bool(pieces),
        )
        sums = np.zeros((len(texts), self.dim), np.float64)
        within = [np.zeros((len(one), self.dim), np.float64) for one in pieces]
        first_only = self._recipe.get("pooling", "mean") == "cls"
        for (owner, start, ids), states in self._read(tokens["input_ids"], progress):
            sums[owner] += max(len(ids), 1) * (states[0] if first_only else states.mean(axis=0))
            if pieces and ids:
                middles = np.mean(tokens["offset_mapping"][owner][start : start + len(ids)], axis=1) - len(prefix)
                ends = np.cumsum([len(without_case_numbers(piece)) for piece in pieces[owner]])
                rows = np.minimum(np.searchsorted(ends, middles), len(ends) - 1)
                own = states[len(self._marks[0]) :][: len(ids)]
                np.add.at(within[owner], rows[middles > 0], own[middles > 0])
        for owner, rows in enumerate(within):
            # A piece without a token, a sign that the model leaves out, is as the whole.
            rows[~rows.any(axis=1)] = sums[owner]
        return normalize(sums).astype(np.float32), [normalize(rows).astype(np.float32) for rows in within]

    def _read(self, tokens: Sequence[list[int]], progress: str | None) -> Iterator[tuple[_Window, Vectors]]:
        """Each window of each text, and the last layer's states of its tokens and its marks."""
        import torch

        windows = [
            (owner, start, ids[start : start + self._window])
            for owner, ids in enumerate(tokens)
            for start in range(0, max(len(ids), 1), self._window)
        ]
        windows.sort(key=lambda window: len(window[2]))
        first, last = self._marks
        with tqdm(total=len(windows), desc=progress, unit="text", disable=progress is None) as bar:
            for part in _batches(windows):
                framed = [[*first, *ids, *last] for _, _, ids in part]
                batch = self._tokenizer.pad({"input_ids": framed}, return_tensors="pt")
                with torch.inference_mode():
                    hidden = self._last_layer(batch["input_ids"], batch["attention_mask"]).numpy()
                for window, ids, states in zip(part, framed, hidden, strict=True):
                    yield window, states[: len(ids)]
                bar.update(len(part))


def _batches(windows: list[_Window]) -> Iterator[list[_Window]]:
    """Windows, the shortest first, in batches of at most `TOKENS` when each is filled up to its longest."""
    batch: list[_Window] = []
    for window in windows:
        if batch and (len(batch) + 1) * len(window[2]) > TOKENS:
            yield batch
            batch = []
        batch.append(window)
    yield batch


def _numbers() -> torch.dtype:
    """What the model calculates with: bfloat16 where the processor multiplies it itself (AMX or AVX512-BF16), about twice as
    quick, with vectors that are nearly the same (cosine above 0.9999). Elsewhere it would be much slower."""
    import torch

    can = torch.cpu.get_capabilities()
    return torch.bfloat16 if can.get("amx_bf16") or can.get("avx512_bf16") else torch.float32


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
