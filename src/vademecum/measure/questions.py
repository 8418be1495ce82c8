"""Makes questions from a workspace's documents."""

from __future__ import annotations

from collections.abc import Sequence

from vademecum.errors import InputError
from vademecum.evaluate import make
from vademecum.measure.collection import OnItem
from vademecum.models.parse import EnglishParser
from vademecum.models.pull import Progress
from vademecum.values import KINDS
from vademecum.workspace import Workspace

_PARSER = "en-core-web-sm"
_HITS = 5


def make_questions(
    workspace: Workspace,
    *,
    count: int = 100,
    kinds: Sequence[str] | None = None,
    seed: int = 0,
    on_progress: OnItem | None = None,
    on_pull: Progress | None = None,
) -> make.MadeQuestions:
    """Make questions from the stored documents, each with its answers and evidence; English only.

    Args:
        workspace: Whose documents are asked about; it is searched to check every question.
        count: How many at most.
        kinds: Which kinds, such as "table"; None for all.
        seed: Another one gives other questions.
        on_progress: Told how many of how many are made.
        on_pull: Told how far the download of the parser is, on first use.

    Raises:
        InputError: A kind is unknown.
    """
    known = [kind for kind in KINDS if kinds is None or kind in kinds]
    if kinds is not None and len(known) < len(set(kinds)):
        wrong = ", ".join(sorted(set(kinds) - set(KINDS)))
        raise InputError(f"There is no kind of question '{wrong}'. Known are {', '.join(KINDS)}.")
    return make.make_questions(
        workspace.all_documents(),
        count=count,
        nlp=EnglishParser.load(_PARSER, progress=on_pull).parse,
        score_pairs=workspace.score_pairs,
        search=lambda question: workspace.search(question, top_k=_HITS),
        seed=seed,
        kinds=known,
        on_progress=on_progress,
    )
