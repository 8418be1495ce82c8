"""What a question that leans on earlier turns may mean: each reading stands by itself.

Use: `read_follow_up(parsed, known)[0].text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vademecum.retrieve.understand.lexicon import KINDS, PLACES
from vademecum.retrieve.understand.mentions import Mention
from vademecum.retrieve.understand.slots import Slot, find_slots, names_itself
from vademecum.text.parsed import Parsed

LEAST = 0.12
"""A thing less present than this is not meant."""
PRONOUNS = ("thing", "several", "man", "woman", "place")
"""Slots that pronouns make."""
Edit = tuple[int, int, str]
"""First character, one past the last, and what stands there instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A question that stands by itself.

    Attributes:
        text: The question.
        weight: How near what was put in lies, above 0; 0 when nothing was.
        meant: What was put in at the place that decides; None when nothing was.
        sure: Whether the question cannot stand without it.
        pronoun: Whether it was put in for a pronoun.
    """

    text: str
    weight: float = 0.0
    meant: Mention | None = None
    sure: bool = False
    pronoun: bool = False


def read_follow_up(parsed: Parsed, known: Mapping[str, Mention], *, completed: bool = False) -> list[Reading]:
    """Return what a question may mean, the likeliest first; the question itself when it stands alone.

    Args:
        parsed: The question.
        known: What was spoken of before it.
        completed: Whether the rest of the question was taken from an earlier one, so that only a pronoun
            can still lean on something.
    """
    slots = find_slots(parsed)
    if completed:
        slots = [slot for slot in slots if slot.kind in PRONOUNS]
    standing_for = [slot for slot in slots if slot.kind not in ("gap", "compared")]
    filled = [(slot, found) for slot in standing_for if (found := _fitting(slot, known, parsed))]
    if filled:
        slot, found = filled[0]
        same = slot.kind == "described" and slot.noun not in (found[0][1].head, found[0][1].key.split()[-1])
        return _readings(parsed, filled, sure=not (same or names_itself(parsed)))
    if names_itself(parsed):
        return [Reading(text=parsed.text)]
    gaps = [slot for slot in slots if slot.lead]
    if gaps and (topics := _fitting(replace(gaps[0], kind="gap"), known, parsed)):
        return _readings(parsed, [(gaps[0], topics)], sure=False)
    return [Reading(text=parsed.text)]


def _readings(
    parsed: Parsed, filled: list[tuple[Slot, list[tuple[float, Mention]]]], *, sure: bool
) -> list[Reading]:
    """Return one reading for each thing that the first slot may mean."""
    (first, options), *others = filled
    readings = []
    for weight, mention in options:
        used = {mention.key}
        edits = [_edit(parsed, first, mention)]
        for slot, fitting in others:
            other = next((one for _, one in fitting if one.key not in used), None)
            if other is not None:
                used.add(other.key)
                edits.append(_edit(parsed, slot, other))
        readings.append(
            Reading(
                text=_edited(parsed.text, edits),
                weight=weight,
                meant=mention,
                sure=sure,
                pronoun=first.kind in PRONOUNS,
            )
        )
    return readings


def _fitting(slot: Slot, known: Mapping[str, Mention], parsed: Parsed) -> list[tuple[float, Mention]]:
    """Return what may fill a slot with how likely it is, best first."""
    own = parsed.text.casefold()
    asks_where = own.startswith("where")
    found = []
    for mention in known.values():
        if mention.key in own and (slot.kind not in PRONOUNS or mention.named):
            continue
        weight = _fit(slot, mention) * mention.weight
        if asks_where and mention.type in PLACES:
            weight *= 0.5
        if weight >= LEAST:
            found.append((weight, mention))
    return sorted(found, key=lambda one: (-one[0], -one[1].turn))


def _fit(slot: Slot, mention: Mention) -> float:
    """Return how well a mention fits a slot, 0 to 1."""
    person = mention.type == "PERSON" and mention.named
    if mention.asked:
        return 1.0 if slot.kind == "one" and not slot.lead else 0.0
    if mention.joined and slot.kind != "several":
        return 0.0
    if slot.kind == "thing":
        if person:
            return 0.1 if mention.certain else 0.4
        return 0.4 if mention.plural else 1.0
    if slot.kind == "several":
        return 1.0 if mention.plural else 0.3 if mention.group else 0.6
    if slot.kind in ("man", "woman"):
        return 1.0 if person else 0.3 if mention.named else 0.05
    if slot.kind == "place":
        built = 0.5 if mention.type == "FAC" else 1.0
        return built if mention.type in PLACES else 0.3 if mention.named else 0.1
    if slot.kind == "described":
        return _fits_description(slot, mention)
    if slot.kind == "one":
        if slot.lead:
            return (1.0 if mention.plural else 0.3) * (0.0 if mention.relational else 1.0)
        return 0.0 if mention.named or mention.relational else 1.0
    return 0.0 if mention.relational else 0.4 if person else 1.0


def _fits_description(slot: Slot, mention: Mention) -> float:
    """Return how well "the expedition" describes a mention: by the same noun, or by the kind of a name."""
    words = mention.key.split()
    if slot.noun in (mention.head, words[-1]) and slot.plural == mention.plural:
        return 1.0 if len(words) > 1 else 0.0
    if slot.plural:
        return 0.0
    if mention.named and KINDS.get(slot.noun) == mention.type and mention.type:
        return 1.0
    kind = KINDS.get(slot.noun)
    if not mention.named or kind is None or "PERSON" in (kind, mention.type):
        return 0.0
    return 0.15 if mention.type else 0.3


def _edit(parsed: Parsed, slot: Slot, mention: Mention) -> Edit:
    """Return what is put in where."""
    start, end = parsed.words[slot.first].start, parsed.words[slot.last].end
    text = mention.text
    if slot.kind in ("gap", "compared") or (
        slot.kind == "described" and not _fits_description(slot, mention)
    ):
        lead = "in" if slot.lead == "of" and mention.type in PLACES else slot.lead
        return end, end, f" {lead} {text}"
    if slot.kind == "one" and slot.lead:
        return end, end, f" of {text}" if mention.named else f" {_counted(mention, plural=mention.plural)}"
    if slot.kind == "one":
        text = _counted(mention, plural=slot.plural)
    elif slot.kind == "place":
        text = f"in {text}"
    if slot.possessive:
        text += "'" if text.endswith("s") else "'s"
    return start, end, text[0].upper() + text[1:] if slot.first == 0 else text


def _counted(mention: Mention, *, plural: bool) -> str:
    """Return what a mention is called, for one or for several."""
    before, _, last = mention.noun.rpartition(" ")
    if plural != mention.plural:
        last = mention.head if mention.plural else f"{last}s"
    return f"{before} {last}".strip()


def _edited(text: str, edits: Iterable[Edit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
