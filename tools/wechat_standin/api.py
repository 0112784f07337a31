"""Calls of the account about itself: tokens, menu, media, network.

Real: paths, parameters, answers and codes of 获取稳定版接口调用凭据, 获取接口调用凭据, 自定义菜单, 新增/获取临时素材,
网络通信检测, 获取微信API服务器IP. Simplified: the IP allow-list (40164) is not kept; the network check finds one address
that answers at once.
"""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, HTTPResponse

from tools.wechat_standin import menu
from tools.wechat_standin.calls import OK, Answer, Call, call
from tools.wechat_standin.errors import ApiError
from tools.wechat_standin.platform import Platform
from tools.wechat_standin.tokens import Token

api = Blueprint("standin_api", url_prefix="/cgi-bin")

_OPERATORS = ("CHINANET", "UNICOM", "CAP", "DEFAULT")


@call(api, "/stable_token", "POST", token=False)
async def stable_token(call: Call) -> Answer:
    platform = call.platform
    _check_owner(platform, call.body.get("grant_type"), call.body.get("appid"), call.body.get("secret"))
    force = call.body.get("force_refresh") is True
    token, refusal = platform.tokens.stable(platform.now(), force, platform.account.calls_a_minute)
    if token is None:
        raise ApiError(refusal)
    return _token(platform, token)


@call(api, "/token", "GET", token=False)
async def classic_token(call: Call) -> Answer:
    _check_owner(call.platform, call.arg("grant_type"), call.arg("appid"), call.arg("secret"))
    return _token(call.platform, call.platform.tokens.classic(call.platform.now()))


def _check_owner(platform: Platform, grant_type: Any, app_id: Any, secret: Any) -> None:
    if grant_type != "client_credential":
        raise ApiError(40002)
    if not app_id:
        raise ApiError(41002)
    if app_id != platform.account.app_id:
        raise ApiError(40013)
    if not secret:
        raise ApiError(41004)
    if secret != platform.account.app_secret:
        raise ApiError(40125)


def _token(platform: Platform, token: Token) -> dict[str, Any]:
    return {"access_token": token.value, "expires_in": int(token.ends - platform.now())}


@call(api, "/menu/create", "POST")
async def create_menu(call: Call) -> Answer:
    if call.escaped:
        raise ApiError(40033)
    call.platform.menu = menu.checked(call.body)
    return OK


@call(api, "/menu/get", "GET")
async def get_menu(call: Call) -> Answer:
    if call.platform.menu is None:
        raise ApiError(46003)
    return {"menu": {"button": call.platform.menu}}


@call(api, "/menu/delete", "GET")
async def delete_menu(call: Call) -> Answer:
    call.platform.menu = None
    return OK


@call(api, "/media/upload", "POST", reads_json=False)
async def upload_media(call: Call) -> Answer:
    files = call.request.files.get("media") if call.request.files else None
    if files is None:
        raise ApiError(41005)
    medium = call.platform.media.keep(call.arg("type") or "", files.body, call.platform.now())
    return {"type": medium.kind, "media_id": medium.id, "created_at": int(medium.born), "item": []}


@call(api, "/media/get", "GET")
async def get_media(call: Call) -> Answer:
    """The file itself; of a video only where it can be fetched."""
    id_ = call.arg("media_id")
    if not id_:
        raise ApiError(41006)
    medium = call.platform.media.get(id_, call.platform.now())
    if medium.kind == "video":
        return {"video_url": f"{call.platform.base_url}/standin/media/{medium.id}"}
    headers = {"Content-disposition": f'attachment; filename="{medium.id}.{medium.suffix}"'}
    return HTTPResponse(medium.content, headers=headers, content_type=medium.content_type)


@call(api, "/callback/check", "POST")
async def check_network(call: Call) -> Answer:
    action, operator = call.body.get("action"), call.body.get("check_operator")
    if action not in ("dns", "ping", "all"):
        raise ApiError(40202)
    if operator not in _OPERATORS:
        raise ApiError(40203)
    from_ = "CAP" if operator == "DEFAULT" else operator
    dns = [{"ip": "127.0.0.1", "real_operator": "CAP"}]
    ping = [{"ip": "127.0.0.1", "from_operator": from_, "package_loss": "0%", "time": "0.100ms"}]
    return {**({"dns": dns} if action != "ping" else {}), **({"ping": ping} if action != "dns" else {})}


@call(api, "/get_api_domain_ip", "GET")
async def api_addresses(call: Call) -> Answer:
    return {"ip_list": ["127.0.0.1"]}


@call(api, "/<rest:path>", "GET", token=False)
async def unknown(call: Call) -> Answer:
    """Any other address, which a careful account never calls."""
    call.platform.violation("unknown_call", call.request.path)
    raise ApiError(40066)
