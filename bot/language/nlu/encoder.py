"""The sentence encoder: a Hugging Face folder run by torch, batched, pooled and normalised."""

from __future__ import annotations

import json
import os
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

from bot.language.extract.facts import without_case_numbers
from bot.language.nlu import weights
from bot.settings import settings

if TYPE_CHECKING:
    import torch

Kind = Literal["query", "passage", "message"]
"""What a text is: a question to find articles by, a part of an article, or what a citizen writes, to be understood."""
Vectors = npt.NDArray[np.float32]

TOKENS = 1920
"""Read at once, with what fills shorter texts up. On two cores the quickest of 640 to 2,560 in bfloat16; else it matters little."""

SHAPES = 64
"""Programs that oneDNN keeps, and its wrapper. They compile some for each length of text; with their own bounds of about a
thousand, five hundred lengths leave half a gigabyte in memory for good. To compile anew costs a short message two milliseconds."""

_Window = tuple[int, int, list[int]]
"""The number of a text, where in it the window begins, and its tokens."""


class Encoder:
    """Turns texts into unit vectors of ``dim`` fp32 numbers; what is to be understood into vectors of ``wide`` numbers, of which
    the first half is that of a question, and the other is read by the layers that an ``adapter`` has tuned, if there is one.

    A text longer than the model's window is read in several windows whose means are weighted by length, so that the
    end of a long letter counts as much as its beginning. All numbers of work orders are read as one. Vectors of single
    texts are kept (least recently used go first), so that a message can be encoded in a thread before the language pipeline
    asks for it.
    """

    def __init__(self, name: str | Path, threads: int = 0, keep: int = 4096, adapter: Path | None = None) -> None:
        for bound in ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY"):
            # Read by torch with the first text, whenever it was imported.
            os.environ.setdefault(bound, str(SHAPES))
        import torch
        from transformers import AutoModel, AutoTokenizer

        from bot.language.nlu import layers

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
        self.fingerprint = f"{Path(self.name).name}/{len(self._tokenizer)}/{state}"
        """Names these weights, so that vectors kept elsewhere are not taken for another encoder's."""
        self.adapted = layers.digest(adapter) if adapter else ""
        """Names the adapter, which the vectors of articles do not depend on."""
        tuned = layers.tuned_layers(model, adapter).to(_numbers()) if adapter else None
        model = model.to(_numbers())
        self._last_layer = self._wide_layer = _compiled(layers.Plain(model), self._tokenizer)
        self.wide = self.dim
        if tuned is not None:
            self._wide_layer, self.wide = _compiled(layers.Beside(model, tuned), self._tokenizer), 2 * self.dim
        self._cache: LRUCache[tuple[Kind, str], Vectors] = LRUCache(keep)
        self._pieces: LRUCache[tuple[str, tuple[str, ...]], Vectors] = LRUCache(min(keep, 256))
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        """Vectors, shape (len(texts), dim or wide). ``progress`` names a bar on standard error."""
        with self._lock:
            found = {text: self._cache[(kind, text)] for text in texts if (kind, text) in self._cache}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            fresh, _ = self._encode(missing, kind, progress)
            found |= dict(zip(missing, fresh, strict=True))
            if len(missing) < self._cache.maxsize:
                with self._lock:
                    self._keep(kind, missing, fresh)
        if not texts:
            return np.zeros((0, self._width(kind)), np.float32)
        return np.stack([found[text] for text in texts])

    def encode_pieces(self, messages: Sequence[Sequence[str]], contexts: Sequence[str] = ()) -> list[Vectors]:
        """For each message, given in pieces, their vectors, shape (pieces, wide): the mean over their tokens, read within the
        whole, and behind its context where there is one. What it costs is the whole, whose vector is then kept as well."""
        wanted = [
            (context, tuple(pieces)) for context, pieces in zip(contexts or [""] * len(messages), messages, strict=True)
        ]
        with self._lock:
            found = {key: self._pieces[key] for key in wanted if key in self._pieces}
        missing = [key for key in dict.fromkeys(wanted) if key not in found]
        if missing:
            texts = [context + "".join(pieces) for context, pieces in missing]
            whole, parts = self._encode(texts, "message", None, missing)
            fresh = dict(zip(missing, parts, strict=True))
            found |= fresh
            with self._lock:
                self._pieces.update(fresh)
                self._keep("message", texts, whole)
        return [found[key] for key in wanted]

    @property
    def halves(self) -> int:
        """Vectors that one vector of a message is made of."""
        return self.wide // self.dim

    def _keep(self, kind: Kind, texts: Sequence[str], vectors: Vectors) -> None:
        self._cache.update({(kind, text): row for text, row in zip(texts, vectors, strict=True)})
        if kind == "message":
            # Its first half is what a question's vector would be, and articles are often looked for at once.
            questions = self._united(vectors[:, : self.dim])
            self._cache.update({("query", text): row for text, row in zip(texts, questions, strict=True)})

    def _width(self, kind: Kind) -> int:
        return self.wide if kind == "message" else self.dim

    def _encode(
        self, texts: Sequence[str], kind: Kind, progress: str | None, cut: Sequence[tuple[str, tuple[str, ...]]] = ()
    ) -> tuple[Vectors, list[Vectors]]:
        """Vectors of the texts, and of the pieces of each where it is given how they are cut behind their context."""
        prefix = self._recipe.get("query" if kind == "message" else kind, "")
        tokens = self._tokenizer(
            [prefix + without_case_numbers(text) for text in texts],
            add_special_tokens=False,
            return_offsets_mapping=bool(cut),
        )
        width = self._width(kind)
        sums = np.zeros((len(texts), width), np.float64)
        within = [np.zeros((len(pieces), width), np.float64) for _, pieces in cut]
        first_only = self._recipe.get("pooling", "mean") == "cls"
        for (owner, start, ids), states in self._read(tokens["input_ids"], kind, progress):
            sums[owner] += max(len(ids), 1) * (states[0] if first_only else states.mean(axis=0))
            if cut and ids:
                context, pieces = cut[owner]
                begin = len(prefix) + len(context)
                middles = np.mean(tokens["offset_mapping"][owner][start : start + len(ids)], axis=1) - begin
                ends = np.cumsum([len(without_case_numbers(piece)) for piece in pieces])
                rows = np.minimum(np.searchsorted(ends, middles), len(ends) - 1)
                own = states[len(self._marks[0]) :][: len(ids)]
                np.add.at(within[owner], rows[middles > 0], own[middles > 0])
        for owner, rows in enumerate(within):
            # A piece without a token, a sign that the model leaves out, is as the whole.
            rows[~rows.any(axis=1)] = sums[owner]
        return self._united(sums), [self._united(rows) for rows in within]

    def _united(self, sums: npt.NDArray[np.floating[Any]]) -> Vectors:
        """Unit vectors, of halves that count the same."""
        halves = sums.reshape(len(sums), -1, self.dim)
        lengths = np.linalg.norm(halves, axis=2, keepdims=True)
        united = halves / np.maximum(lengths, 1e-12) / halves.shape[1] ** 0.5
        vectors: Vectors = united.reshape(sums.shape).astype(np.float32)
        return vectors

    def _read(self, tokens: Sequence[list[int]], kind: Kind, progress: str | None) -> Iterator[tuple[_Window, Vectors]]:
        """Each window of each text, and the last layer's states of its tokens and its marks."""
        import torch

        windows = [
            (owner, start, ids[start : start + self._window])
            for owner, ids in enumerate(tokens)
            for start in range(0, max(len(ids), 1), self._window)
        ]
        windows.sort(key=lambda window: len(window[2]))
        last_layer = self._wide_layer if kind == "message" else self._last_layer
        first, last = self._marks
        with tqdm(total=len(windows), desc=progress, unit="text", disable=progress is None) as bar:
            for part in _batches(windows):
                framed = [[*first, *ids, *last] for _, _, ids in part]
                batch = self._tokenizer.pad({"input_ids": framed}, return_tensors="pt")
                with torch.inference_mode():
                    hidden = last_layer(batch["input_ids"], batch["attention_mask"]).numpy()
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


def _compiled(module: Any, tokenizer: Any) -> Any:
    """The layers as one function of token ids and mask to the last layer's states; a third quicker for one message than layer
    by layer in Python (docs/decisions/0008-understanding.md)."""
    import torch

    # Two texts of different length, so that padding is traced, too.
    example = tokenizer(["路灯坏了", "路灯坏了三天没人修"], padding=True, return_tensors="pt")
    with warnings.catch_warnings(), torch.inference_mode():
        # `torch.export` makes the same in three times the time, and `torch.compile` needs a C++ compiler.
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(module.eval(), (example["input_ids"], example["attention_mask"]), check_trace=False)
        return torch.jit.freeze(traced)


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """The encoder of this process, loaded (and, the first time on this machine, converted) on first use."""
    config = settings()
    from bot.language.nlu.layers import ADAPTER

    if config.encoder:
        return Encoder(config.encoder, threads=config.encoder_threads)
    carried = weights.convert(config.models_dir / "encoder" / weights.NAME)
    return Encoder(carried, threads=config.encoder_threads, adapter=ADAPTER)
