"""The heads learn from few examples and say how sure they are."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.nlu import tensors
from bot.language.nlu.heads import SCALE, Features, Head, Vectors, ranking

PLACES = [
    "丽阳街",
    "大洋路",
    "解放街",
    "人民路",
    "中山街",
    "花园路",
    "灯塔小区",
    "白云小区",
    "水东村",
    "城北街",
    "寿尔福路",
    "括苍路",
]
LAMPS = ["路灯坏了三天没有人修", "的灯一直不亮晚上很黑", "路灯一闪一闪的刺眼睛", "路灯杆子歪了快要倒了"]
NOISE = ["烧烤店半夜太吵睡不着", "广场舞的音响声音太大", "工地夜里施工噪音很大", "酒吧唱歌吵到凌晨三点"]


def toy() -> tuple[list[str], list[str]]:
    texts = [place + what for place in PLACES for what in LAMPS + NOISE]
    labels = ["lamp" if what in LAMPS else "noise" for place in PLACES for what in LAMPS + NOISE]
    return texts, labels


def vectors(texts: list[str], seed: int = 0) -> np.ndarray:
    """Unit vectors that all point one way, as e5's do, and differ a little by what the text is about."""
    random = np.random.default_rng(seed)
    rows = np.ones((len(texts), 16)) + random.normal(0, 0.05, (len(texts), 16))
    rows[:, 3] += [0.2 if "灯" in text else 0 for text in texts]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def ranked(head: Head, features: Vectors) -> list[tuple[str, float]]:
    """The classes of one message."""
    return ranking(head.classes, head.probabilities(features)[0])


@pytest.fixture(scope="module")
def trained() -> tuple[Features, Head]:
    texts, labels = toy()
    features = Features().fit(texts, vectors(texts))
    return features, Head.train(features(texts, vectors(texts)), labels)


def test_the_signs_of_a_work_order_number_teach_nothing() -> None:
    texts = [f"{text} LS20261124-{n:06}" for n, text in enumerate(toy()[0])]
    features = Features().fit(texts, vectors(texts))
    first, second = features(["路灯坏了 LS20261124-000001", "路灯坏了 LS20260302-XWVQ8T"], np.ones((2, 16)))
    assert first == pytest.approx(second)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("我家楼下的路灯不亮了", "lamp"),
        ("楼上半夜唱歌太吵了", "noise"),
        ("学校门口的路灯坏了", "lamp"),
        ("施工噪音", "noise"),
    ],
)
def test_what_was_never_seen_is_put_right(trained: tuple[Features, Head], text: str, label: str) -> None:
    features, head = trained
    [(name, sure), *_] = ranked(head, features([text], vectors([text], seed=1)))
    assert name == label
    assert sure > 0.6


def test_a_ranking_is_sorted_and_its_probabilities_sum_to_one(trained: tuple[Features, Head]) -> None:
    features, head = trained
    found = ranked(head, features(["路灯很吵"], vectors(["路灯很吵"])))
    scores = [score for _, score in found]
    assert {name for name, _ in found} == {"lamp", "noise"}
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1)


def test_the_meaning_counts_where_no_word_was_seen_before(trained: tuple[Features, Head]) -> None:
    features, head = trained
    strange, rows = ["qqq", "qqq"], vectors(["灯", "声"], seed=2)
    first, second = (dict(ranked(head, features([text], row[None]))) for text, row in zip(strange, rows, strict=True))
    assert first["lamp"] > second["lamp"]


def test_a_rare_class_counts_as_much_as_a_frequent_one() -> None:
    texts, labels = toy()
    rare = [text for text, label in zip(texts, labels, strict=True) if label == "noise"][:4]
    frequent = [text for text, label in zip(texts, labels, strict=True) if label == "lamp"]
    features = Features().fit(texts, vectors(texts))
    rows = features([*rare, *frequent], vectors([*rare, *frequent]))
    head = Head.train(rows, ["noise"] * len(rare) + ["lamp"] * len(frequent))
    asked = dict(ranked(head, features(["隔壁怎么了"], vectors(["怎么了"], seed=3))))
    assert asked["noise"] > len(rare) / len(rows) + 0.1


def test_stored_heads_give_the_same_figures(trained: tuple[Features, Head], tmp_path: Path) -> None:
    tensors.write(tmp_path / "x", [asdict(part) for part in trained])
    stored = tensors.read(tmp_path / "x")
    features, head = Features(**stored[0]), Head(**stored[1])
    rows = vectors(["路灯不亮"])
    assert ranked(head, features(["路灯不亮"], rows)) == ranked(trained[1], trained[0](["路灯不亮"], rows))


def test_the_ngrams_are_weighted_as_scikit_learn_weights_them() -> None:
    texts, _ = toy()
    ours = Features().fit(texts, vectors(texts))
    theirs = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2, dtype=np.float32)
    expected = theirs.fit_transform(texts) @ ours.reduced
    words = ours(texts, vectors(texts))[:, 16:] / SCALE
    assert words == pytest.approx(expected / np.linalg.norm(expected, axis=1, keepdims=True), abs=1e-6)
