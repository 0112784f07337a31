"""The requester's name (姓名), as written: only one that somebody says to be their own, or gives when asked."""

from __future__ import annotations

import re
from itertools import islice

from bot.language.extract.words import tagged
from bot.privacy import private_spans

_COMMON = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖金贾邹熊孟秦邱雷蓝阙麻季"
_RARER = (
    "于石韦夏付方白江尹薛阎段龙黎史陶贺毛郝顾龚邵万钱严洪武莫孔汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单"
    "裴霍涂成苗谷盛曲翁冉骆路游辛管柴蒙鲍华喻祁房屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师"
    "和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查苑迟邝练"
)
_COMPOUND = "欧阳|诸葛|司马|上官|司徒|东方|独孤|南宫|夏侯|皇甫|尉迟|公孙|慕容|令狐|端木|轩辕|宇文|长孙|鲜于"
_SURNAME = rf"(?:{_COMPOUND}|[{_COMMON}{_RARER}])"
TITLE = "(?:先生|女士|小姐|师傅|老师|阿姨|大爷|大妈|大姐|大哥|叔叔|同学)"
_DOTTED = re.compile(r"[一-鿿]{1,7}(?:[·•・‧][一-鿿]{1,8})+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’.\-]*(?: [A-Za-z][A-Za-z'’.\-]*){0,3}")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z'’.\-]*(?: [A-Z][A-Za-z'’.\-]*){0,3}")
_TITLED = re.compile(rf"[小老阿]?{_SURNAME}[一-鿿]{{0,2}}?{TITLE}")
_FAMILIAR = re.compile(rf"[小老阿]{_SURNAME}(?![一-鿿])")
_SHORT = re.compile(rf"{_SURNAME}[一-鿿]{{1,2}}(?![一-鿿])")
_NO_NAMES = frozenset(
    (
        "ok",
        "okay",
        "yes",
        "no",
        "hello",
        "hi",
        "thanks",
        "thank",
        "none",
        "skip",
        "please",
        "why",
        "what",
        "who",
        "how",
        "when",
        "pass",
    )
)

_FIELD = re.compile(
    r"(?:我的?名字[是叫]?|我名叫|^名字[叫是]|(?:名字|姓名|联系人|反映人|投诉人|举报人|诉求人|称呼|署名)(?:[:：是为]|\s(?=\S))?)\s*"
)
_CALLED = re.compile(r"(?:我叫|本人叫|叫我|本人|我是)\s*")
_ENGLISH = re.compile(r"(?:my name is|i am|i'm|this is)\s+", re.IGNORECASE)
_SURNAMED = re.compile(
    rf"(?:我|免贵|本人)姓({_SURNAME})(?![一-鿿]|\w)|(?:我|免贵|本人)姓({_SURNAME})(?={TITLE}|电话|手机)"
)
_SURNAMED_ASKED = re.compile(rf"(?:^|[,，。\s])姓({_SURNAME})(?![一-鿿])")
_GOES_ON = re.compile(r"$|[^一-鿿\w]|家?住|家在|今年|电话|手机|联系|身份证|来自|的?手机|就[行好]|吧|\d")
_LEAD = re.compile(
    r"^(?:您好|你好|[,，。\s])*(?:我叫|叫我|我是|就叫|就是|姓名|称呼|名字|我|叫|业主|住户|居民|[:：是]|\s)*"
)
_CONTACT = re.compile(r"联系方式|联系电话|电话号?码?|手机号?码?|号码|微信同号|[,，、:：;；!！。]")
_PLAIN_WORDS = ("TIME", "t", "d", "v", "vd", "vn", "a", "ad", "an", "n", "r", "p", "c", "u", "s", "f")
_LONGEST = 6
_MOST_LEADS = 8
"""Words that announce a name, of which each is looked at: the tagger reads what follows."""


def find_name(text: str, asked: bool = False) -> str | None:
    """The requester's name. Where it was asked for, a bare name or 王女士 is one, too."""
    if match := _ENGLISH.search(text):
        latin = _LATIN_NAME.match(text, match.end())
        return latin.group().rstrip(".") if latin else None
    for lead, field in ((_FIELD, True), (_CALLED, False)):
        for match in islice(lead.finditer(text), _MOST_LEADS):
            if name := _name_at(text, match.end(), field, own=match.group().startswith(("本人", "我是"))):
                return name
    if match := _SURNAMED.search(text) or (_SURNAMED_ASKED.search(text) if asked else None):
        return next(group for group in match.groups() if group)
    return _bare(text) if asked else None


def _name_at(text: str, at: int, field: bool, own: bool) -> str | None:
    """The name that begins there: after a field's label any, after 我叫 one that ends there, after 我是 a whole one."""
    if match := _DOTTED.match(text, at):
        return match.group()
    if (match := _LATIN_NAME.match(text, at)) and (" " in match.group() or not own):
        return match.group().rstrip(".")
    if not own:
        for pattern in (_TITLED, _FAMILIAR):
            if (match := pattern.match(text, at)) and _GOES_ON.match(text, match.end()):
                return match.group()
    name = _person(text[at : at + 12])
    if name and (field or _GOES_ON.match(text, at + len(name))):
        return name
    labelled = field and text[at - 1] in ":：是为叫 "
    match = _SHORT.match(text, at)
    return match.group() if match and labelled else None


def _person(text: str) -> str | None:
    """The person's name that the text begins with: the tagger sees it best after 我叫."""
    lead = "我叫"
    word = next((word for word in tagged(f"{lead}{text}。") if word.start == len(lead)), None)
    known = word is not None and word.tag == "PER" and 2 <= len(word.text) <= _LONGEST
    return word.text if word and known else None


def _bare(text: str) -> str | None:
    """The name of an answer that is a name, perhaps with a number: 王芳 13800000000."""
    left = text
    spans = private_spans(text)
    for start, end in sorted(spans, reverse=True):
        left = f"{left[:start]} {left[end:]}"
    left = _CONTACT.sub(" ", left).strip()
    if match := _LATIN.fullmatch(left):
        return None if match.group().split()[0].lower() in _NO_NAMES else match.group()
    rest = left[match.end() :] if (match := _LEAD.match(left)) else left
    bare = rest.split(" ")[0]
    for pattern in (_DOTTED, _TITLED, _FAMILIAR):
        if match := pattern.match(bare):
            return match.group()
    if len(bare) == 1:
        return bare if bare in _COMMON else None
    words = tagged(bare)
    if len(words) == 1 and words[0].tag in _PLAIN_WORDS:
        # 周末 and 时间 begin like names.
        return None
    name = _person(bare)
    if name and _GOES_ON.match(bare, len(name)):
        return name
    return (
        bare
        if spans and _SHORT.fullmatch(bare) and not any(word.tag in ("TIME", "v", "d", "u") for word in words)
        else None
    )
