"""Acts in context (语境中的言语行为): what a message does while a form is filled in, given what was asked.

A message may do several things: answer, correct, ask, complain of the assistant. Each becomes an `Act`. This is read from
the words alone, so that the form neither takes a question for a place nor loses a fact told at the wrong moment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.language.extract.answers import is_skip
from bot.language.extract.facts import find_name, find_time
from bot.language.extract.places import find_location, region_of
from bot.language.reactions import without_stickers
from bot.privacy import find_phone, private_spans

Kind = Literal[
    "answer",
    "correct",
    "replace",
    "rewrite",
    "drop",
    "remove",
    "refuse",
    "reclassify",
    "merge",
    "ask",
    "grumble",
    "yes",
    "tell",
]


@dataclass(frozen=True)
class Act:
    """One thing that a message does.

    ``answer``, ``correct``, ``remove`` and ``refuse`` are about the fact ``field``; ``replace`` puts ``value`` for the
    words ``old`` of the account, ``rewrite`` puts it for all of it, ``drop`` takes
    what is told of ``old`` out; ``reclassify`` names another kind; ``merge`` says that it is one matter; ``ask`` has
    the question as ``value`` and, where it is about the process, its topic as ``field``; ``tell`` is anything else that
    belongs to the matter.
    """

    kind: Kind
    field: str | None = None
    value: str | None = None
    old: str | None = None


@dataclass(frozen=True)
class Context:
    """What a message is read against: what was asked, the place so far, and the account so far."""

    question: str
    place: str | None = None
    account: str = ""


_CLAUSE = re.compile(r"[^。！？!?；;\n，,～~…]+[。！？!?；;\n，,～~…]*")
_EDGE = " \t\n。！？!?；;，,、～~…:：.“”\"'"
_YES = re.compile(
    r"(?:(?:嗯+|对|对的|是|是的|是这样|好|好的|好滴|行|可以|没错|没问题|没有问题|正确|都对|提交|提交吧|交吧|确认|确定|就这样|就这些|就这么着|同意"
    r"|yes|ok|okay|correct|right|submit|that'?s right)[吧了的啊呀哦嗯呢\s]*)+",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"(?:你好|您好|喂|哈喽|不好意思|抱歉|对不起|谢谢|谢谢你|谢谢您|多谢|辛苦了?|麻烦了?|麻烦你了?|哦|噢|啊|唉|哎|哎呀|嗯|那个|这个|就是|对了|还有|另外|不过|但是|然后|我说|等一下|等等|稍等|诶|(?:我)?没(?:有)?留(?:电话|名字|手机)(?:的)?|(?:我|免贵)?姓.|sorry|接着说|继续"
    r"|please|thanks|thank you|hello|hi)[吧了啊呀哦呢]*",
    re.IGNORECASE,
)
_SUBMITS = re.compile(r"[^不别没，,]{0,8}(?:提交|交上去|登记)(?:吧|了|就行|好了|上去)+")
_NO = re.compile(
    r"(?:.{0,6}(?:说|写|打|输|填|搞|弄|记|报|讲|选)错了?(?:不好意思|抱歉|对不起)?|不对|不是|错了|有错|不行|不要|no|wrong)[的了啊呀哦]*",
    re.IGNORECASE,
)
_GRUMBLE = re.compile(
    r"听不懂|看不懂|没看懂|听不明白|(?:说|讲|发|写|告诉)(?:了|过)?(?:你|您)?(?:好?几|多少|无数|[两三四五])[遍次]|(?:刚才|前面|上面|刚刚|早就|都|已经)(?:不是)?(?:都)?(?:说|讲|写|告诉你?)过?了"
    r"|不是(?:说|讲|写)(?:过)?了|怎么(?:又|还|老)(?:问|是)|[还又老]问|问来问去|烦死|烦不烦|啰嗦|罗嗦|什么破|垃圾(?:系统|机器|客服)|人工智障|智障|傻瓜机器|没用的(?:东西|机器)"
    r"|答非所问|什么鬼|写的什么|乱写|牛头不对马嘴|还没(?:回|答)|不回答|没回答|鸡同鸭讲"
)
_WISH = re.compile(
    r"(?:能不能|可不可以|能否|可以|希望|请|麻烦).{0,8}(?:快|尽快|早点|处理|解决|修|管一?管|来人|派人|查一?查|清理|整治)"
)
_ASKS = re.compile(
    r"[?？]$|(?:吗|么|呢)$|多久|多长时间|[要得]几天|几天(?:能|会|可以|有)|什么时候(?:能|会|有|可以|才|来|处理|解决)|啥时候|几时|怎么(?:办|弄|查|交|补|联系)|为什么|为啥|干嘛|干吗|是不是|会不会|能不能"
    r"|可不可以|要不要|有没有(?:用|人)|有用没|管不管|找谁|谁管|归谁|谁来管|(?:哪个|什么|哪些)(?:部门|单位|地方管)"
    r"|^(?:how|when|why|who|what|where|will|can|do|is)\b",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 25
"""Characters of a question without a question mark; a longer clause with 为什么 in it is part of the story."""
_SHORT_ANSWER = 30
"""Characters of an answer that may be a place or time as it stands."""
_NAMING = 11
"""Characters around a name that only say that it is one (my name is)."""
_SHORT_TIME = 12
"""Characters of an answer that is a time if there is any word of time in it."""
_LONGEST_ASKING = 60
_ASKS_HOW = re.compile(
    r"怎么(?:办|补|弄|申请|查|交|领|开|处理|维权|投诉|举报|算|退|报销?|取|转|改|注销|登记)|(?:去|在|到)(?:哪|哪里|哪儿|什么地方)(?:办|领|交|查|开|补|弄)|(?:要|需要|得)(?:带|准备|交)?(?:什么|哪些)"
    r"|多少钱|什么(?:条件|材料|手续|流程)|合不合理|合理(?:吗|么|不)|合法(?:吗|么|不)|归谁管|谁管|(?:哪个|什么)部门|(?:能|可以|可不可以|能不能)(?:退|领|报|办|补|查|申请|提取)|该找谁|找谁"
)
TOPICS = {
    "here": re.compile(r"^(?:还)?在(?:不在|吗|么|嘛)|^有人(?:吗|么|在)|^人呢|^(?:are )?you there", re.IGNORECASE),
    "robot": re.compile(r"机器人|真人|人工智能|是人(?:还是|吗|么)|AI|\bbot\b|real person", re.IGNORECASE),
    "privacy": re.compile(
        r"泄露|泄漏|保密|(?:知道|晓得|看到|看得到|查到)是(?:我|谁)|查得?到我|看得?到我|是谁(?:举报|投诉|报|表扬)的|报复|(?:让|被|给)(?:他|她|对方|物业|老板|邻居|单位|别人).{0,4}知道|会不会(?:告诉|透露|公开)|匿名|隐私|confidential|my name",
        re.IGNORECASE,
    ),
    "why_contact": re.compile(
        r"(?:为什么|为啥|干嘛|干吗|干什么|怎么还?|凭什么|一定|非|必须)(?:要|得|需要)?.{0,4}(?:电话|手机|号码|名字|姓名|姓|联系方式)|(?:电话|手机|号码|名字|联系方式).{0,4}(?:干嘛|干吗|干什么|做什么|有什么用)"
    ),
    "free": re.compile(r"(?:要|收|付|交|花)(?:不要)?.{0,3}(?:钱|费)|收费|免费|\bfree\b|\bcost\b", re.IGNORECASE),
    "term": re.compile(
        r"多久|多长时间|几天|什么时候(?:能|会|有|可以|才|来|处理|解决)|啥时候|几时|多会儿|how long|when will",
        re.IGNORECASE,
    ),
    "unit": re.compile(
        r"找谁|谁管|归谁|谁来管|谁负责|(?:哪个|什么|哪些)(?:部门|单位|地方管)|which (?:office|department)"
    ),
    "useful": re.compile(
        r"有用(?:吗|么|没)|管用|有没有用|管不管|有没有人管|真的?会?(?:管|处理|解决)|会(?:管|处理|解决)(?:吗|么|不)"
    ),
}
"""What people ask about the process in the middle of a form; the answers stand in the wording below ``aside``."""

_OVER = re.compile(
    r"(?:打过|打了|报过|报了|叫了|叫过|打好|报好)(?:了)?(?:110|119|120|122|警|电话|救护车|消防)|打过了|报过警|已经报警|(?:消防|警察|救护车|民警|医生).{0,6}(?:到了|来了|马上|在路上|快到)"
    r"|(?:火|烟).{0,4}灭了|没事了|没(?:有)?危险|不危险|不是(?:真的)?(?:着火|有人|出事|自杀|要死)|虚惊一场|救(?:出来|上来)了"
)
_GETS_WORSE = re.compile(
    r"没人(?:来|接)|还没(?:来|到)|打不通|越来越|又(?:着|冒|打|烧)|还在(?:烧|打|流血|喘)|快不行|救命"
)
_GOES_ON = re.compile(r"(?:接着|继续)(?:说|讲|填|来|登记)")
_PERSON = re.compile(r"人工|客服|真人|接线员|工作人员|专员|\b(?:human|agent|person|operator)\b", re.IGNORECASE)
_FIRST = ("term", "privacy", "free", "robot", "here")
"""Topics that are no part of a matter when they stand in its first account; 归谁管 may be one."""
_MERGES = re.compile(
    r"(?:就|都|其实|这|只)?是?(?:同一件|一件|同一个|一个|一回)事(?:情)?(?!不)|就(?:这)?一件|(?:合|并)(?:在一起|成一[件个张])|(?:不用|别|不要|没必要)(?:分开?|另外|拆)"
)
_KINDS = {
    "投诉": "complaint",
    "举报": "report",
    "表扬": "praise",
    "建议": "suggestion",
    "咨询": "consultation",
    "求助": "assistance",
}
_KIND = "|".join(_KINDS)
_RECLASSIFIES = re.compile(
    rf"(?:不是(?:要|来|在|想)?(?:{_KIND})[\s,，]*(?:而?是|我?(?:要|是|想)(?:来)?|算)?(?:个|一个|一条|条)?(?P<new>{_KIND}))|(?:改成|改为|换成|应该[是算]|算是?|属于)(?:个|一个|一条|条)?(?P<also>{_KIND})"
    rf"|^我是?(?:要|想)(?:来)?(?P<want>{_KIND})的[啊呀]?$|^(?:我|这)?(?:这)?(?:个|条|件)?(?:只|就)?是(?:想|要|来)?(?:提|一个|个|一条|条)?(?P<plain>{_KIND})[的啊呀]?$"
)
_LABELS = {
    "location": r"地点|地址|位置|地方",
    "occurred_at": r"时间|日期",
    "phone": r"电话号码|手机号码|电话|手机号?|号码|联系方式",
    "name": r"名字|姓名|称呼|姓",
}
_LABEL = "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
_WRONG = r"(?:说|写|打|输|填|搞|弄|记|报|讲|选)?错了?|不对|有误|不准确"
_SAID = r"(?:刚才|刚刚|前面|上面|之前)?(?:我)?"
_CORRECTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{_LABEL})(?:{_SAID}(?:{_WRONG}))?[\s,，:：]*(?:应该)?(?:是|为|叫|改成|改为|改到|换成|改|：|:)[\s:：]*(?P<new>[^，,。；;！!？?\n]+)",
        r"不(?:是在?|在)(?P<old>[^是，,。；;！!？?\n]{1,20}?)[\s,，。]*(?:而?是|应该是|应该在|应该叫)在?(?P<new>[^，,。；;！!？?\n]+)",
        rf"{_SAID}(?:{_WRONG})[\s,，。]*(?:应该)?(?:是|为|叫)在?(?P<new>[^，,。；;！!？?\n]+)",
        rf"(?P<new>[^，,。；;！!？?\n]{{2,30}})[\s,，。]*{_SAID}(?:说|写|打|输|填|搞|弄|记|报|讲)错了?",
        r"(?:改成|改为|换成|应该是|应该为|更正为|其实是|准确(?:的)?(?:说|讲)是|正确的是)在?(?P<new>[^，,。；;！!？?\n]+)",
    )
)
_DENIES = re.compile(r"^不(?:是在?|在)(?P<old>[^，,。；;！!？?\n]{2,20})$")
_REMOVES = re.compile(
    rf"(?:把|将)?(?:我的?)?(?:{_LABEL})(?:也)?(?:给)?(?:我)?(?:删|去|拿)(?:掉|了|除)|(?:删|去)(?:掉|除|了)(?:我的?)?(?:{_LABEL.replace('?P<', '?P<also_')})"
)
_DROPS = re.compile(
    r"(?:前面|刚才|上面|刚刚)?(?:说的|写的)?(?:[那这](?:一?句|一?段|个|件))?(?P<old>[^，,。；;！!？?\s的]{1,12}?)(?:的)?(?:那|这)?(?:一)?(?:句话?|段话?|件事|个事)?(?:就)?(?:不要|别|不用|不该)(?:写|放|记|加|登记)(?:进去|上去|在里面|里面)?"
    r"|(?:把|将)(?:前面|刚才|上面|刚刚)?(?:说的|写的)?(?:[那这](?:一?句|一?段|个|件))?(?P<also>[^，,。；;！!？?\s的]{1,12}?)(?:的)?(?:那|这)?(?:一)?(?:句话?|段话?|件事)?(?:删|去|拿)(?:掉|了|除)"
)
_REWRITES = re.compile(
    r"(?:(?:把|将)?(?:内容|描述|文字|那句|这句|前面|上面|刚才)[^，,。；;\n]{0,12}?(?:删|去掉|改|换)(?:掉|除|了)?[\s,，。]*(?:就|重新)?(?:写成?|改成|换成|成|为)|(?:内容|描述)?(?:就|重新|改|你)写成?)[\s:：“\"]*(?P<new>[^”\"]{6,})"
)
_HIDES = re.compile(
    r"(?:不(?:想|要|愿意?|肯)?|别)(?:留|填|给|写|说)(?:我的?)?(?:电话|手机|号码|联系方式|名字)?|匿名|不方便(?:留|给|说)"
)
_CALLED = re.compile(r"^(?:我|就)?叫(?:我)?([一-鿿]{2,4})$")
_MAY_I = re.compile(r"(?:可以|行|好)(?:吗|么|不)|可不可以|行不行|能不能")
_LEAD = re.compile(
    r"^(?:那个|这个|对了|还有|另外|不过|但是|然后|就是|应该|大概|好像|嗯|哦|噢|啊|我?(?:说的)?是?(?=在)|地址是?|地点是?|位置是?|时间是?|是|就?在(?=[^建,，]{2})|[:：])*"
)
_PLACE_LIKE = re.compile(
    r"(?:[路街巷弄村镇乡苑桥幢栋楼店厂门里边面旁角口湾坑岭山河溪江塘田地库区园场站馆院部]|(?<!老)头|小区|新村|花园|单元|附近|隔壁|学校|医院|市场|超市|银行|公司|宿舍|[0-9一二三四五六七八九十]+[号室层])"
    r"(?:那里|那边|这里|这边|那儿|[里上下中内外]|的?(?:旁边|对面|附近|后面|前面|门口|边上))?[啊呀呢吧哦的]*$"
    r"|\b(?:street|road|no\.|near|opposite|next to|building|village|district)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^(?:就|都)?(?:是)?(?:在)?(?:我们?|俺们?|咱们?|自己)?(?:这|那)?(?:的)?(?:家|屋|小区|村|村子|村里|楼|楼道|单元|公司|学校|单位|这里|这边|那里|那边|店|老地方|旁边|附近)?(?:的)?(?:里|里面|门口|门前|楼下|楼上|旁边|附近|对面|边上|外面|后面|前面|这里|这边|那里|那边)?(?:啊|呀|呢|嘛|那)?$"
)
_TIME_LIKE = re.compile(
    r"一直|经常|每|天天|夜夜|最近|好久|很久|长期|不定|前阵|这阵|前段|这段|刚刚|刚才|今|昨|明|晚|早|[0-9一二两三四五六七八九十几半][个]?(?:年|月|周|天|日|号|点|星期|礼拜)|周末|星期|礼拜"
    r"|半夜|凌晨|上午|下午|中午|过年|春节|国庆|去年|前年|暑假|寒假|\b(?:yesterday|today|night|week|month|always|every)\b",
    re.IGNORECASE,
)
_DETAIL = re.compile(r"(?:[0-9A-Za-z一二三四五六七八九十百]+(?:号楼|号院|号|幢|栋|座|单元|室|楼|层))+")
_ONE_DETAIL = re.compile(r"([0-9A-Za-z一二三四五六七八九十百]+)(号楼|号院|号|幢|栋|座|单元|室|楼|层)")


_PICTURES = re.compile(
    "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff^]|(?:[TQ]_[TQ])|(?<!\\w)QAQ"
)
_POLITE_START = re.compile(
    r"^(?:你好|您好|哈喽|喂|哦+|嗯+|那个|是这样(?:的|子)?|我?跟[你您](?:讲|说)(?:个|件)?(?:正事|事)?|那?我(?:讲|说)正事|请问|同志|领导|师傅|亲|打扰(?:一下|了)?|麻烦(?:问)?一下)[呀啊哦们]*[\s,，。.!！~～、:：]*"
)
_POLITE_END = re.compile(
    r"[\s,，。.!！~～]*(?:谢谢|多谢|感谢|拜托|辛苦|麻烦)(?:你们?|您们?|了|啦|大家)*[\s,，。.!！~～]*$"
)
_MOODS = {
    "lonely": re.compile(
        r"冷清|孤单|寂寞|没人(?:说话|讲话|聊天|陪)|(?:陪|跟)我(?:说说|讲讲|聊)|跟你(?:讲讲|说说)话|聊聊天"
    ),
    "loss": re.compile(r"去世|过世|病逝|遇难|不在人世|癌症|白血病"),
    "angry": re.compile(
        r"气死|气人|太过分|欺负人|无法无天|忍无可忍|受够|烦死|恼火|不像话|没王法|欺人太甚|[😡😠🤬😤💢]|[!！]{3,}|\[发怒\]|\[咒骂\]"
    ),
    "worried": re.compile(
        r"害怕|好怕|吓死|吓人|急死|着急|担心|焦虑|睡不着|睡不好|睡不了|没法睡|没法活|崩溃|绝望|走投无路|受不了|求求|救救|怎么活|[😭😢😰😱😥🥺]|\[流泪\]|\[大哭\]"
    ),
}


def mood(text: str) -> str | None:
    """How the person feels, where the words show it: ``lonely``, ``loss``, ``angry`` or ``worried``."""
    return next((name for name, signs in _MOODS.items() if signs.search(text)), None)


def is_over(text: str) -> bool:
    """Whether it says that the danger is over or was none, or that help has been called and is coming."""
    return bool(_OVER.search(text)) and not _GETS_WORSE.search(text)


def wants_person(text: str) -> bool:
    """Whether a person is asked for by name (人工, 客服)."""
    return bool(_PERSON.search(text))


def process_questions(text: str) -> tuple[str, list[Act]]:
    """The text without its questions about the process (要多久能解决), and these."""
    asks = {topic: clause for clause in _CLAUSE.findall(text) if (topic := topic_of(clause)) and topic in _FIRST}
    for clause in asks.values():
        text = text.replace(clause, "")
    return text.strip(" \n，,；;"), [Act("ask", topic, clause.strip(_EDGE)) for topic, clause in asks.items()]


def topic_of(text: str) -> str | None:
    """What a short question about the process is about: one of `TOPICS`."""
    if not _is_question(text):
        return None
    return next((name for name, pattern in TOPICS.items() if pattern.search(text)), None)


def asks_how(text: str) -> bool:
    """Whether a matter is put as a question that an article may answer: 身份证丢了怎么办, 归谁管, 合不合理."""
    return len(text) <= _LONGEST_ASKING and bool(_ASKS_HOW.search(text.strip(" \t\n。！!")))


def read(text: str, context: Context) -> list[Act]:
    """What the message does, in the order in which it says it; nothing for mere talk (嗯, 谢谢) that is no yes."""
    text = without_pictures(text).strip()
    corrected, rest = _corrections(text, context)
    rest = re.sub(r"(?<=[一-鿿])[ 　]+(?=[一-鿿])", "，", rest)  # blanks for punctuation, as from voice
    if context.question == "phone" and not corrected:
        return _distinct(_contact(text, context))
    acts = _answer(rest, context) if not corrected else None
    if acts is None:
        acts = _clauses(rest, context)
    return [*corrected, *_distinct(_joined(acts))]


def _clauses(text: str, context: Context) -> list[Act]:
    """What the clauses do; a long answer is kept whole beside the fact that was asked for."""
    clauses = [(clause, act) for clause in _CLAUSE.findall(text) if (act := _clause(clause, context))]
    if len(text.strip(_EDGE)) <= _SHORT_ANSWER or context.question not in ("location", "occurred_at"):
        return [act for _, act in clauses]
    value = find_location(text).text if context.question == "location" else find_time(text)
    story = "".join(clause for clause, act in clauses if act.kind in ("answer", "tell", "yes"))
    beside = [act for _, act in clauses if act.kind not in ("tell", "yes") and act.field != context.question]
    asked = [Act("answer", context.question, value)] if value else []
    return [*asked, *beside, *([Act("tell", value=story)] if story else [])]


def without_pictures(text: str) -> str:
    """The words without emoji, stickers and faces of signs."""
    return _PICTURES.sub("", without_stickers(text))


def cleaned(text: str) -> str:
    """The words of an account: without pictures, and without how a person begins and ends (你好, 谢谢)."""
    text = without_pictures(text)
    while (shorter := _POLITE_END.sub("", _POLITE_START.sub("", text)).strip(" \n，,、~～")) != text:
        text = shorter
    return text


def is_vague(place: str) -> bool:
    """Whether it names a place that only the person knows (我家楼下, 村口)."""
    return bool(_VAGUE.match(place.strip(_EDGE))) and find_location(place).text is None


def with_detail(place: str, detail: str) -> str | None:
    """The place with another house, unit or room: 3号楼 in 白云小区2号楼; None where the words are no such detail."""
    if not _DETAIL.fullmatch(detail):
        return None
    for number, unit in _ONE_DETAIL.findall(detail):
        changed = re.sub(rf"[0-9A-Za-z一二三四五六七八九十百]+{unit}(?!楼)", f"{number}{unit}", place, count=1)
        place = changed if f"{number}{unit}" in changed else place + number + unit
    return place


# Corrections ----------------------------------------------------------------------------------------------------------


def _corrections(text: str, context: Context) -> tuple[list[Act], str]:
    """What is put right, and the text without it. 应该是上周三 puts right only what was told before."""
    acts: list[Act] = []
    shown = context.question == "confirm"
    for pattern, make in ((_RECLASSIFIES, _reclassified), (_REMOVES, _removed)):
        if match := pattern.search(text.strip(_EDGE)):
            acts.append(make(match))
            text = text.replace(match.group(), "，")
    if shown and (match := _REWRITES.search(text)):
        return [*acts, Act("rewrite", value=match["new"].strip(_EDGE))], text[: match.start()]
    if (match := _DROPS.search(text)) and (old := match["old"] or match["also"]) in context.account:
        acts.append(Act("drop", old=old))
        text = text.replace(match.group(), "，")
    for number, pattern in enumerate(_CORRECTS):
        match = pattern.search(text)
        if match is None or (number in (0, 4) and not (shown or re.search(_WRONG, match.group()))):
            continue
        if act := _correction(match, context):
            acts.append(act)
            text = text.replace(match.group(), "，")
    return acts, text


def _reclassified(match: re.Match[str]) -> Act:
    word = match["new"] or match["also"] or match["want"] or match["plain"]
    return Act("reclassify", value=_KINDS[word])


def _removed(match: re.Match[str]) -> Act:
    found = match.groupdict()
    field = next(name for name in _LABELS if found.get(name) or found.get(f"also_{name}"))
    return Act("remove", field)


def _correction(match: re.Match[str], context: Context) -> Act | None:
    found = match.groupdict()
    new, old = found["new"].strip(_EDGE), (found.get("old") or "").strip(_EDGE)
    new = re.sub(r"(?:才对|的|了|啊|呀|哦|吧)$", "", new)
    if not new:
        return None
    field = next((name for name in _LABELS if found.get(name)), None) or _field_of(new, old, context)
    if field is None:
        return Act("replace", value=new, old=old) if old and old in context.account else None
    if field == "phone" and find_phone(new) is None:
        return None
    if field == "name":
        new = find_name(new, asked=True) or new
    return Act("correct", field, find_phone(new) if field == "phone" else new, old or None)


def _field_of(new: str, old: str, context: Context) -> str | None:
    """Which fact the new words are."""
    place = context.place or ""
    if find_phone(new):
        return "phone"
    if (old and old in place) or _DETAIL.fullmatch(new) or find_location(new).text:
        return "location"
    if (time := find_time(new)) and len(time) * 2 >= len(new):
        return "occurred_at"
    if old and old in context.account:
        return None
    if re.search(r"[路街巷弄村镇乡苑桥区园]$", new):
        return "location"
    return None


# Answers --------------------------------------------------------------------------------------------------------------


def _answer(text: str, context: Context) -> list[Act] | None:
    """A message that as a whole is the answer to what was asked; None for one that must be read by its clauses."""
    bare = text.strip(_EDGE)
    if context.question not in ("location", "occurred_at", "region") or not bare:
        return None
    if is_skip(bare):
        return [Act("refuse", context.question)]
    clauses = _CLAUSE.findall(text)
    if len(bare) > _SHORT_ANSWER or find_phone(bare) or any(_special(clause) for clause in clauses):
        return None
    if len(clauses) > 1 and (find_name(bare) or (context.question == "location" and any(map(_is_only_time, clauses)))):
        return None
    fits = {"location": _is_place, "occurred_at": _is_time, "region": region_of}[context.question]
    return [Act("answer", context.question, _plain(bare))] if fits(bare) else None


def _contact(text: str, context: Context) -> list[Act]:
    """Name, telephone or a refusal, and whatever is told beside them."""
    if is_skip(text):
        return [Act("refuse", "phone")]
    text = text.replace("俺", "我")
    acts: list[Act] = []
    asks = bool(_ASKS.search(text.strip(" \t\n。！!，,")))
    if (phone := find_phone(text)) is not None:
        acts.append(Act("answer", "phone", phone))
    if name := _name(text, asks):
        acts.append(Act("answer", "name", name))
    if phone is None and _HIDES.search(text) and (not asks or _MAY_I.search(text)):
        acts.append(Act("refuse", "phone"))
    rest = text
    for start, end in sorted(private_spans(text), reverse=True):
        rest = f"{rest[:start]}，{rest[end:]}"
    rest = re.sub(r"[ 　]+(?=[一-鿿])", "，", rest)
    for clause in _CLAUSE.findall(rest):
        bare = clause.strip(_EDGE)
        known = [act.value for act in acts if act.field == "name" and act.value]
        if (_HIDES.search(bare) and Act("refuse", "phone") in acts) or any(
            value in bare and len(bare) - len(value) <= 6 for value in known
        ):
            continue
        if (
            len(re.sub(r"我的?|是|座机|固话|电话|手机号?|号码|联系方式?|联系|姓名|名字|打|这个|就|[\W\d_]", "", bare))
            < 2
        ):
            continue
        if act := _clause(clause, context):
            acts.append(act)
    return _joined(acts)


def _name(text: str, asks: bool) -> str | None:
    """The name in an answer to the question for it: the longest that one of its clauses gives."""
    parts = (
        [text, *_CLAUSE.findall(re.sub(r"[ 　]+", "，", text))]
        if not asks
        else _CLAUSE.findall(text.replace(" ", "，"))
    )
    names = [find_name(part, asked=True) for part in parts if not _is_question(part)]
    names += [match.group(1) for part in parts if (match := _CALLED.match(part.strip(_EDGE)))]
    return max(filter(None, names), key=len, default=None)


def _special(clause: str) -> bool:
    bare = clause.strip(_EDGE)
    special = (_GRUMBLE, _MERGES, _GOES_ON)
    return any(pattern.search(bare) for pattern in special) or is_over(bare) or _is_question(clause)


def _clause(clause: str, context: Context) -> Act | None:
    """What one clause does."""
    bare = clause.strip(_EDGE)
    if not re.search(r"\w", bare):
        return None
    if _is_yes(bare):
        return Act("yes")
    if _TALK.fullmatch(bare) or _NO.fullmatch(bare):
        return None
    if _MERGES.search(bare):
        return Act("merge")
    if is_over(bare) or _GOES_ON.search(bare):
        return None
    topic = topic_of(clause)
    if _GRUMBLE.search(bare) and not topic:
        return Act("grumble", value=clause)
    if topic or _is_question(clause):
        return Act("ask", topic, bare)
    if match := _DENIES.match(bare):
        old = match["old"]
        if context.place and (old in context.place or context.place in old):
            return Act("remove", "location")
    said = _plain(bare)
    if context.question == "location" and _is_place(said) and len(said) <= _SHORT_ANSWER:
        return Act("answer", "location", said)
    if context.question == "occurred_at" and _is_time(said) and len(said) <= _SHORT_ANSWER:
        return Act("answer", "occurred_at", said)
    place, time = find_location(bare).text, find_time(bare)
    if context.question == "confirm":
        # What stands alone there puts right what was shown; 孩子在大洋路小学读书 is a part of the story.
        if place and said.endswith(place) and re.fullmatch(r".{0,4}在|.?", said.removesuffix(place)):
            return Act("correct", "location", place)
        if time and len(said) - len(time) <= 1:
            return Act("correct", "occurred_at", time)
    elif context.question != "description":
        if place and len(place) * 2 >= len(said) and len(said) - len(place) <= 3:
            return Act("answer", "location", said if said.startswith(place) else place)
        if time and len(said) - len(time) <= 2:
            return Act("answer", "occurred_at", time)
    return Act("tell", value=clause)


def _is_yes(text: str) -> bool:
    """A yes, also with a thanks behind it (好的谢谢)."""
    if _SUBMITS.fullmatch(text):
        return True
    match = _YES.match(text)
    return match is not None and (match.end() == len(text) or bool(_TALK.fullmatch(text[match.end() :].strip(_EDGE))))


def _is_question(clause: str) -> bool:
    bare = clause.strip(" \t\n。！!；;，,～~…")
    if not _ASKS.search(bare) or _WISH.search(bare) or re.search(r"不知道|不晓得|不明白|搞不懂", bare):
        return False
    return len(bare) <= _LONGEST_QUESTION or bare[-1] in "?？"


def _is_only_time(clause: str) -> bool:
    bare = _plain(clause.strip(_EDGE))
    time = find_time(bare)
    return bool(time) and len(time or "") * 2 >= len(bare)


def _plain(text: str) -> str:
    """The words of an answer without how it begins (是, 就在, 地点是)."""
    return _LEAD.sub("", text) or text


def _is_place(text: str) -> bool:
    if find_location(text).text:
        return True
    time = find_time(text)
    if find_phone(text) or (time and len(time) * 2 > len(text)) or re.fullmatch(r"[\d\W]+", text):
        return False
    return any(_PLACE_LIKE.search(clause.strip(_EDGE)) for clause in _CLAUSE.findall(text)) and not re.search(
        r"[你您](?:们|是|好|有|怎|什)|没人管|不好|^我(?:要|想)(?!在)", text
    )


def _is_time(text: str) -> bool:
    """Whether the words are a time, and do not only name one (刚才那个路牌的事)."""
    if find_phone(text):
        return False
    time = find_time(text) or ""
    return (len(text) <= _SHORT_TIME and bool(time or _TIME_LIKE.search(text))) or len(time) * 5 >= len(text) * 2 > 0


def _distinct(acts: list[Act]) -> list[Act]:
    """Each topic is asked once."""
    return [
        act
        for at, act in enumerate(acts)
        if not (act.field and act.kind == "ask" and act.field in {a.field for a in acts[:at]})
    ]


def _joined(acts: list[Act]) -> list[Act]:
    """Neighbouring parts of the story as one, as they were written; a lone yes among other things is talk."""
    found: list[Act] = []
    for act in acts:
        if act.kind == "tell" and found and found[-1].kind == "tell":
            found[-1] = Act("tell", value=(found[-1].value or "") + (act.value or ""))
        else:
            found.append(act)
    return [Act("tell", value=(act.value or "").strip(" \n，,；;")) if act.kind == "tell" else act for act in found]
