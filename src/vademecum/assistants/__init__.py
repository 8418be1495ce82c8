"""Whole jobs, made of the stages.

Use:
    from vademecum.assistants import Conversations
    turn = Conversations(workspace).say("How long is the refund period?")
"""

from vademecum.assistants.conversation import Conversations

__all__ = ["Conversations"]
