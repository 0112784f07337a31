"""New for old (以新换旧): what a correction puts in the place of what, in the words in which people say it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.dialogue.cues import EDGE, spaced

_WORD = r"[^，,。；;！!？?\n]"
_QUOTES = '“”"‘’「」『』'
_GAP = r"[，,。；;、！!\s]{0,3}"
_NOT = r"(?:不是|并非|而非|非|不在|不姓|不叫|别写|不要写|\bnot)(?:叫|姓|在)?"
_IS = r"(?:而?是|就是|应该?(?:是|写|叫|在|为)?|其实是?|实际上?是?|是在|在|姓|叫|要写|(?:讲|说)的是|[讲说写])"
_TO = r"(?:改成|改为|改到|换成|换为|更正为|更改为|调整为|改写成?|(?<![整修更])改(?!一下|下|变|造)|换(?!了))"
_PREAMBLE = re.compile(
    r"^(?:[^，,。]{0,14}?(?:错[字了]?|搞反|不对|不准确?|有误|有问题|不是|改一?下|改下先|没写全|wrong)(?:[了呀啊吧噢哦先]|一个字|的){0,3}(?:[，,。、…！!\s]+|(?=是|应该|改成))"
    r"|(?:不|哦不|呃不是|不不|等等|等一?下|对|没错|不过|但是|还有|另外|哎呀?|哦哟?)[，,。、…！!\s]+)+",
    re.IGNORECASE,
)
"""What says only that something is wrong; what is right follows."""
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<old>{_WORD}{{1,20}}?)(?:[两几三]个字|这个词|那个词|这句话?|那句话?)?(?:给我)?{_TO}个?(?P<new>{_WORD}+)",
        rf"{_NOT}(?P<old>{_WORD}{{1,20}}?){_GAP}{_IS}(?P<new>{_WORD}+)",
        rf"(?:写|打|弄|搞|登|记|当|听)成了?(?P<old>{_WORD}{{1,20}}?)了?{_GAP}{_IS}(?P<new>{_WORD}+)",
        rf"(?P<new>{_WORD}{{1,30}}?){_GAP}(?:你|系统)?(?:给我|给)?(?:写|打|弄|搞|登|记|当|听)成了?(?P<old>{_WORD}{{1,20}})",
        rf"^{_WORD}{{0,6}}?{_NOT}(?P<old>{_WORD}{{1,20}}?)[，,]\s*(?P<new>{_WORD}+)$",
        rf"(?P<new>{_WORD}{{1,30}}?){_GAP}{_NOT}(?P<old>{_WORD}{{1,20}})",
        rf"(?P<new>{_WORD}{{2,30}}?){_GAP}(?:刚才|刚刚|前面|我|你){{0,2}}(?:说|写|打|输|填|搞|弄|记|报|讲)错了?",
        rf"(?:应该|其实|实际)(?:是|写|叫|在)?(?P<new>{_WORD}+)",
    )
)
_BEFORE = re.compile(
    r"^(?:那个|这个|就|哦|噢|啊|嗯|哎|对了|还有|另外|不过|但是?|然后|而且|应该|其实|实际上?|准确(?:的)?(?:说|讲)|请|麻烦|帮我|给我|把|将|俺?我?(?:说|讲|写|住)的|我的?|你|前面|刚才|刚刚|上面|说的|写的|那单里|单子里|里面|加个|补充?一?句?"
    r"|地点|地址|门牌号?|位置|地方|时间|日期|日子|名字|名儿|姓名|称呼|联系人|小区|村名?|路名|楼栋|楼号|电话号码|手机号码|电话|手机号?|号码|联系方式"
    r"|改成|改为|换成|换|改|写成|写上?|填|全名|(?:is|was|it'?s|but|the)\b|[是在叫姓从](?!的)|[:：\s，,。、…])+",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:(?:才|就)(?:对|是)|就行|就好|就可以|(?:比较)?妥当|好了|的(?:事情|事)?|[了啊呀哦吧呢哈嘛]|这个号|那里|那边|谢谢|提交|[，,。；;！!\s…])++$"
)
_IS_WITHIN = re.compile(r"^.{1,10}?(?:(?<!不)是|应为|叫|姓|在)(?=.)")
"""What stands before the new words in 砍树的是他二儿子."""


@dataclass(frozen=True)
class Swap:
    """The new words, and the old ones where they are named; ``old`` is empty where only the new ones are."""

    new: str
    old: str = ""


def swap(words: str) -> Swap:
    """What the words of a correction put in the place of what (不是灯塔街，是大洋路)."""
    text = spaced("".join(sign for sign in words if sign not in _QUOTES)).strip(EDGE)
    text = _PREAMBLE.sub("", text) or text
    for pattern in _PATTERNS:
        if (match := pattern.search(text)) and (new := _bare(match["new"])):
            old = match.groupdict().get("old") or ""
            return Swap(_IS_WITHIN.sub("", new) or new, _bare(old) if old else "")
    return Swap(_bare(text))


def _bare(words: str) -> str:
    """The words of a fact without how it begins and ends (地址应该是, 才对)."""
    words = words.strip(EDGE)
    return _AFTER.sub("", _BEFORE.sub("", words)).strip(EDGE) or words
