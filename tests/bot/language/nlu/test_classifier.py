"""The heads are trained from examples with labels, kept with the model, and score messages and their parts."""

from __future__ import annotations

import pickle
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.nlu.classifier import PARTS, SCORES, HotlineClassifier, labels_of
from bot.language.nlu.featurizer import EncoderFeaturizer
from bot.language.nlu.tensors import read

PLACES = ["丽阳街", "大洋路", "解放街", "人民路", "中山街", "花园路", "灯塔小区", "白云小区", "水东村", "城北街"]
LAMPS = ["路灯坏了三天没有人修", "的灯一直不亮晚上很黑", "路灯一闪一闪的刺眼睛", "路灯杆子歪了快要倒了"]
NOISE = ["烧烤店半夜太吵睡不着", "广场舞的音响声音太大", "工地夜里施工噪音很大", "酒吧唱歌吵到凌晨三点"]
GREETINGS = ["你好", "您好呀", "在吗", "早上好", "喂，有人吗", "下午好", "晚上好", "你好，在不在"]
DANGER = [("着火了快来救火", 119), ("我家着火了快来人", 119), ("有人晕倒了快来人", 120), ("老人晕倒了叫不醒", 120)]

TWO = "的路灯坏了三天没人修，另外楼下的酒吧唱歌吵到半夜"
"""Two matters, after a place."""


def example(text: str, intent: str, **labels: Any) -> Message:
    return Message({TEXT: text, INTENT: intent, "metadata": {"intent": labels, "example": {}}})


def matter(text: str, category: list[str], **labels: Any) -> Message:
    return example(text, "report_matter", **{"route": "accept", "category": category, "kind": "complaint", **labels})


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> HotlineClassifier:
    """A small classifier, as it is right after the training."""
    folder: Path = tmp_path_factory.mktemp("model")
    examples = [matter(place + what, ["城乡建设", "市政设施"]) for place in PLACES for what in LAMPS]
    noise = {"kind": "report", "urgency": "expedited", "immediate": True}
    examples += [matter(place + what, ["环境保护", "噪声污染"], **noise) for place in PLACES for what in NOISE]
    examples += [
        example(text + end, "greet", route="none") for text in GREETINGS for end in ("", "，打扰了", "！", "，师傅")
    ]
    danger = [(place + text, line) for place in PLACES for text, line in DANGER]
    examples += [example(text, "report_matter", route="emergency", hotline=line) for text, line in danger]
    data = EncoderFeaturizer.create({}).process_training_data(TrainingData(examples))
    classifier = HotlineClassifier.create({}, LocalModelStorage.create(folder), Resource("classifier"), None)
    classifier.train(data)
    return classifier


@pytest.fixture(scope="module")
def trained(fresh: HotlineClassifier) -> HotlineClassifier:
    """The same, loaded as the service does."""
    return HotlineClassifier.load({}, fresh._storage, fresh._resource, None)


def scored(trained: HotlineClassifier, text: str) -> Message:
    return trained.process(EncoderFeaturizer.create({}).process([Message({TEXT: text})]))[0]


@pytest.mark.parametrize(
    ("text", "intent", "category"),
    [
        ("水东村的路灯又不亮了", "report_matter", "城乡建设/市政设施"),
        ("楼下酒吧半夜唱歌，吵死了", "report_matter", "环境保护/噪声污染"),
        ("您好，在吗", "greet", None),
        ("着火了！快来人！", "report_matter", None),
    ],
)
def test_a_message_gets_a_ranking_for_every_label(
    trained: HotlineClassifier, text: str, intent: str, category: str | None
) -> None:
    scores = scored(trained, text).get(SCORES)
    assert set(scores) >= {"intent", "route", "danger", "hotline", "category", "kind", "urgency", "immediate"}
    assert scores["intent"][0][0] == intent
    assert (dict(scores["danger"])["True"] > 0.5) == ("着火" in text)
    assert category is None or scores["category"][0][0] == category
    for ranking in scores.values():
        assert sum(score for _, score in ranking) == pytest.approx(1)
        assert [score for _, score in ranking] == sorted((score for _, score in ranking), reverse=True)


