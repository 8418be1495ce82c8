"""Whole jobs, made of the stages.

Use:
    from vademecum.assistants import Conversations
    turn = Conversations(workspace.seen_by()).say("How long is the refund period?")
"""

from vademecum.assistants.conversation import Conversations
from vademecum.assistants.reply import reply

__all__ = ["Conversations", "reply"]
