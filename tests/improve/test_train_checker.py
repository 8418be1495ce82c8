"""A claim checker from a dataset to a model that is compared with the shipped one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import vademecum
from vademecum import improve
from vademecum.errors import LimitError
from vademecum.models.check import ClaimChecker
from vademecum.train.datasets import Shares
from vademecum.train.settings import FitSettings

THINGS = ("lamp", "chair", "table", "spade", "hose", "pot", "bench", "rake", "glove", "hat", "seed", "bulb")


def _rows() -> list[dict[str, str]]:
    rows = []
    for at, thing in enumerate(THINGS):
        evidence = f"The {thing} costs {at + 5} euros and is kept in hall {at + 2}."
        for label, claim in (
            ("supported", f"The {thing} costs {at + 5} euros."),
            ("contradicted", f"The {thing} costs {at + 9} euros."),
            ("neither", f"The {thing} was made in France."),
        ):
            rows.append({"id": f"{thing}-{label}", "group": thing, "claim": claim, "evidence": evidence})
            rows[-1]["label"] = label
    return rows


def test_a_checker_is_trained_kept_and_compared(tmp_path: Path) -> None:
    source = tmp_path / "claims.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in _rows()))
    with vademecum.open(tmp_path / "ws") as workspace:
        improve.add_dataset(workspace, [source], name="own", shares=Shares(dev=0.2, test=0.3))
        settings = FitSettings(epochs=1, batch_size=8, learning_rate=1e-6, evaluations=1)
        card = improve.train_checker(workspace, "own", base="all-minilm-l6-v2", settings=settings)
        assert {score.metric for score in card.metrics} == {"accuracy", "supported-auroc"}
        checker = ClaimChecker.open(workspace.models.files(card))
        (verdict,) = checker.check("It rains.", ["It rains today."])
        assert verdict.supported + verdict.contradicted + verdict.neither == pytest.approx(1, abs=1e-5)
        with pytest.raises(LimitError, match=f"{card.id} is not put to use, it is worse: accuracy"):
            improve.use_model(workspace, card.id)


def test_the_shipped_checker_sees_what_words_do_not(tmp_path: Path) -> None:
    with vademecum.open(tmp_path / "ws") as workspace:
        checker = workspace.checker()
    evidence = ["In 2019 the town of Alder sold the mill to the Finch family for 40,000 euros."]

    def label(claim: str) -> str:
        return checker.check(claim, evidence)[0].label

    assert label("The mill was sold to the Finch family in 2019.") == "supported"
    assert label("The mill was sold in 2015.") == "contradicted"
    assert label("The mill was built by a Dutch engineer.") == "neither"
