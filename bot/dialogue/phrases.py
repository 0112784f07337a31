"""Wording that a response of ``domain.yml`` cannot express: texts composed of facts. Short, warm and plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.dialogue.intake import Intake
from bot.hotline.workorders.model import Draft, WorkOrder
from bot.language.understanding import Understanding
from bot.privacy import mask_phone

KIND = {
    "consultation": "咨询",
    "assistance": "求助",
    "complaint": "投诉",
    "report": "举报",
    "suggestion": "建议",
    "praise": "表扬",
}
STATUS = {
    "registered": "已登记，等待派单",
    "dispatched": "已派给办理单位",
    "in_progress": "正在办理",
    "extended": "还在办理，已经延期",
    "replied": "已经答复",
    "closed": "已经办结",
    "reopened": "重新办理中",
    "withdrawn": "已经撤回",
}
STATUS_ENGLISH = {
    "registered": "registered, waiting to be assigned",
    "dispatched": "assigned to the responsible office",
    "in_progress": "being handled",
    "extended": "being handled, extended",
    "replied": "answered",
    "closed": "closed",
    "reopened": "reopened",
    "withdrawn": "withdrawn",
}
LINE = {"110": "报警", "119": "火警救援", "120": "急救", "122": "交通事故"}
LINE_ENGLISH = {"110": "police", "119": "fire and rescue", "120": "ambulance", "122": "traffic accidents"}

_FIRST_STEPS = {
    "110": "先躲到安全的地方，说清您在哪里。不方便说话，可以发短信到12110。",
    "119": "着火先撤出去，别拿东西，别坐电梯。闻到燃气味，别开灯别打火，到屋外再打电话。有人落水，别跳下去救，扔救生圈、递竹竿。",
    "120": "说清病人在哪里、什么情况。先别随便搬动病人，留一个人到路口接车。",
    "122": "有人受伤就先打120。人先撤到路边护栏外；开车的打开双闪，车后放警示牌。",
}
_FIRST_STEPS_ENGLISH = {
    "110": "Get to a safe place first and say where you are.",
    "119": "Fire: get out, do not go back, do not take the lift. Gas: touch no switch. Person in water: stay out, throw what floats.",
    "120": "Say where the patient is and what happened. Do not move the patient.",
    "122": "If anybody is hurt, call 120 first. Get behind the guard rail; if you drive, hazard lights on.",
}


def emergency(line: str, ambulance: bool, suicide: bool, english: bool) -> str:
    """The first thing said to somebody in danger: the number before anything else."""
    if english:
        text = f"Please call {line} ({LINE_ENGLISH[line]}) now. 请马上打{line}！\n{_FIRST_STEPS_ENGLISH[line]}"
        return text + ("\nIf anybody is hurt, also call 120." if ambulance and line not in ("120", "122") else "")
    if suicide:
        return (
            "请您先别走，您很重要。现在请打110或120，会有人马上赶过来。\n"
            "想找人说说话，全国心理援助热线12356有人听。身边有家人朋友，请让他陪着您。\n"
            "如果是您看到别人有危险，请马上打110，陪他说话，别刺激他。"
        )
    text = f"请马上打{line}（{LINE[line]}）！我这里派不了人，打电话最快。\n{_FIRST_STEPS[line]}"
    return text + ("\n有人受伤，同时打120。" if ambulance and line not in ("120", "122") else "")


def emergency_links(line: str, ambulance: bool, suicide: bool) -> list[dict[str, str]]:
    """Lines to tap, the needed one first."""
    lines = ["110", "120", "12356"] if suicide else list(dict.fromkeys([line, *(["120"] if ambulance else [])]))
    return call_links(lines)


def call_links(lines: Iterable[str]) -> list[dict[str, str]]:
    """Links that dial."""
    return [{"title": f"拨打{line}", "url": f"tel:{line}"} for line in lines]


def caution(line: str, english: bool) -> str:
    """Where it is not certain that there is danger now."""
    if english:
        return f"If anybody is in danger now, call {line} at once. 如果现在有危险，请马上打{line}。"
    return f"如果现在就有危险，请马上打{line}（{LINE[line]}）。没有危险的话，我们接着说。"


def decline(reason: str, english: bool) -> str:
    """Why a hotline may not take this (Article 15 (4)), kindly."""
    return (_DECLINE_ENGLISH if english else _DECLINE)[reason]


_DECLINE = {
    "unlawful": "这件事法律不允许，我没法帮您办，也不能登记。您要是遇到了难处才想到这条路，跟我说说难处，看有没有正当的办法；要问法律，可以打12348，不收费。",
    "state_secret": "这涉及国家秘密，热线不能提供，也不能登记。请不要再打听或转发；发现有人泄密，可以打12339向国家安全机关报告。",
    "work_secret": "这是机关内部的工作信息，不对外提供，热线不能查给您。公开的政策和办事流程，您可以直接问我。",
    "trade_secret": "这是别的企业的商业秘密，受法律保护，热线不能提供。企业公开登记的信息，可以在“国家企业信用信息公示系统”查。",
    "privacy": "这是别人的个人信息，受法律保护，热线不能查给您，请您理解。要是跟对方有纠纷，可以报警，或请律师、法院依法调取；法律援助打12348。",
}
_DECLINE_ENGLISH = {
    "unlawful": "The law does not allow this, so I can neither help with it nor file it. 法律不允许，我没法帮您办。Free legal advice: 12348.",
    "state_secret": "This concerns state secrets; the hotline can neither give nor file it. 这涉及国家秘密，热线不能提供。",
    "work_secret": "This is internal to the office and is not given out. 这是机关内部信息，不对外提供。",
    "trade_secret": "This is another company's trade secret and protected by law. 这是别的企业的商业秘密，热线不能提供。",
    "privacy": "This is another person's private data and protected by law. 这是别人的个人信息，热线不能提供。",
}

DECLINE_LAW = {
    "unlawful": "《丽水市12345政务服务便民热线管理办法》第十五条",
    "state_secret": "《中华人民共和国保守国家秘密法》",
    "work_secret": "《丽水市12345政务服务便民热线管理办法》第十五条",
    "trade_secret": "《中华人民共和国反不正当竞争法》第十条",
    "privacy": "《中华人民共和国个人信息保护法》第十条",
}


def day(value: date) -> str:
    """2026年12月3日."""
    return f"{value.year}年{value.month}月{value.day}日"


def summary(intake: Intake, drafts: list[Draft], others: int, media: int, english: bool = False) -> str:
    """What will be filed, for a last look."""
    lines = ["请看一下，对不对？"]
    if english:
        lines.insert(
            0, "Please check: what happened, where, the office, the time, your contact. Tap 提交 (or say yes) to file."
        )
    for number, draft in enumerate(drafts, 1):
        head = f"【第{number}件】" if len(drafts) > 1 else ""
        lines.append(f"{head}{KIND[draft.kind]}：{_short(draft.description)}")
        lines.append(f"地点：{draft.location or '没填'}" + ("" if draft.location else "（不填也能登记）"))
        lines.append(f"拟派单位：{draft.unit}（人工会再核对）")
    if intake.occurred_at:
        lines.append(f"时间：{intake.occurred_at}")
    contact = " ".join(filter(None, (intake.name, mask_phone(intake.phone))))
    lines.append(f"联系人：{contact or '没留'}（{'给您保密' if intake.confidential else '可以公开'}）")
    if media:
        lines.append(f"附件：{media}个")
    if others:
        lines.append("这个地方最近已经有人反映过类似问题，您提交后会一起关注。")
    lines.append("没问题点“提交”；有照片也可以现在发。")
    return "\n".join(lines)


def _short(text: str, most: int = 160) -> str:
    text = text.replace("\n", "；")
    return text if len(text) <= most else text[:most] + "……（全文都会登记）"


def filed(orders: list[WorkOrder], has_phone: bool, english: bool = False) -> str:
    """Numbers and due dates, after filing."""
    told = [f"Filed. Your number is {o.number}; an answer is due by {o.due_date:%Y-%m-%d}." for o in orders if english]
    lines = ["登记好了！请记下工单号："] if len(orders) == 1 else [f"登记好了，一共{len(orders)}件，请记下工单号："]
    for order in orders:
        lines.append(f"{order.number}")
        lines.append(
            f"拟由{order.unit}办理，最晚{day(order.due_date)}办结答复（{_term(order)}）" + _provisional(order) + "。"
        )
    lines.append("办完会请您评价。" if has_phone else "没留电话，请记得凭工单号回来看结果。")
    lines.append("想看进度，随时说“查进度”。")
    return "\n".join([*told, *lines])


def _term(order: WorkOrder) -> str:
    if order.special_period:
        return "按法律规定的期限"
    return "3个工作日" if order.urgency == "expedited" else "7个工作日"


def _provisional(order: WorkOrder) -> str:
    return "，放假安排公布后可能微调" if order.due_provisional else ""


def progress(order: WorkOrder, english: bool = False) -> str:
    """Where an order stands."""
    lines = [
        f"工单{order.number}：{STATUS[order.status]}。",
        f"内容：{_short(order.description, 60)}",
        f"办理单位：{order.unit}" + (f"（{'、'.join(order.co_units)}协办）" if order.co_units else ""),
    ]
    if order.extension:
        lines.append(f"延期原因：{order.extension}")
    if order.status not in ("replied", "closed", "withdrawn"):
        lines.append(f"最晚{day(order.due_date)}办结答复" + _provisional(order) + "。")
    if english:
        lines.insert(0, f"Case {order.number}: {STATUS_ENGLISH[order.status]}, due by {order.due_date:%Y-%m-%d}.")
    if order.reply:
        lines.append(f"答复：{order.reply}")
    if order.rate_by and not order.rating:
        lines.append(f"可以评价，最晚{day(order.rate_by)}。")
    return "\n".join(lines)


_RATING_BUTTONS = (("满意", "satisfied"), ("一般", "neutral"), ("不满意", "dissatisfied"))


def notice(order: WorkOrder, event: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the requester is told when this happens to an order; raises `KeyError` for what is no news."""
    text = _notice_text(order, event, data)
    buttons = []
    if event == "closed" and not order.rating:
        buttons = [
            {"title": title, "payload": f'/rate{{"number": "{order.number}", "rating": "{rating}"}}'}
            for title, rating in _RATING_BUTTONS
        ]
    return {"text": text, "buttons": buttons, "links": [], "source": None}


