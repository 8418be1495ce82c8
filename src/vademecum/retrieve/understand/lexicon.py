"""English words that tell what a question leans on, and of what kind a thing is.

Owns the lists; what is done with them belongs to the modules beside it.
Use: `KINDS.get("company")` gives "ORG".
"""

from __future__ import annotations

from collections.abc import Mapping


def word_set(listed: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(listed.split())


THINGS = word_set("it its")
"""Pronouns for one thing."""
SEVERAL = word_set("they them their theirs")
"""Pronouns for several, or for a body of people."""
MEN = word_set("he him his")
WOMEN = word_set("she her hers")
PEOPLE = MEN | WOMEN
"""Pronouns for one person."""
POINTING = word_set("this that these those")
POSSESSIVE = word_set("its their theirs his her hers")
PLACES = frozenset({"GPE", "LOC", "FAC"})
QUANTITIES = frozenset({"DATE", "TIME", "CARDINAL", "ORDINAL", "QUANTITY", "MONEY", "PERCENT"})
"""Types of what a pronoun never stands for."""

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
ORDINALS: Mapping[str, int] = {
    **{word: at for at, word in enumerate(_ORDINALS.split())},
    "last": -1,
}
"""Positions in a list, from 0; -1 for its end."""

_OF_KIND = {
    "ORG": """company firm organisation organization corporation business bank agency institution
    university college school museum club team band group party union brand manufacturer
    publisher airline network office shop store department ministry church hospital""",
    "GPE": """city town country state place village capital region area province nation island county
    district municipality location spot""",
    "PERSON": """person man woman guy author writer poet painter artist scientist inventor founder president
    king queen emperor minister mayor director actor actress singer musician composer player
    coach leader boy girl politician philosopher lady doctor engineer manager chancellor general
    pope bishop architect""",
    "WORK_OF_ART": "book film movie novel song album play painting poem show series work opera story",
    "EVENT": "war battle event festival ceremony tournament game games match revolution expedition campaign",
    "LAW": "law act treaty regulation bill constitution",
    "LANGUAGE": "language dialect tongue",
    "PRODUCT": "product model device car ship aircraft machine phone drug medicine",
}
KINDS: Mapping[str, str] = {word: kind for kind, listed in _OF_KIND.items() for word in listed.split()}
"""Which type of name a noun may describe."""

RELATIONAL = word_set(
    """type kind form sort variety example instance cause effect symptom sign advantage disadvantage benefit
    drawback pro con risk danger side difference similarity role purpose function aim goal objective origin
    root history background impact influence consequence result outcome characteristic feature property
    trait element component part piece definition meaning idea concept theme topic name title nickname size
    length height weight width depth age price cost fee value rate speed population number amount capital
    leader head founder author creator inventor owner member winner character reaction relationship relation
    connection link position reason way method mean step process stage phase treatment cure test diagnosis
    prevention use usage application alternative option variation version criticism argument evidence fact
    detail information rule requirement limit condition importance significance popularity success failure
    development evolution growth decline beginning start end life death birth career job education family
    parent mother father son daughter wife husband child brother sister colour color shape taste ingredient
    recipe technique style structure design source material address climate economy industry culture
    tradition religion currency flag border neighbour neighbor distance duration deadline opening closing
    schedule competitor customer supplier strategy budget revenue profit salary target safety time
    appearance"""
)
"""Nouns that say little without "of what"."""

OPENERS = word_set(
    """describe explain list show compare name give tell define did does do is are was were can could will
    would should has have had what who which when where why how"""
)
"""Words that begin a question and no name."""

EMPTY_NOUNS = word_set(
    """thing stuff something anything everything nothing someone anyone everyone people person lot bit way
    reason kind type sort number amount one ones"""
)
"""Nouns that no pronoun goes back to."""

COLLECTIVE = word_set(
    """population government family company team band group couple community public police majority army staff
    committee council audience crew party union"""
)
"""Nouns for one body that "they" may stand for."""

UNIQUE = word_set(
    """world sun moon earth internet universe sky weather government environment future past present day night
    morning evening afternoon week month year time first second third one"""
)
"""Nouns that are clear behind "the" without anything said before."""
