"""Whole jobs, made of the stages.

Use:
    from vademecum.assistants import Conversations
    turn = Conversations(workspace.seen_by()).say("How long is the refund period?")
"""

from vademecum.assistants.conversation import Conversations
from vademecum.assistants.reply import reply
from vademecum.assistants.understanding import earlier_in

__all__ = ["Conversations", "earlier_in", "reply"]
