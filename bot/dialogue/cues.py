"""Cues (话语线索): what single words of a message show: questions about the process, feelings, danger that is over.

Plain patterns, read the same wherever the message stands; `bot.dialogue.acts` reads it against what was asked.
"""

from __future__ import annotations

import re

from bot.language.reactions import without_stickers

CLAUSE = re.compile(r"[^。！？!?；;\n，,～~…]+[。！？!?；;\n，,～~…]*")
EDGE = " \t\n。！？!?；;，,、～~…:：.“”\"'"
_WISH = re.compile(
    r"(?:能不能|可不可以|能否|可以|希望|请|麻烦).{0,8}(?:快|尽快|早点|处理|解决|修|管一?管|来人|派人|查一?查|清理|整治)"
)
_ASKS = re.compile(
    r"[?？]$|(?:电话|号码)(?:是)?(?:多少|几号|有吗|有没有)|(?:吗|么|呢)$|真的?不?会.{0,6}(?:晓得|知道|看到).{0,4}是?我|(?<!不)([一-鿿])不\1|多久|多长时间|[要得]几天|几天(?:能|会|可以|有)|几[点号时日](?:能|会|来|有|才|可以|上门)|今天(?:到底)?(?:能|会)?来|来不来|要不要报警|什么时候(?:能|会|有|可以|才|来|处理|解决)|啥时候|几时|怎么(?:办|弄|查|交|补|联系)|为什么|为啥|干嘛|干吗|是不是|会不会|能不能|是.{1,6}还是"
    r"|可不可以|要不要|有没有(?:用|人)|有用(?:没|吗|么)|管不管|找谁|谁管|归谁|谁来管|(?:哪个|什么|哪些)(?:部门|单位|地方管)|(?:要|需要|得)(?:带|准备|交)?(?:什么|哪些)|什么(?:材料|条件|手续|流程)|多少钱|(?:去|到|在)哪里?(?:办|领|交|查|弄)"
    r"|^(?:how|when|why|who|what|where|will|can|do|is)\b",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 25
"""Characters of a question without a question mark; a longer clause with 为什么 in it is part of the story."""
_LONGEST_ASKING = 60
_ASKS_HOW = re.compile(
    r"怎么(?:办|补|弄|申请|查|交|领|开|处理|维权|投诉|举报|算|退|报销?|取|转|改|注销|登记)|(?:去|在|到)(?:哪|哪里|哪儿|什么地方)(?:办|领|交|查|开|补|弄)|(?:要|需要|得)(?:带|准备|交)?(?:什么|哪些)"
    r"|多少钱|什么(?:条件|材料|手续|流程)|合不合理|合理(?:吗|么|不)|合法(?:吗|么|不)|归谁管|谁管|(?:哪个|什么)部门|(?:能|可以|可不可以|能不能)(?:退|领|报|办|补|查|申请|提取)|该找谁|找谁"
)
TOPICS = {
    "here": re.compile(
        r"^(?:还)?在(?:不在|吗|么|嘛)|^有人(?:吗|么|在吗|在不在)|^人呢|^(?:are )?you there", re.IGNORECASE
    ),
    "police": re.compile(r"报警(?:吗|么|不|有用)|要不要报警|(?:该|能|可以)报警|call the police", re.IGNORECASE),
    "robot": re.compile(
        r"机器人|是?真人(?:吗|么|还是)|人工智能|是人(?:还是|吗|么)|人还是机器|(?<![A-Za-z])AI(?![A-Za-z])|\bbot\b|real person",
        re.IGNORECASE,
    ),
    "privacy": re.compile(
        r"泄露|泄漏|保密|(?:知道|晓得|看到|看得到|查到|查得到)(?:就)?是(?:我|谁)|查(?:不|得)?到我|(?:看|查)(?:能|会)?[得不]?到(?:我|是)|是我(?:讲|说|报|举报|投诉)的|给.{1,4}(?:看到|知道|晓得)|跟他(?:讲|说)|是谁(?:举报|投诉|报|表扬)的|报复|(?:让|被|给)(?:他|她|对方|物业|老板|邻居|单位|别人).{0,4}知道|会不会(?:告诉|透露|公开)|匿名|隐私|confidential|my name",
        re.IGNORECASE,
    ),
    "why_contact": re.compile(
        r"(?:为什么|为啥|干嘛|干吗|干什么|怎么还?|凭什么|一定|非|必须)(?:要|得|需要)?.{0,4}(?:电话|手机|号码|名字|姓名|姓|联系方式)|(?:电话|手机|号码|名字|联系方式).{0,4}(?:干嘛|干吗|干什么|做什么|有什么用)"
    ),
    # Of this service, and of nothing else: 物业乱收费 and 办护照要交多少钱 are matters.
    "free": re.compile(
        r"^(?:呵呵|我|问|你们?|这里|这个|这儿|在这|登记|热线|12345|反映|投诉|这样|是|还){0,4}(?:收不收费|要不要(?:收|付|交)?(?:钱|费)|要?(?:收|付|交)?(?:钱|费)的?(?:吗|么|不)|免费的?(?:吗|么|不))"
        r"|^(?:is (?:it|this)|does (?:it|this)).{0,10}(?:free|cost)",
        re.IGNORECASE,
    ),
    "contact_back": re.compile(
        r"^(?:那|你们?|热线|到时候?|后面|之后|以后|弄好了?|办好了?|处理好了?|他们|单位|有人|还|是不是|请问){0,4}(?:会不会|会|要不要|能不能)(?:再)?(?:给我|跟我|和我)?(?:打(?:我|个)?电话|来电话|发(?:个)?短信|联系我|通知我|回复我|回(?:个)?电话)(?:给我|通知|联系|来)?(?:吗|么|不|的吗)?"
        r"|(?:怎么|咋)(?:样)?(?:通知|联系|答复|回复|告诉)我|(?:结果|答复|回复)(?:会)?(?:在哪|从哪|怎么|哪里)(?:里)?(?:看|查|知道|收)|谁(?:会)?(?:给我|跟我|来)?(?:打电话|联系我|通知我)"
    ),
    "evidence": re.compile(
        r"(?:发票|小票|照片|凭证|收据|票据|证据|聊天记录|录音|录像|视频|合同|包装|快递单).{0,8}(?:要不要|还?要|需要|需不需要|用不用|留着?|保留|发|拍|交|有用).{0,6}(?:吗|么|不|没用|[?？])"
        r"|(?:要不要|需不需要|用不用|还要|要)(?:留|发|拍|传|交|保留|提供|准备)(?:个|张|点|下|好|着)?.{0,4}(?:发票|小票|照片|凭证|收据|票据|证据|录音|录像|视频|合同)"
    ),
    "now": re.compile(
        r"(?:今晚|今夜|今天|今朝|现在|马上|等下|等会|等一下|晚上|半夜|立刻|立马).{0,6}(?:有没有人|有人|能不能|会不会|能|会|可以|派人)(?:过)?(?:来|管|处理|到|去).{0,3}(?:吗|么|不|嘛|[?？])"
    ),
    "term": re.compile(
        r"多久|多长时间|几天|几号(?:能|会|来|上门)|几时|来不来|今天(?:到底)?(?:能|会)?来|什么时候(?:能|会|有|可以|才|来|处理|解决)|啥时候|多会儿|how long|when will",
        re.IGNORECASE,
    ),
    "unit": re.compile(
        r"找谁|谁管|归谁|谁来管|谁负责|(?:哪个|什么|哪些)(?:部门|单位|地方管)|which (?:office|department)|who .{0,12}(?:handle|deal|take|charge|responsible)",
        re.IGNORECASE,
    ),
    "check": re.compile(
        r"(?:怎么|咋|哪里|如何|去哪)(?:样|能|可以)?查(?:进度|结果|得?到|$)|(?:单号|编号|号码).{0,6}(?:记不|忘|咋|怎么)"
    ),
    "unit_word": re.compile(r"(?:啥|什么)(?:叫|是)?(?:做)?.{0,3}拟派|拟派.{0,6}(?:啥|什么|意思)"),
    "heard": re.compile(
        r"(?:听到|听见|看到|看见|收到|记下|记住|记上|登记上)(?:了)?(?:没有?|吗|么|不)|都(?:记|写|听|收)(?:了|到|下|上)+(?:吗|么|没)"
    ),
    "office_phone": re.compile(
        r"(?:局|委|公司|部门|单位|街道|社区|村委?会?|派出所|所|中心|医院|学校|窗口|物业|大厅|法院|工会|水厂).{0,6}(?:的)?(?:电话|号码|联系方式)(?:是|是多少|多少|几号|有吗|有没有|报|给|发|你)"
        r"|(?:有没有|有|给|告诉|报|发|查|想要|要)(?:我|一?下|你|个)*[^，,。]{1,10}(?:局|委|公司|部门|单位|街道|社区|村委?会?|派出所|所|中心|医院|学校|窗口|物业|大厅|法院|工会|水厂)的?(?:电话|号码|联系方式)"
    ),
    "supply": re.compile(
        r"(?:水|电|气|煤气|燃气)(?:到底|大概|今天)?(?:什么时候|啥时候|几点|几时|何时|多久|哪天)(?:能|会|可以|才)?(?:再)?(?:来|通|有|恢复)"
        r"|(?:什么时候|啥时候|几点|几时|何时|多久|哪天)(?:能|会|可以|才)?(?:再)?(?:来|通|恢复|有)(?:供)?(?:水|电|气|煤气|燃气)"
    ),
    "language": re.compile(r"(?:in|speak|read) (?:english|chinese)|英文|英语", re.IGNORECASE),
    "useful": re.compile(
        r"有用(?:吗|么|没)|管用|有没有用|管不管|有没有人管|真的?会?(?:管|处理|解决)|会(?:管|处理|解决)(?:吗|么|不)"
    ),
}
"""What people ask about the process in the middle of a form; the answers stand in the wording below ``aside``."""
_PLAIN = ("office_phone", "supply", "check", "unit_word", "heard")
_CONCEALS = re.compile(
    r"^(?:[，,。\s]|但是?|还有|另外|请|麻烦|千万|希望|就是|我|你们?|您){0,3}(?:(?:别|不要|不想|请勿)(?:让|给|跟|和|告诉|透露|泄露|公开)"
    r".{0,10}(?:知道|晓得|是我|我的?(?:身份|信息|姓名|名字|电话|号码|举报|投诉|反映))|(?:别|不要)(?:说|讲)(?:出去|是我)|(?:替|给|帮)我们?保密)"
)
"""A clause that wishes for confidentiality: it is told to us, and no part of a matter (不能给我们个说法 is one)."""
_CALLED = re.compile(
    r"(?:打过|打了|报过|报了|叫了|叫过|打好|报好)了?(?:110|119|120|122|警|救护车|消防)|打过了|报过警|已经报警|(?:消防|警察|救护车|民警|医生).{0,6}(?:到.{0,4}了|来了|马上到|在路上|快到)"
)
_OVER = re.compile(r"(?:火|烟).{0,4}灭了|没事了|没(?:有)?危险|不危险|虚惊一场|救(?:出来|上来)了")
_ONLY_ASKS = re.compile(
    r"^(?:我|我们|都|那|哎|唉|不是|你好|[,，\s]){0,3}(?:就是?|只是?|不过是?|本来是?|单纯)(?:想)?(?:来)?(?:问问|问一下|问下|问一问|问个|咨询|了解|打听|想知道)"
    r"|^(?:我|我们|这|又|也|都|并){0,3}(?:不是|没有?|没要|不想)(?:要|想|来|让你|叫你|说要){0,2}(?:投诉|举报|登记|反映)(?!过|人|你|他|她|的)(?:什么|谁|任何人)?[啊呀的哦]{0,2}$"
    r"|^(?:我)?(?:没|没有)(?:要|让|叫)你登记"
)
"""How people say that they only have a question."""
_GETS_WORSE = re.compile(
    r"没人(?:来|接)|还没(?:来|到)|打不通|越来越|又(?:着|冒|打|烧)|还在(?:烧|打|流血|喘)|快不行|救命"
)
_NO_DANGER = re.compile(
    r"没(?:有)?(?:人)?(?:生病|受伤|伤到|出事|着火|起火|病人|人病|危险|要紧)|(?:身体|人)(?:都)?(?:没事|好好的|好着)|不是(?:要)?(?:急救|火警|报警|救命|生病|看病|着火|这个意思|那个意思)"
    r"|(?:什么|哪来的|叫什么|打什么|干嘛(?:要|叫我)?打?|干吗(?:要|叫我)?打?|为什么(?:要)?打?|怎么(?:叫|让)我打|不用打?|不需要打?|不要打?|谁(?:要|说)打?)(?:110|119|120|122|急救|救护车|报警)"
    r"|(?:看|听|搞|弄)(?:清楚|明白)(?:点|一点|一下)?(?:呀|啊|好|行|没|$)|(?:理解|搞|弄|看|听)错了?|误会|想多了|一句气话|\bno emergency|\bnot an emergency|nobody is (?:hurt|ill|sick)",
    re.IGNORECASE,
)
"""How people say that there is no danger, or that they were misread."""
_OFFICE = r"(?:[局委]|公司|部门|单位|街道|社区|城管|派出所|执法队)"
_WRONG_UNIT = re.compile(
    rf"^关.{{1,10}}(?:什么|啥|屁|毛)事|(?:不归|不属于|不是归|不关|跟).{{0,10}}(?:{_OFFICE}|他们).{{0,2}}(?:管|的事|没关系|无关|什么事|啥事|搭不上|不搭界)|(?:不归|不属于)(?:他们|{_OFFICE})"
    rf"|怎么(?:又|还|会|都)?(?:是|派|写|给).{{0,8}}{_OFFICE}.{{0,6}}$|(?:不要|别|不用|不该|不能)(?:派|交|转|写|给|找).{{0,10}}{_OFFICE}"
    rf"|^.{{0,6}}归[^谁哪]{{1,8}}管的$|^(?:这个?|那个?|牌子|路)?(?:难道|应该)?不是.{{1,6}}{_OFFICE}(?:的|管)|^还是.{{1,8}}[局委]$|{_OFFICE}(?:也|都|就|是)?(?:写|派|选|填|搞|弄)?(?:错了?|不对)|派错|找.{{0,8}}{_OFFICE}(?:没用|不对|干嘛|干吗|干什么|做什么)"
    rf"|^(?:这(?:个|事|件事)?|那)?(?:应该|要|得|该)(?:归|派给|交给|找|叫|让|是).{{1,14}}(?:管|来管|处理|负责)(?:的|才对|吧|啊|呀)*$|^(?:要|得|应该|该)?叫?个?.{{0,6}}管得(?:了|到|住)"
)
"""An objection to the unit that is to have the matter."""
_FILES = re.compile(
    r"(?:算了|那|好的?|行|嗯|就|还是|你们?|请|麻烦|我|是|要|想|说|帮|给|替|先|直接|快点?|吧|这个|这件事?|新|[,，\s])*(?:登记|填|立|开|报)(?:一?下|一?[张个])?(?:工单|单子|单)?(?:吧|了|啊|呀|好了|上去|一下|，)*(?:(?:不是|不算|别)(?:查|投诉).{0,3})?"
)
"""A message that asks for an order and says nothing else (登记工单)."""
_WANTS = re.compile(r"(?:要|想|帮我|给我|现在|先|来)(?:[^不别没]{0,4})登记|登记(?:一下|个|吧|一张)")
"""A wish for an order among other words (我是要登记，不是查)."""
RESUMES = re.compile(
    r"(?:好的?|嗯|行)?[,，\s]*(?:那|还是|我)?(?:恢复|接着|继续|往下)(?:说|讲|填|来|登记|弄|办|刚才的|上次的)?[吧了啊呀的]{0,2}"
)
"""Taking up what was cancelled or put off."""
_TALK_BESIDE = 6
"""Characters beside the news that danger is over which tell nothing more."""
GOES_ON = re.compile(r"(?:接着|继续)(?:说|讲|填|来|登记)")
_IS_PERSON = re.compile(r"(?:是|是不是)(?:真人|人工|客服|人)(?:吗|么|还是)?")
_PERSON = re.compile(r"人工|客服|真人|接线员|工作人员|专员|\b(?:human|agent|person|operator)\b", re.IGNORECASE)
_FIRST = ("supply", "term", "privacy", "free", "robot", "here", "useful", "contact_back")
"""Topics that are no part of a matter when they stand in its first account; 归谁管 may be one."""
_LEAD = r"^(?:那|这|这个|这种|这件|这事|这件事|我|我这个|还|大概|一般|到底|请问|要|得|该|应该|去|等|归){0,5}"
_ONLY_OURS = {
    "term": re.compile(
        r"解决|处理|来人|有人来|上门|修好|回复|答复|办好|有人管|how long|when will"
        rf"|{_LEAD}(?:多久|几天|多长时间|什么时候|啥时候|几时)(?:能|会|可以|弄好|好|到|有结果){{0,3}}[啊呀呢吗了]{{0,2}}$",
        re.IGNORECASE,
    ),
    "privacy": re.compile(
        r"会(?:不会)?(?:泄露|泄漏|告诉|公开|让|给)|保密(?:吗|么|不)|(?:知道|晓得|查到|看到)(?:得)?到?是?我|"
        + _CONCEALS.pattern
    ),
    "unit": re.compile(
        rf"{_LEAD}(?:找谁|谁来?管|谁负责|(?:哪个|什么|哪些)(?:部门|单位|地方)管?)[啊呀呢的]{{0,2}}$|\b(?:who|which)\b",
        re.IGNORECASE,
    ),
}
"""What they must say outside a form: 补办社保卡要多久 and 公司泄露我的信息怎么办 are matters themselves."""
_DIALECT = str.maketrans({"弗": "不", "勿": "不", "倷": "你", "伊": "他", "俺": "我", "侬": "你"})
_PICTURES = re.compile(
    "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff^]|(?:[TQ]_[TQ])|(?<!\\w)QAQ"
)
_POLITE_START = re.compile(
    r"^(?:(?:再|还要?|我|帮我|麻烦){0,3}(?:加上?|补充?|添)(?:一下|一?句|一点|一条)(?:说|就是)?|我?(?:这(?:个|次)?)?(?:不是|没有?|不)(?:要|想|来|在){0,2}(?:投诉|举报)(?:谁|人|什么)?[啊呀的哦]{0,2}[,，]+(?:我?(?:就|只)是(?:想|要)?)?|[哎唉诶]+(?:呀|哟)?|算了(?=[,，\s])|还有一?[个件]事情?|你好|您好|哈喽|喂|哦+|嗯+|那个|是这样(?:的|子)?|我?跟[你您](?:讲|说)(?:个|件)?(?:正事|事)?|那?我(?:讲|说)正事|请问|同志|领导|师傅|亲|打扰(?:一下|了)?|麻烦(?:问)?一下)[呀啊哦们]*[\s,，。.!！~～、:：]*"
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
    """Whether it says that the danger is over or was none."""
    return bool(_OVER.search(text)) and not _GETS_WORSE.search(text)


def only_over(text: str) -> bool:
    """Whether it says that the danger is over, and nothing more: 火灭了，可物业没人来管 has a matter in it."""
    rest = "".join(clause for clause in CLAUSE.findall(spaced(text)) if not is_over(clause))
    return is_over(text) and len(re.sub(r"\W", "", rest)) <= _TALK_BESIDE


def denies_danger(text: str) -> bool:
    """Whether somebody whose words were taken for danger says that there is none (什么120啊没有人生病)."""
    return bool(_NO_DANGER.search(text)) and not _GETS_WORSE.search(text)


def beside_denial(text: str) -> str:
    """The words that are left without the denial itself: 没人受伤但房子在烧 still tells of a fire."""
    return _NO_DANGER.sub("，", text)


def without_denial(text: str) -> str:
    """What is told beside that there is no danger."""
    return "".join(clause for clause in CLAUSE.findall(spaced(text)) if not _NO_DANGER.search(clause))


def doubts_unit(text: str) -> bool:
    """Whether the words say that a matter is not for the unit that was named (关农业农村局什么事)."""
    return bool(_WRONG_UNIT.search(text.strip(EDGE)))


def asks_for_order(text: str) -> bool:
    """Whether the words ask for an order and say nothing else (帮我登记吧, 登记工单)."""
    bare = text.strip(EDGE)
    return bool(_FILES.fullmatch(bare)) and bool(re.search(r"登记|[单]", bare))


def wants_order(text: str) -> bool:
    """Whether the words ask for an order, whatever else they say (我是要登记，不是查)."""
    return bool(_WANTS.search(text))


def only_asking(text: str) -> bool:
    """Whether the person wants to know something and to file nothing (我就问问真的假的)."""
    return any(map(_ONLY_ASKS.search, CLAUSE.findall(spaced(text))))


def help_called(text: str) -> bool:
    """Whether it says that help has been called, or is there."""
    return bool(_CALLED.search(text)) and not _GETS_WORSE.search(text)


def wants_person(text: str) -> bool:
    """Whether a person is asked for by name (人工, 客服)."""
    return bool(_PERSON.search(_IS_PERSON.sub("", text)))


def process_questions(text: str) -> tuple[str, dict[str, str]]:
    """The text without its questions about the process (要多久能解决), and these by their topic."""
    asks = {topic: clause for clause in CLAUSE.findall(spaced(text)) if (topic := _about_us(clause)) in _FIRST}
    for clause in asks.values():
        text = text.replace(clause, "").replace(clause.strip(EDGE), "")
    return text.strip(" \n，,；;"), {topic: clause.strip(EDGE) for topic, clause in asks.items()}


def ends_in_question(text: str) -> bool:
    """Whether a message asks at its end (…这个是真的吗), and does not wish or tell."""
    clauses = [clause for clause in CLAUSE.findall(spaced(without_pictures(text))) if re.search(r"\w", clause)]
    return bool(clauses) and is_question(cleaned(clauses[-1]) or clauses[-1])


def topics_in(text: str) -> list[str]:
    """What the questions about us in the text are about, each once."""
    return list(dict.fromkeys(topic for clause in CLAUSE.findall(spaced(text)) if (topic := _about_us(clause))))


def _about_us(clause: str) -> str | None:
    """The topic of a question about the process that is about nothing else."""
    topic = topic_of(clause)
    bare = standard(clause).strip(EDGE)
    return topic if topic and (topic not in _ONLY_OURS or _ONLY_OURS[topic].search(bare)) else None


def spaced(text: str) -> str:
    """Blanks between Chinese words are its punctuation, as from voice."""
    return re.sub(r"(?<=[一-鿿0-9])[ 　]+|[ 　]+(?=[一-鿿])", "，", text)


def topic_of(text: str) -> str | None:
    """What a short question about the process, or a wish for confidentiality, is about: one of `TOPICS`."""
    text = standard(text)
    if _CONCEALS.search(text) and len(text) <= _LONGEST_QUESTION:
        return "privacy"
    if not is_question(text):
        return None
    return topic_in(text)


def topic_in(question: str) -> str | None:
    """What a question is about, if that is the process."""
    text = standard(question)
    return next((name for name, pattern in TOPICS.items() if pattern.search(text)), None)


def plain_topic(question: str) -> str | None:
    """The topic of a question that is plain by its words alone: numbers of offices, supply, how to look it up."""
    topic = topic_in(question)
    return topic if topic in _PLAIN else None


def asks_how(text: str) -> bool:
    """Whether a matter is put as a question that an article may answer: 身份证丢了怎么办, 归谁管, 合不合理."""
    return len(text) <= _LONGEST_ASKING and bool(_ASKS_HOW.search(text.strip(" \t\n。！!")))


def standard(text: str) -> str:
    """The text with Wu words for not, you and he in standard signs (弗, 倷, 伊), as the patterns know them."""
    return text.translate(_DIALECT)


def without_pictures(text: str) -> str:
    """The words without emoji, stickers and faces of signs."""
    return _PICTURES.sub("", without_stickers(text))


def cleaned(text: str) -> str:
    """The words of an account: without pictures, and without how a person begins and ends (你好, 谢谢)."""
    text = without_pictures(text)
    while (shorter := _POLITE_END.sub("", _POLITE_START.sub("", text)).strip(" \n，,、~～")) != text:
        text = shorter
    return text


def is_question(clause: str) -> bool:
    """Whether a clause asks something, and does not wish or tell it (能不能快点修, 不知道怎么回事)."""
    bare = clause.strip(" \t\n。！!；;，,～~…")
    if not _ASKS.search(bare) or _WISH.search(bare) or re.search(r"不知道|不晓得|不明白|搞不懂", bare):
        return False
    return len(bare) <= _LONGEST_QUESTION or bare[-1] in "?？"
