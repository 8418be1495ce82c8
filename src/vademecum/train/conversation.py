"""Conversations as tokens, exactly as the embedded engine sees them, with what the model is to learn marked.

Use: `tokens = to_tokens(messages, tokenizer)`; `tokens.ids`, `tokens.learned`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationTokens:
    """A conversation ready for the model.

    Attributes:
        ids: Token ids, from the first mark of the template to the last end token.
        learned: For each of them, whether the assistant says it; the end token is said too.
    """

    ids: tuple[int, ...]
    learned: tuple[bool, ...]


def to_tokens(messages: Sequence[tuple[str, str]], tokenizer: PreTrainedTokenizerBase) -> ConversationTokens:
    """Return a conversation in the chat template of its model.

    What is asked and what is answered are split into tokens apart, as they are when the model writes.

    Args:
        messages: Pairs of role and content; what follows the last turn of the assistant is left away.
        tokenizer: Of the model, with its template.
    """
    ids: list[int] = []
    learned: list[bool] = []
    shown = 0
    for at, (role, content) in enumerate(messages):
        if role != ASSISTANT:
            continue
        asked = render(messages[:at], tokenizer)
        prompt = tokenizer.encode(asked[shown:], add_special_tokens=False)
        answer = tokenizer.encode(content, add_special_tokens=False, split_special_tokens=True)
        answer.append(end_token(tokenizer))
        ids += prompt + answer
        learned += [False] * len(prompt) + [True] * len(answer)
        shown = len(asked) + len(content) + len(tokenizer.eos_token)
    return ConversationTokens(ids=tuple(ids), learned=tuple(learned))


def render(messages: Sequence[tuple[str, str]], tokenizer: PreTrainedTokenizerBase) -> str:
    """Return the prompt after which the assistant speaks."""
    turns = [{"role": role, "content": content} for role, content in messages]
    prompt = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    assert isinstance(prompt, str)
    return prompt


def end_token(tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the token with which the assistant ends."""
    end = tokenizer.eos_token_id
    assert isinstance(end, int)
    return end
