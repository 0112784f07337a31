"""Wording that only the WeChat channel needs. Short, warm and plain."""

from __future__ import annotations

WELCOME_BACK = "欢迎回来！有事直接说就行，也可以点下面的菜单。"
ASK = "您想问什么？直接打字就行，比如“公积金怎么提取”。"
BROKEN = "不好意思，我这边出了点问题。请过一会儿再发一次。"
PICK = "要选哪个，点一下就行："
NUMBERS = "回复数字就行："
TRANSFER = "正在帮您转人工，请稍等，想说的可以先发过来。"
TRANSFER_AGAIN = "要转人工，请再发一句话，马上帮您转。"

PICTURE = "照片收到了，登记的时候会一起附上。请说说是什么事，或者接着回答上面的问题。"
VIDEO = "视频收到了，登记的时候会一起附上。请说说是什么事，或者接着回答上面的问题。"
MEDIA_LOST = "这个没收到，请再发一次。发不了也没关系，打字告诉我就行。"
MEDIA_LARGE = "这个文件太大了，请控制在10MB以内。发不了也没关系，打字告诉我就行。"
VOICE = "不好意思，这段语音我没听懂（超过60秒的也听不了）。请打字告诉我；不方便打字，就点键盘上的小话筒说话，手机会帮您打成字。"
PLACE = "位置收到了：{place}。请告诉我那里出了什么事，说的时候带上地点，我好登记。"
LINK = "链接收到了，不过我打不开。想问什么、想反映什么，请用一句话告诉我。"
UNKNOWN = "这种消息我还看不懂，请打字告诉我。"

NOTE_PICTURE = "（发来一张照片）"
NOTE_VIDEO = "（发来一段视频）"
NOTE_VOICE = "（发来一段语音）"
NOTE_PLACE = "（发来位置）{place}"
NOTE_LINK = "（发来链接）{title} {url}"
NOTE_UNKNOWN = "（发来一条看不了的消息）"

SOURCE = "来源：《{title}》（{unit}，{updated}更新）"
SEE_PROGRESS = "看办理进度"

STATE = {
    "registered": "已登记",
    "dispatched": "已派单",
    "in_progress": "办理中",
    "extended": "已延期",
    "replied": "已答复",
    "closed": "已办结",
    "reopened": "核实中",
    "withdrawn": "已撤回",
}
"""States in at most five characters, as a template's ``phrase`` wants them."""
