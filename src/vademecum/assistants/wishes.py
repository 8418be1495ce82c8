"""How somebody says they want to be answered: set, shown, taken back.

Owns the rules, which are made for English; where preferences are kept belongs to the state store.
Use: `read_preference("Please answer in German.")` gives `Preference(name="language", value="German")`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vademecum.errors import InputError
from vademecum.values.style import LANGUAGES, PREFERENCES, TONES

_POLITE = (
    r"(?:please |from now on,? |always |(?:could|can|would) you |i(?: want| would like|'d like) you to )*"
)
_ANSWER = rf"{_POLITE}(?:answer|reply|respond|write|speak|talk)(?: to)?(?: me)?(?: my questions)?"
_ALWAYS = r"(?: from now on| always| please|,? please)*[.!?]*"
_LANGUAGE = re.compile(rf"{_ANSWER}(?: only)? in (?P<value>{'|'.join(LANGUAGES)}){_ALWAYS}", re.I)
_SHORT = re.compile(
    rf"(?:{_ANSWER} (?:more )?(?:briefly|shortly|concisely|in (?:short|one sentence|few words))"
    rf"|{_POLITE}(?:be|stay) (?:more )?(?:brief|concise|short)"
    rf"|{_POLITE}keep (?:it|your answers|the answers|answers) (?:short|brief|concise)"
    rf"|{_POLITE}(?:give|use|write)(?: me)? (?:short|shorter|brief) answers"
    rf"|(?:short|shorter) answers){_ALWAYS}",
    re.I,
)
_LONG = re.compile(
    rf"(?:{_ANSWER} (?:at length|in (?:more )?detail|more fully|in full|thoroughly)"
    rf"|{_POLITE}(?:be|get) more (?:detailed|thorough|verbose)"
    rf"|{_POLITE}(?:give|use|write)(?: me)? (?:long|longer|detailed|more detailed) answers"
    rf"|(?:long|longer) answers){_ALWAYS}",
    re.I,
)
_NORMAL = re.compile(rf"{_ANSWER} (?:normally|at normal length|as usual)(?: again)?{_ALWAYS}", re.I)
_TONE = re.compile(
    rf"(?:{_POLITE}(?:be|sound)(?: more)?|{_POLITE}use (?:a|an)|{_ANSWER} in (?:a|an))(?: more)? "
    rf"(?P<value>{'|'.join(TONES)})(?: tone| way| manner| voice)?{_ALWAYS}",
    re.I,
)
_BACK = re.compile(
    r"(?:please )?(?:forget|reset|clear|drop|take back) (?:(?:all )?(?:of )?(?:my|the) )?"
    r"(?P<name>settings|preferences|tone|language|length)[.!]*",
    re.I,
)
_SHOW = re.compile(
    r"(?:what|which) (?:are my|settings|preferences)(?: settings| preferences| do i have| did i set)*\W*"
    r"|show (?:me )?my (?:settings|preferences)\W*|how do you answer me\W*",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What is to be done with a preference.

    Attributes:
        name: Which; empty for all.
        value: What it becomes; empty takes it back.
        shown: Whether it is only to be shown.
    """

    name: str = ""
    value: str = ""
    shown: bool = False


def read_preference(said: str) -> Preference | None:
    """Return what a message says of how it wants to be answered; None when it says nothing of it."""
    said = " ".join(said.split())
    for name, pattern in (("language", _LANGUAGE), ("tone", _TONE)):
        if found := pattern.fullmatch(said):
            value = found["value"]
            known = {one.casefold(): one for one in PREFERENCES[name]}
            return Preference(name=name, value=known[value.casefold()])
    for value, pattern in (("short", _SHORT), ("long", _LONG), ("normal", _NORMAL)):
        if pattern.fullmatch(said):
            return Preference(name="length", value=value)
    if found := _BACK.fullmatch(said):
        name = found["name"].lower()
        return Preference(name="" if name in ("settings", "preferences") else name)
    return Preference(shown=True) if _SHOW.fullmatch(said) else None


def checked_preference(name: str, value: str) -> str:
    """Return the value as it is kept; empty takes the preference back.

    Raises:
        InputError: There is no such preference, or it cannot have this value.
    """
    if name not in PREFERENCES:
        raise InputError(f"there is no preference '{name}'. There are: {', '.join(PREFERENCES)}.")
    known = {one.casefold(): one for one in PREFERENCES[name]}
    if value and value.casefold() not in known:
        raise InputError(f"{name} = '{value}': allowed is one of {', '.join(PREFERENCES[name])}.")
    return known.get(value.casefold(), "")


def told_preferences(preferences: Mapping[str, str], *, writes: bool) -> str:
    """Return preferences in words, and what they do where no chat model writes.

    Args:
        preferences: By name.
        writes: Whether a chat model writes.
    """
    if not preferences:
        return "You have no settings: I answer as the documents have it."
    listed = ", ".join(f"{name}: {value}" for name, value in sorted(preferences.items()))
    spoken = {"tone", "language"} & preferences.keys()
    if not spoken or writes:
        return f"Your settings: {listed}."
    what = " and ".join(sorted(spoken))
    return (
        f"Your settings: {listed}. No chat model writes here, so I quote in the words and the language of the"
        f" sources; {what} will count when one does: see answer.engine."
    )