def test_loaded_it_gives_the_same_figures(fresh: HotlineClassifier, trained: HotlineClassifier) -> None:
    one = [place + text for place in ("西环路", "古城") for text in (*LAMPS, *NOISE, *GREETINGS, "着火了", "人晕倒了")]
    texts = [*one, *(text + "，谢谢" for text in one[:14]), *(f"{place}{TWO}" for place in PLACES)]
    assert len(texts) >= 50

    read = EncoderFeaturizer.create({}).process([Message({TEXT: text}) for text in texts])

    def figures(classifier: HotlineClassifier) -> list[Any]:
        return [(message.get(SCORES), message.get(PARTS)) for message in classifier.process(deepcopy(read))]

    before = figures(fresh)
    assert figures(trained) == before
    assert any(parts for _, parts in before)


def test_what_is_stored_holds_no_pickle(trained: HotlineClassifier) -> None:
    with trained._storage.read_from(trained._resource) as folder:
        [path] = folder.iterdir()
        with pytest.raises(pickle.UnpicklingError):
            pickle.loads(path.read_bytes())
        assert set(read(path)) == {"features", "heads", "network", "neighbours", "separator"}


def test_the_parts_of_a_message_with_two_matters_are_scored_apart(trained: HotlineClassifier) -> None:
    parts = scored(trained, "丽阳街" + TWO).get(PARTS)
    assert [text for text, _ in parts] == ["丽阳街的路灯坏了三天没人修", "另外楼下的酒吧唱歌吵到半夜"]
    assert [scores["category"][0][0] for _, scores in parts] == ["城乡建设/市政设施", "环境保护/噪声污染"]


def test_a_message_with_one_matter_has_no_parts(trained: HotlineClassifier) -> None:
    assert scored(trained, "丽阳街的路灯坏了").get(PARTS) is None


def test_a_buttons_payload_is_not_scored(trained: HotlineClassifier) -> None:
    assert scored(trained, "/affirm").get(SCORES) is None


@pytest.mark.parametrize(
    ("metadata", "labels"),
    [
        ({"route": "none"}, {"route": "none"}),
        ({"route": "legal_route", "legal_route": "litigation"}, {"route": "legal_route/litigation"}),
        ({"route": "decline", "decline_reason": "privacy"}, {"route": "decline/privacy"}),
        (
            {"route": "emergency", "hotline": 119, "category": ["公安政法", "消防安全"]},
            {"route": "emergency", "hotline": "119", "category": "公安政法/消防安全"},
        ),
        (
            {"route": "accept", "category": ["环境保护", "噪声污染"], "kind": "complaint"},
            {
                "route": "accept",
                "category": "环境保护/噪声污染",
                "kind": "complaint",
                "urgency": "standard",
                "immediate": "False",
            },
        ),
        (
            {"route": "accept", "near": True, "category": ["民政", "其他"], "kind": "report", "urgency": "expedited"},
            {"route": "accept", "kind": "report", "urgency": "expedited", "immediate": "False"},
        ),
        ({"route": "none", "rating": "satisfied"}, {"route": "none", "rating": "satisfied"}),
    ],
)
def test_the_labels_of_an_example_are_those_that_apply(metadata: dict[str, Any], labels: dict[str, str]) -> None:
    danger = {"danger": str(metadata["route"] == "emergency")}
    assert labels_of(example("…", "some_intent", **metadata)) == {"intent": "some_intent", **danger, **labels}


def test_an_example_overrides_what_its_intent_says() -> None:
    message = Message(
        {
            TEXT: "…",
            INTENT: "report_matter",
            "metadata": {
                "intent": {"route": "accept", "category": ["民政", "其他"], "kind": "complaint"},
                "example": {"kind": "report", "immediate": True},
            },
        }
    )
    labels = labels_of(message)
    assert (labels["kind"], labels["immediate"], labels["category"]) == ("report", "True", "民政/其他")
