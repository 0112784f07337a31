"""Organisations (单位) that a message names: companies, schools, hospitals, offices, as written."""

from __future__ import annotations

import re

from bot.language.extract.words import Word, tagged

_PARTS = ("LOC", "ORG", "nz", "nw", "n", "vn", "PER")
_KIND = re.compile(
    r"(?:公司|集团|厂|医院|卫生院|卫生室|学校|大学|学院|中学|小学|幼儿园|托管班|酒店|宾馆|饭店|民宿|餐馆|超市|商场|市场|银行|信用社|合作社"
    r"|工作室|中心|事务所|研究所|养老院|驾校|物业|局|委员会|派出所|大队|支队|法院|检察院|政府|街道办|居委会|村委会|协会|总工会|供电所|图书馆|博物馆)$"
)
_ANY = re.compile(r"[一几][家所个间]|[别哪这那]家|某|^(?:乡镇|社区|公办|民办|农村|裙楼|要债|来)")
"""What no organisation is called: 青田一家合作社, 公办幼儿园."""
_LONGEST = 30


def find_organisations(text: str) -> list[str]:
    """The organisations by their names, in order, each once; a bare 物业公司 or 医院 names none."""
    found: list[str] = []
    for run in _runs(tagged(text)):
        # The longest beginning of the run that ends like an organisation.
        for end in range(len(run), 0, -1):
            name = "".join(word.text for word in run[:end])
            if _KIND.search(name) and len(name) <= _LONGEST:
                if _is_named(run[:end], name) and name not in found:
                    found.append(name)
                break
    return found


def _runs(words: tuple[Word, ...]) -> list[list[Word]]:
    """Names and the nouns after them, word after word; one begins at a place, an organisation or a proper name."""
    runs: list[list[Word]] = []
    run: list[Word] = []
    for word in words:
        if run and word.tag in _PARTS:
            run.append(word)
            continue
        if run:
            runs.append(run)
        run = [word] if word.tag in ("LOC", "ORG", "nz") else []
    return [*runs, run] if run else runs


def _is_named(run: list[Word], name: str) -> bool:
    proper = _KIND.sub("", name)
    if _ANY.search(name):
        return False
    return len(proper) >= 2 and (len(run) > 1 or len(proper) >= 3 or run[0].tag == "ORG")
