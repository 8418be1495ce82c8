"""The root names: few, sorted, real, and nothing else."""

import importlib

import vademecum
from vademecum import errors


def test_root_names_are_few_sorted_and_importable() -> None:
    assert len(vademecum.__all__) <= 15
    assert vademecum.__all__ == sorted(vademecum.__all__)
    for name in vademecum.__all__:
        assert getattr(vademecum, name) is not None
    assert set(dir(vademecum)) == {*vademecum.__all__, "__version__"}


def test_exports_of_every_room_are_real() -> None:
    for room in ("values", "generate", "retrieve", "testing"):
        module = importlib.import_module(f"vademecum.{room}")
        assert len(set(module.__all__)) == len(module.__all__) > 0
        assert all(hasattr(module, name) for name in module.__all__)


def test_error_codes_are_unique_and_drawn() -> None:
    tree = errors.__doc__ or ""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.VademecumError)
    ]
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert all(kind.__name__ in tree for kind in kinds)
