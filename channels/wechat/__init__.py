"""The WeChat channel (微信公众号): an official account's server, its calls, and its deliveries.

How a message flows
    `server` checks size, signature and age, opens the envelope (`crypto`) and reads the message (`messages`).
    `reception` gives it a place in its person's line, keeps it in the database (`kept`) and only then has it answered
    (`answers`, which asks the gate). An answer within 4 seconds goes back as the passive reply (被动回复); later ones
    get ``success`` at once and go out as customer-service messages (客服消息). `render` turns bubbles, buttons, links
    and source into texts of at most 2,048 bytes.

What is never lost, and never done twice
    A unique key (MsgId, or sender, time and kind of an event) removes repeats in every process. A message is *kept*
    until there is an answer, *answered* until the passive reply has left, then *done*; until then the reply and what
    follows it are *held* among the deliveries. Who works on it holds a claim that is renewed; when a claim runs out,
    another process (or the next start) takes the message up and sends the answer as a customer-service message. A
    repeat whose answer is known gets the same passive reply again: the platform repeats only what it has no answer to.
    The gate's ``client_id`` makes answering idempotent. One thing may be said twice: a passive reply that had left when
    the process died before it could note that.

What goes out otherwise
    Texts that are no passive reply are rows of `deliveries`, also notices (`bot.hotline.notices`), which is how agents speak.
    `deliverer` sends them, one after the other for each person, within the allowance (`people`): 5 for each message
    within 48 hours, 3 within a minute of a click, scan or follow. One is kept back from the bot's answers for agents
    and notices. Outside of it a notice about an order goes as a subscription or template message (`notices`) with a
    link to `channels.pages`; everything else waits until the person writes again.

Calls
    `client` calls the platform with time-outs and bounded repeats; `tokens` holds the one stable access token that
    all processes share. Nothing here logs an openid, a token or what was said.
"""
