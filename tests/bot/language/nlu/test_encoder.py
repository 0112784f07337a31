"""Sentences become unit vectors whose closeness is closeness of meaning."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bot.language.nlu.encoder import Encoder
from tests import tiny_bert

LAMP = "小区的路灯坏了三天没人修"
FUND = "请问公积金贷款需要什么材料"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return Encoder(tiny_bert.make(tmp_path_factory.mktemp("tiny")))


def cosine(a: Any, b: Any) -> float:
    return float(a @ b)


# The carried encoder --------------------------------------------------------------------------------------------------


def test_every_vector_has_unit_length(e5: Encoder) -> None:
    vectors = e5.encode(["", "好", LAMP, "hello", "😀", "字" * 600, "مرحبا", "１２３"])
    assert vectors.shape == (8, e5.dim) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_nothing_gives_no_vectors(e5: Encoder) -> None:
    assert e5.encode([]).shape == (0, e5.dim)


@pytest.mark.parametrize(
    ("text", "paraphrase", "stranger"),
    [
        (LAMP, "楼下的灯好几天不亮了，也没有人来修理", FUND),
        (FUND, "我想用公积金贷款，要带哪些证件", LAMP),
        ("老板三个月没发工资", "公司拖欠我的薪水", "楼上装修太吵"),
        ("The street lamp is broken", "A light on our road does not work any more", "How do I get married?"),
        ("The street lamp is broken", "路灯坏了", "怎么办结婚证"),
        ("怎么办结婚证", "How do I register my marriage?", "Where can I pay my water bill?"),
    ],
)
def test_a_paraphrase_is_closer_than_a_stranger(e5: Encoder, text: str, paraphrase: str, stranger: str) -> None:
    first, same, other = e5.encode([text, paraphrase, stranger])
    assert cosine(first, same) > cosine(first, other) + 0.02


def test_a_work_order_number_is_read_the_same_whatever_its_signs(e5: Encoder) -> None:
    first, second = e5.encode(["评价LS20261128-RFEWMK 满意", "评价ls20260103 7k3m9q 满意"])
    assert first == pytest.approx(second, abs=1e-6)


def test_a_question_and_a_passage_are_read_differently(e5: Encoder) -> None:
    assert cosine(e5.encode([LAMP], "query")[0], e5.encode([LAMP], "passage")[0]) < 0.999


def test_a_long_letter_is_read_to_its_end(e5: Encoder) -> None:
    beginning = "我们小区一共有十二栋楼，住了很多老人和孩子。" * 50
    lamp, fund, lamp_query = e5.encode([beginning + LAMP * 30, beginning + FUND * 30, LAMP])
    assert cosine(lamp, lamp_query) > cosine(fund, lamp_query) + 0.01


def test_the_end_of_a_long_letter_counts_as_much_as_its_beginning(e5: Encoder) -> None:
    lamp, fund = LAMP * 80, FUND * 80
    one, other, half = e5.encode([lamp + fund, fund + lamp, lamp])
    assert cosine(one, other) > 0.98
    assert cosine(one, other) > cosine(one, half)


GROWTH = """
import sys
from pathlib import Path
from bot.language.nlu.encoder import Encoder

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20

encoder = Encoder(sys.argv[1])
encoder.encode(["路灯坏了"])
before = resident()
for length in range(1, 501):
    encoder.encode(["路" * length])
