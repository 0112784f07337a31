"""``python -m tools.wechat_standin``: starts the stand-in for one account."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tools.wechat_standin.account import Account, Kind, Mode
from tools.wechat_standin.app import create_app
from tools.wechat_standin.notices import Template


def main() -> None:
    parser = _parser()
    options = parser.parse_args()
    base_url = f"http://{options.host}:{options.port}"
    try:
        account = Account(
            url=options.account_url,
            token=options.token,
            app_id=options.app_id,
            app_secret=options.app_secret,
            aes_key=options.aes_key,
            mode=options.mode,
            kind=options.kind,
            name=options.name,
            patience=options.patience,
        )
    except ValueError as error:
        parser.error(str(error))
    templates = [Template(**one) for one in json.loads(options.templates.read_text())] if options.templates else []
    app = create_app(account, base_url, templates)
    print(f"WeChat stand-in: {base_url} for {account.url}, {account.mode.value} mode", file=sys.stderr)
    app.run(options.host, options.port, single_process=True, access_log=False, debug=False, motd=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.wechat_standin",
        description="A stand-in for the WeChat official-account platform. The account's WECHAT_API_BASE is its address; "
        "open it in a browser to talk as a citizen.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5010)
    parser.add_argument("--account-url", required=True, help="where the account's server takes messages")
    parser.add_argument("--token", required=True)
    parser.add_argument("--app-id", required=True)
    parser.add_argument("--app-secret", required=True)
    parser.add_argument("--aes-key", default="", help="EncodingAESKey, 43 letters and digits; not needed in plain mode")
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.ENCRYPTED.value)
    parser.add_argument("--kind", choices=[kind.value for kind in Kind], default=Kind.SERVICE.value)
    parser.add_argument("--name", default="12345 智能受理助手", help="the account's name on the page")
    parser.add_argument("--patience", type=float, default=5.0, help="seconds to wait for an answer")
    parser.add_argument(
        "--templates", type=Path, help="JSON list of templates: id, title, content, subscribe, long_term"
    )
    return parser


if __name__ == "__main__":
    main()
