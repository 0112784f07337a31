"""Parts, adds and classifies matters anew, where what the person says of them goes beyond the words of a field."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.hearing import Heard
from bot.dialogue.intake import Intake
from bot.dialogue.parting import bare, count, goes_beyond, grouped, has_more, names, opens_another
from bot.dialogue.rereading import again
from bot.language.understanding import Part, Understanding

_LIKELY, _SURE = 0.35, 0.6
"""How sure the class of another matter must be, where the person says that it is another, and where only the class is."""
_REWRITTEN = ("description", "dropped")
"""Changes of the account after which the matter may be of another class."""


async def work_out(intake: Intake, text: str, heard: Heard, listening: bool = False) -> None:
    """Parts the account where the person wants it parted, takes another matter as one, and a changed account anew; ``listening``:
    whether the person had said that there is more to tell."""
    told = [value for name, value in heard.noted if name == "added"]
    if told and (found := await _another(intake, text, told[-1], heard.several, listening)):
        intake.begin_another(bare(told[-1]), found)
        heard.noted[heard.noted.index(("added", told[-1]))] = ("another", bare(told[-1]))
        heard.several, intake.misses = False, 0
    elif heard.several and has_more(text):
        heard.several, intake.listening, intake.misses = False, True, 0
    elif heard.several:
        heard.several = not await _parted(intake, text, heard)
    elif len(intake.matters) == 1 and any(name in _REWRITTEN for name, _ in heard.noted) and not intake.unit_doubts:
        await _classified(intake)


async def _another(intake: Intake, text: str, told: str, several: bool, listening: bool) -> Understanding | None:
    """What was told last, where it is another matter: of another class, and said to be one or plainly so."""
    said = several or opens_another(text)
    if not (said or listening or goes_beyond(text)):
        return None
    found = await again(bare(told))
    if found is None or found.route != "accept" or found.classification is None:
        return None
    known = [matter.classification.category for matter in intake.matters]
    path = found.classification.category
    levels = 2 if said else 1
    apart = all(path[:levels] != other[:levels] for other in known)
    sure = (found.classification.confidence or 0.0) >= (_LIKELY if said else _SURE)
    return found if apart and sure else None


async def _parted(intake: Intake, text: str, heard: Heard) -> bool:
    """Parts the account as the person says: by what the matters are called, or by their number; False where nothing tells how."""
    account = "\n".join(intake.account)
    called = grouped(account, names(text))
    wanted = len(called) or count(text) or len(intake.matters) + 1
    if not called and wanted == len(intake.matters):
        # 这是两件事 of two is no yes: they are shown again.
        heard.noted.append(("parted", str(wanted)))
        return True
    numbered = "\n".join(f"{number}. {told}" for number, told in enumerate(called, 1))
    found = await again(numbered) if called else await again(account, wanted)
    if found is None or len(found.parts) != wanted:
        return False
    read = zip(called or [part.text for part in found.parts], found.parts, strict=True)
    intake.part([Part(told, part.classification) for told, part in read])
    heard.noted.append(("parted", str(wanted)))
    return True


async def _classified(intake: Intake) -> None:
    """The class of what is left or written now; its kind stays, the person has seen it."""
    matter = intake.matters[0]
    found = await again(intake.story(matter))
    if found and found.route == "accept" and found.classification:
        matter.classification = replace(found.classification, kind=matter.classification.kind)
