"""`vade chat`: the conversation in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from vademecum.cli.options import WhereOption, WorkspaceOption, open_workspace
from vademecum.errors import InputError

if TYPE_CHECKING:
    from vademecum.assistants import Conversations
    from vademecum.stores.state import State
    from vademecum.values.conversation import Turn
    from vademecum.workspace import Workspace

_HELP = (
    "Ask; /good, /bad and /correct TEXT say what you think of the last answer, /why how it came about;"
    " /prefer length short sets how you are answered; /quit."
)


def chat(
    conversation: Annotated[str, typer.Option(help="Id of a conversation that goes on.")] = "",
    where: WhereOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Talk with your documents: each question is understood from what was said before it.

    Example: vade chat --where 'document ~ *.pdf'
    """
    from vademecum.assistants import Conversations

    with open_workspace(workspace) as opened:
        talks = Conversations(opened.seen_by())
        if conversation:
            talks.get(conversation)
        opened.load_models()
        typer.echo(_HELP, err=True)
        last: Turn | None = None
        while (line := _next_line()) is not None:
            try:
                if line.startswith("/prefer"):
                    _prefer(line.split()[1:], opened)
                elif line.startswith("/"):
                    _comment(line, last, opened.state())
                else:
                    last = _say(talks, line, conversation, where)
                    conversation = last.conversation
            except InputError as error:
                typer.echo(f"error: {error}", err=True)
        if conversation:
            typer.echo(f"Go on with: vade chat --conversation {conversation}", err=True)


def _next_line() -> str | None:
    """Return what is typed next, without blank lines; None at the end."""
    while True:
        typer.echo("> ", nl=False, err=True)
        try:
            line = input().strip()
        except EOFError:
            return None
        if line == "/quit":
            return None
        if line:
            return line


def _say(talks: Conversations, line: str, conversation: str, where: Sequence[str] | None) -> Turn:
    from vademecum.cli.output import print_evidence

    turn = talks.say(
        line, conversation=conversation, where=where, on_text=lambda text: typer.echo(text, nl=False)
    )
    typer.echo()
    if turn.standing != turn.asked:
        typer.echo(f"  understood as: {turn.standing}")
    if turn.answer is not None and (turn.answer.citations or turn.answer.nearest):
        print_evidence(turn.answer)
    return turn


def _prefer(words: Sequence[str], opened: Workspace) -> None:
    """Set how one is answered, or show it."""
    from vademecum.assistants.wishes import checked_preference, told_preferences
    from vademecum.values.conversation import ANYONE

    memory = opened.state().memory
    if words:
        memory.prefer(ANYONE, words[0], checked_preference(words[0], " ".join(words[1:])))
    typer.echo(told_preferences(memory.preferences(ANYONE), writes=opened.config.answer.writes))


def _comment(line: str, last: Turn | None, state: State) -> None:
    """Keep what is thought of the last answer, or show how it came about."""
    from vademecum.cli.waterfall import print_steps
    from vademecum.values.conversation import Feedback

    word, _, rest = line.partition(" ")
    if word not in ("/good", "/bad", "/correct", "/why"):
        raise InputError(f"'{word}' is no command here. {_HELP}")
    if last is None:
        raise InputError("nothing has been answered yet.")
    if word == "/why":
        print_steps(state.traces.get(last.trace_id).trace, details=True)
        return
    rating = 1 if word == "/good" else -1
    correction, comment = (rest, "") if word == "/correct" else ("", rest)
    state.feedback.add(
        Feedback(trace_id=last.trace_id, rating=rating, comment=comment, correction=correction)
    )
    typer.echo("Thank you; `vade feedback list` shows it.", err=True)
