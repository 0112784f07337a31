"""Reactions (表情回应): messages without a word, such as an emoji or a sticker's name, and what they say."""

from __future__ import annotations

import re
from typing import Literal

Reaction = Literal["yes", "no", "thanks", "help", "other"]

_SAYS: dict[Reaction, str] = {
    "help": "🆘 🚨 🚑 🚒",
    "no": "👎 🙅 ❌ ✖ ❎ 🚫 [弱] [NO] [ThumbsDown] /:weak /:no /:bad",
    "yes": "👍 👌 🆗 ✅ ☑ ✔ 💯 🙆 🤝 👏 🫡 [强] [OK] [好的] [鼓掌] [握手] [耶] [ThumbsUp] /:strong /:ok /:handclap /:share",
    "thanks": "❤ ♥ 🧡 💛 💚 💙 💜 🖤 🤍 🤎 💕 💖 💗 💓 💞 🙏 🌹 💐 🌷 😘 🥰 😍 🫶 [爱心] [玫瑰] [抱拳] [合十] [拥抱] [Heart] [Rose]"
    " [Salute] /:heart /:rose /:hug /:@)",
}
"""What is looked for, in this order: a cry for help goes before everything, a no before a yes."""

_OTHERS = (
    "微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 抓狂 吐 偷笑 愉快 白眼 傲慢 困 惊恐 憨笑 悠闲 咒骂 疑问 嘘 晕 衰 "
    "骷髅 敲打 再见 擦汗 抠鼻 坏笑 鄙视 委屈 快哭了 阴险 亲亲 可怜 笑脸 生病 脸红 破涕为笑 恐惧 失望 无语 嘿哈 捂脸 奸笑 机智 皱眉 吃瓜 加油 汗 天啊 "
    "Emm 社会社会 旺柴 打脸 哇 翻白眼 666 让我看看 叹气 苦涩 裂开 嘴唇 心碎 胜利 勾引 拳头 啤酒 咖啡 蛋糕 凋谢 菜刀 炸弹 便便 月亮 太阳 庆祝 礼物 "
    "红包 發 福 烟花 爆竹 猪头 跳跳 发抖 转圈"
)
"""WeChat's other stickers; any other word in brackets is a word that somebody wrote."""
_STICKERS = re.compile(
    "|".join(re.escape(name) for says in _SAYS.values() for name in says.split() if name[0] in "[/")
    + rf"|\[(?:{'|'.join(_OTHERS.split())})\]"
    + r"|/:[:@,]?[()|<>*&~^$!#;?.,'\"\-a-zA-Z]{1,8}"
)


def without_stickers(text: str) -> str:
    """The text without the stickers in it, as WeChat writes them: ``[强]`` or, of old, ``/:strong``."""
    return _STICKERS.sub("", text.replace("／:", "/:"))


def says(text: str) -> Reaction:
    """What a message without words says."""
    text = text.replace("／:", "/:")
    return next((what for what, names in _SAYS.items() if any(name in text for name in names.split())), "other")
