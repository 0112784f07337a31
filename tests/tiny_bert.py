"""A real but tiny Hugging Face encoder, made in a moment, for tests that need no meaning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz路灯坏了医保怎么报销垃圾没人收烧烤店很吵公积金 "


def make(
    folder: Path, seed: int = 0, positions: int = 64, recipe: dict[str, Any] | None = None, layers: int = 2
) -> Path:
    """Writes a BERT of 32 dimensions that reads letter by letter, and returns its folder."""
    import torch
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = {sign: place for place, sign in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(LETTERS)])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=positions,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    if recipe is not None:
        (folder / "encoder.json").write_text(json.dumps(recipe))
    return folder