def _notice_text(order: WorkOrder, event: str, data: Mapping[str, Any]) -> str:
    about = order.description.replace("\n", "；")
    head = f"工单{order.number}（{about[:16]}{'……' if len(about) > 16 else ''}）"
    if event == "dispatched":
        return f"{head}已经派给{order.unit}，最晚{day(order.due_date)}答复您。"
    if event == "extended":
        return f"{head}要多花些时间，延到{day(order.due_date)}前答复。\n原因：{data['reason']}\n让您久等了。"
    if event == "rescheduled":
        return f"{head}的办结日期按新公布的放假安排改为{day(order.due_date)}。"
    if event == "replied":
        return f"{head}有答复了。\n{order.unit}：{data['text']}"
    if event == "closed" and order.rating:
        return f"{head}已经办结。谢谢您的评价。"
    if event == "closed":
        until = f"{day(order.rate_by)}前点一下或直接说都行。" if order.rate_by else ""
        return f"{head}已经办结。这件事办得怎么样？{until}"
    if event == "reopened":
        return f"{head}已经退回{order.unit}核实，核实的情况会告诉您。"
    if event == "verified":
        return f"{head}核实情况：{data['text']}" + ("" if data["sound"] else "\n没办好的地方会限期整改，改好了告诉您。")
    if event == "put_right":
        return f"{head}整改好了。\n{order.unit}：{data['text']}"
    raise KeyError(event)


