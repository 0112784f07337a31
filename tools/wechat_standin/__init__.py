"""A stand-in (替身) for the platform of WeChat official accounts (微信公众平台), for tests and demonstrations.

A process of its own: ``python -m tools.wechat_standin --help``. It sends citizens' messages to the account's server
as the platform does (:mod:`.push`), answers the account's calls under ``/cgi-bin`` (:mod:`.api`, :mod:`.api_messages`),
lets tests act as citizens and look at everything under ``/standin`` (:mod:`.control`), and shows a chat window at ``/``.

It shares no code with the account's side: the cryptography is written anew, so that a mistake there cannot hide itself.
Behaviour follows the documentation on developers.weixin.qq.com; each module's docstring says what is real and what is
simplified. It guards nothing and keeps everything in memory: never put it on a public address.
"""
