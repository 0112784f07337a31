"""The title (标题) of an order: the line of its account that tells what it is about, of at most twenty characters."""

from __future__ import annotations

import re

LONGEST = 20
"""Characters of a title."""
_FEWEST = 5
"""Letters and signs of a clause that tells something."""
_CLAUSE = re.compile(r"[^。！？!?；;\n，,…～~]+")
_LEAD = re.compile(
    r"^(?:[\s、：:“”\"]|你好|您好|喂|同志|领导|请问|麻烦|那个|就是|然后|还有|另外|我跟你[讲说]|我要|我想|我来|帮我|想|要|来"
    r"|反映|反应|投诉|举报|咨询|登记|问|说|讲|一下|一?[个件]?(?:事情?|问题|情况)(?=[\s：:]|$))+"
)
_INTRODUCES = re.compile(
    r"^(?:我是|我叫|我姓|本人|我今年|我家?住|我们是|今年|地点|时间|以前|从前|[两三四五几]件事)"
    r"|^[^一-鿿]*$|(?:气死|急死|烦死|受不了|没办法|怎么办|谢谢)"
)
"""How people begin, and what they feel: no title."""


def title(account: str) -> str:
    """The first clause that tells what happened; the beginning of the account where none does. It may be cut, and has nothing
    that does not stand there."""
    told = [_LEAD.sub("", clause).strip() for clause in _CLAUSE.findall(account)]
    long = [clause for clause in told if len(re.findall(r"\w", clause)) >= _FEWEST]
    plain = [clause for clause in long if not _INTRODUCES.search(clause)]
    return next(iter([*plain, *long, *filter(None, told)]), account.strip())[:LONGEST]
