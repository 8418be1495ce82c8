"""Copies a trained model's files of one form out of the workspace, verified, with its card.

Use: `export_model(models, "reader-1a2b", Path("out"), form="onnx")`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from vademecum.errors import InputError, LimitError
from vademecum.release.card import card_text
from vademecum.release.registry import Models

FORMS = {
    "onnx": ("model.onnx", "tokenizer.json"),
    "gguf": ("adapter.gguf",),
    "peft": ("adapter_model.safetensors", "adapter_config.json"),
}
"""Files of each form."""


def export_model(models: Models, name: str, folder: Path, *, form: str) -> list[Path]:
    """Return the files that were written: those of the form, and README.md.

    Raises:
        InputError: There is no such model or form, or the model does not have it.
        WeightsError: The model's files are not what was trained.
        LimitError: The folder cannot be written.
    """
    if form not in FORMS:
        raise InputError(f"There is no form '{form}'. Allowed is one of {', '.join(FORMS)}.")
    card = models.get(name)
    kept = {Path(file).name: file for file in card.files}
    missing = [file for file in FORMS[form] if file not in kept]
    if missing:
        has = [one for one, files in FORMS.items() if all(file in kept for file in files)]
        raise InputError(
            f"{card.id} has no {form} form ({missing[0]} is not in it). It has {', '.join(has)}."
        )
    source = models.files(card)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [Path(shutil.copyfile(source / kept[file], folder / file)) for file in FORMS[form]]
        (folder / "README.md").write_text(card_text(card) + "\n", "utf-8")
    except OSError as error:
        raise LimitError(f"{folder} cannot be written: {error}.") from error
    return [*written, folder / "README.md"]
