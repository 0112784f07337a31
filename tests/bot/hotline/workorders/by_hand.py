"""The regulation's rules of a work order's life, written down by hand: what the code is compared with."""

from __future__ import annotations

TABLE = """
                  registered  dispatched   in_progress  extended   replied   closed    reopened   withdrawn
registered        .           .            .            .          .         .         .          .
accepted          =           .            .            .          .         .         .          .
dispatched        dispatched  .            .            .          .         .         .          .
signed            .           in_progress  .            .          .         .         .          .
return_asked      .           =            =            .          .         .         .          .
return_granted    .           registered   registered   .          .         .         .          .
return_refused    .           =            =            .          .         .         .          .
co_units_named    .           =            =            =          .         .         =          .
extended          .           .            extended     extended   .         .         .          .
replied           .           .            replied      replied    .         .         replied    .
closed            .           .            .            .          closed    .         .          .
followed_up       .           .            .            .          .         =         .          .
rated             .           .            .            .          =         =         .          .
rating_explained  .           .            .            .          =         =         =          .
reopened          .           .            .            .          reopened  reopened  .          .
verified          .           .            .            .          .         .         =          .
put_right         .           .            .            .          .         .         replied    .
excluded          .           .            .            .          =         =         =          .
withdrawn         withdrawn   withdrawn    withdrawn    withdrawn  .         .         withdrawn  .
supplemented      =           =            =            =          =         =         =          .
urged             =           =            =            =          .         .         =          .
supervised        =           =            =            =          =         =         =          .
rescheduled       =           =            =            =          .         .         =          .
"""
"""Each move in each state: the state that follows, ``=`` where it stays, ``.`` where the move is refused."""

_LINES = [line.split() for line in TABLE.strip().splitlines()]
STATES = _LINES[0]
LEADS_TO: dict[str, dict[str, str]] = {
    kind: {state: state if cell == "=" else cell for state, cell in zip(STATES, cells, strict=True) if cell != "."}
    for kind, *cells in _LINES[1:]
}
"""From a move and a state to the state that follows, where the move is possible at all."""

MAKERS = {
    "registered": "requester",
    "accepted": "hotline service",
    "dispatched": "hotline",
    "signed": "unit service",
    "return_asked": "unit",
    "return_granted": "hotline",
    "return_refused": "hotline",
    "co_units_named": "hotline unit",
    "extended": "unit",
    "replied": "unit",
    "closed": "unit hotline",
    "followed_up": "hotline service",
    "rated": "requester",
    "rating_explained": "requester",
    "reopened": "hotline service",
    "verified": "unit",
    "put_right": "unit",
    "excluded": "hotline",
    "withdrawn": "requester",
    "supplemented": "requester",
    "urged": "requester",
    "supervised": "hotline service",
    "rescheduled": "service",
}
"""Who may make each move."""

FESTIVALS = [
    "01-01",
    "01-02",
    "01-03",
    "02-15",
    "02-16",
    "02-17",
    "02-18",
    "02-19",
    "02-20",
    "02-21",
    "02-22",
    "02-23",
    "04-04",
    "04-05",
    "04-06",
    "05-01",
    "05-02",
    "05-03",
    "05-04",
    "05-05",
    "06-19",
    "06-20",
    "06-21",
    "09-25",
    "09-26",
    "09-27",
    "10-01",
    "10-02",
    "10-03",
    "10-04",
    "10-05",
    "10-06",
    "10-07",
]
"""Days off in 2026, as the State Council announced them."""
SWAPPED = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
"""Weekend days that are worked in exchange."""