print(resident() - before)
"""


def test_texts_of_every_length_leave_little_in_memory(tmp_path: Path) -> None:
    folder = tiny_bert.make(tmp_path, positions=512)
    run = subprocess.run([sys.executable, "-c", GROWTH, folder], capture_output=True, text=True, check=True)
    # 176 MB were seen, and 714 without a bound.
    assert int(run.stdout.split()[-1]) < 350


# Any encoder ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["e5", "tiny"])
def test_a_text_has_the_same_vector_alone_and_among_others(name: str, request: pytest.FixtureRequest) -> None:
    shared: Encoder = request.getfixturevalue(name)
    texts = ["门口的路灯坏了", "好", "公积金怎么取", "字" * 300, "路灯", "门口的路灯坏了", "hello there"]
    together, alone = shared.encode(texts), Encoder(shared.name, keep=1)
    for text, vector in zip(texts, together, strict=True):
        # In bfloat16, sums of another order are rounded otherwise: 0.99998 was seen. What fills a batch up would move a text further.
        assert cosine(alone.encode([text])[0], vector) > 0.9999


def test_a_processor_without_bfloat16_gives_the_same_vectors(e5: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    plain = Encoder(e5.name)
    texts = [LAMP, FUND, "好", "字" * 300]
    assert plain.fingerprint == e5.fingerprint, "what one machine kept or trained serves on the other"
    assert min(map(cosine, plain.encode(texts), e5.encode(texts))) > 0.9999


@pytest.mark.parametrize("name", ["e5", "tiny"])
def test_every_piece_has_a_vector_and_the_message_keeps_its_own(name: str, request: pytest.FixtureRequest) -> None:
    shared: Encoder = request.getfixturevalue(name)
    messages = [[LAMP + "，", FUND], ["路灯"], [""], ["路灯 ", " "], [LAMP * 20, FUND * 30]]
    found = shared.encode_pieces(messages)
    assert [rows.shape for rows in found] == [(len(pieces), shared.wide) for pieces in messages]
    assert np.linalg.norm(np.vstack(found), axis=1) == pytest.approx(1, abs=1e-5)
    fresh = Encoder(shared.name)
    for pieces in messages:
        # As a question it is the same, with an adapter and without one.
        whole = fresh.encode(["".join(pieces)])[0]
        assert cosine(shared.encode(["".join(pieces)])[0], whole) > 0.9999


def test_a_message_is_read_by_the_tuned_layers_beside_those_of_a_question(e5: Encoder) -> None:
    [wide], [plain] = e5.encode([LAMP + "啊"], "message"), e5.encode([LAMP + "呀"])
    assert e5.adapted and wide.shape == (2 * e5.dim,)
    assert cosine(wide[: e5.dim] * 2**0.5, plain) > 0.99
    assert cosine(wide[e5.dim :] * 2**0.5, plain) < 0.9


def test_what_was_asked_changes_what_a_piece_is_near_to(e5: Encoder) -> None:
    [alone], [place], [phone] = e5.encode_pieces([["云和"]] * 3, ["", "问地点：", "问电话："])
    assert alone.shape == place.shape == (e5.wide,)
    assert max(cosine(alone, place), cosine(place, phone)) < 0.999


def test_a_piece_is_nearer_to_what_it_says_than_the_one_beside_it(e5: Encoder) -> None:
    [(lamp, fund)] = e5.encode_pieces([[LAMP + "。工单LS20261128000001。", FUND]])
    alone = e5.encode([LAMP, FUND], "message")
    assert cosine(lamp, alone[0]) > cosine(fund, alone[0])
    assert cosine(fund, alone[1]) > cosine(lamp, alone[1])


def test_a_folder_of_hugging_face_can_take_its_place(tiny: Encoder) -> None:
    vectors = tiny.encode(["路灯坏了", "医保怎么报销", ""])
    assert tiny.dim == 32 and vectors.shape == (3, 32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert cosine(vectors[0], vectors[1]) < 0.9999


def test_a_text_longer_than_a_small_window_is_read_to_its_end(tmp_path: Path) -> None:
    small = Encoder(tiny_bert.make(tmp_path, positions=16))
    long, changed, prefix = small.encode(["路灯" * 100, "路灯" * 99 + "医保", "路灯" * 7])
    assert cosine(long, changed) < 0.99999
    # 14 signs fill one window; 200 equal ones are the same windows again and again, but for the last.
    assert cosine(long, prefix) > 0.99


def test_the_folder_says_how_its_vectors_are_made(tmp_path: Path) -> None:
    mean = Encoder(tiny_bert.make(tmp_path / "mean", recipe={"pooling": "mean"}))
    cls = Encoder(tiny_bert.make(tmp_path / "cls", recipe={"pooling": "cls"}))
    prefix = Encoder(tiny_bert.make(tmp_path / "prefix", recipe={"query": "abc ", "passage": "xyz "}))
    text = ["路灯坏了"]
    assert cosine(mean.encode(text)[0], cls.encode(text)[0]) < 0.9999
    assert cosine(prefix.encode(text)[0], mean.encode(["abc 路灯坏了"])[0]) > 0.99999
    assert cosine(prefix.encode(text, "passage")[0], mean.encode(["xyz 路灯坏了"])[0]) > 0.99999


def test_the_order_is_that_of_the_texts_whatever_is_kept(tiny: Encoder) -> None:
    forgetful = Encoder(tiny.name, keep=2)
    texts = ["路灯", "医保", "垃圾", "路灯", "公积金"]
    expected = [tiny.encode([text])[0] for text in texts]
    for _ in range(2):
        for wanted, found in zip(expected, forgetful.encode(texts), strict=True):
            assert cosine(wanted, found) > 0.99999


def test_several_threads_get_the_same_vectors(tiny: Encoder) -> None:
    shared = Encoder(tiny.name, keep=8)
    texts = [f"路灯{sign}" for sign in "abcdefghijklmnop"]

    async def all_at_once() -> list[Any]:
        await asyncio.gather(*(asyncio.to_thread(shared.encode_pieces, [[text, texts[0]]]) for text in texts))
        return await asyncio.gather(*(asyncio.to_thread(shared.encode, texts) for _ in range(4)))

    expected = tiny.encode(texts)
    for found in asyncio.run(all_at_once()):
        assert np.allclose(found, expected, atol=1e-5)


def test_the_fingerprint_stays_and_tells_folders_apart(tmp_path: Path, tiny: Encoder) -> None:
    assert Encoder(tiny.name).fingerprint == tiny.fingerprint
    assert Encoder(tiny_bert.make(tmp_path / "another")).fingerprint != tiny.fingerprint


def test_the_bar_of_a_long_job_stands_on_standard_error(tiny: Encoder, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.encode(["abcabc", "cbacba"], progress="reading articles")
    shown = capsys.readouterr()
    assert "reading articles" in shown.err and shown.out == ""
    tiny.encode(["bacbac"])
    assert capsys.readouterr().err == ""
