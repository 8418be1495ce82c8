"""An adapter of the chat model from a dataset to a model in use, compared on replies it never saw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import vademecum
from vademecum import improve
from vademecum.errors import LimitError
from vademecum.models.catalog import find_model
from vademecum.models.pull import is_pulled
from vademecum.train.datasets import Shares
from vademecum.train.recipes.lora import LoraSettings
from vademecum.train.settings import FitSettings

THINGS = ("lamp", "chair", "table", "spade", "hose", "pot", "bench", "rake", "glove", "hat", "seed", "bulb")


def test_an_adapter_is_compared_before_it_is_used(tmp_path: Path) -> None:
    if not is_pulled(find_model("smollm2-135m")):
        pytest.skip("the chat model is not in the weights cache: vade models pull smollm2-135m")
    rows = [
        {
            "id": thing,
            "group": thing,
            "messages": [
                {"role": "user", "content": f"What does the {thing} cost?"},
                {"role": "assistant", "content": f"The {thing} costs {at} euros, sir."},
            ],
        }
        for at, thing in enumerate(THINGS)
    ]
    source = tmp_path / "chats.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    recipe = LoraSettings(rank=4)
    with vademecum.open(tmp_path / "ws") as workspace:
        improve.add_dataset(workspace, [source], name="own", shares=Shares(dev=0.2, test=0.3))
        good = FitSettings(epochs=4, batch_size=4, learning_rate=2e-3, evaluations=1)
        card = improve.train_lora(workspace, "own", settings=good, recipe=recipe)
        assert "--rank 4" in card.made_by
        done = improve.use_model(workspace, card.id)
        assert done.test is not None and done.test.difference > 0 and "probability of a token" in done.reason
        spoilt = FitSettings(epochs=1, batch_size=4, learning_rate=0.3, evaluations=1, clip_norm=0)
        worse = improve.train_lora(workspace, "own", settings=spoilt, recipe=recipe)
        with pytest.raises(LimitError, match=rf"{worse.id} is not put to use, it is worse"):
            improve.use_model(workspace, worse.id)
        current = workspace.models.current("lora")
        assert current is not None and current.id == card.id