def duplicate(order: WorkOrder, english: bool = False) -> str:
    """The same person told the same fact before (Article 15 (5))."""
    known = "You have reported this before; you can add to it. " if english else ""
    return f"{known}这件事您之前已经反映过了，不用再登记一遍。\n{progress(order, english)}\n有新情况，点“补充”告诉我。"


def order_title(order: WorkOrder) -> str:
    """A short name of an order for a button."""
    return f"{order.number} {_short(order.description, 12)}"


def question_back(understanding: Understanding) -> list[tuple[str, str]]:
    """Buttons for what the person may have meant."""
    titles = {
        "ask_question": ("问个问题", "/ask_question"),
        "report_matter": ("反映一件事", "/file_last"),
        "check_progress": ("查进度", "/check_progress"),
        "urge": ("催办", "/urge"),
        "supplement": ("补充内容", "/supplement"),
        "withdraw": ("撤回工单", "/withdraw"),
        "rate": ("评价", "/rate"),
        "ask_human": ("转人工", "/ask_human"),
        "help": ("看看能做什么", "/help"),
    }
    chosen = [titles[name] for name in understanding.alternatives if name in titles]
    for name in ("ask_question", "report_matter", "ask_human"):
        if titles[name] not in chosen and len(chosen) < 3:
            chosen.append(titles[name])
    return chosen
