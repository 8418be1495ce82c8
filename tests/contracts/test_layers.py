"""Imports go only down the floors, stages never import each other, and there are no cycles."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import vademecum

ROOT = Path(vademecum.__file__).parent
FLOORS = [
    {"values", "errors", "config", "files", "registry", "stopping"},
    {"models", "stores", "text"},
    {"ingest", "retrieve", "generate", "guard", "evaluate", "monitor", "train", "release"},
    {"workspace", "view", "sharing", "original", "loaded", "health", "measure", "improve", "assistants"},
    {"cli", "server", "ui", "lab", "testing", "__main__"},
]
STAGES = FLOORS[2]
LEAST_MODULES = 70


def _modules() -> dict[str, Path]:
    names = {}
    for path in ROOT.rglob("*.py"):
        parts = ("vademecum", *path.relative_to(ROOT).with_suffix("").parts)
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def _imports(path: Path, known: set[str]) -> set[str]:
    """Every module of ours that a file imports, anywhere in it, type-checking blocks left out."""
    found = set()
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} has a relative import"
            whole = {f"{node.module}.{alias.name}" for alias in node.names} & known
            found |= whole or {node.module}
    return {name for name in found if name.split(".")[0] == "vademecum"}


def _room(module: str) -> str:
    return [*module.split("."), ""][1]


def test_every_module_is_seen() -> None:
    assert len(_modules()) >= LEAST_MODULES


def test_every_room_has_a_floor() -> None:
    rooms = {_room(name) for name in _modules()} - {""}
    assert rooms <= set().union(*FLOORS)


def test_imports_go_down_and_stages_stay_apart() -> None:
    modules = _modules()
    level = {room: number for number, floor in enumerate(FLOORS) for room in floor}
    wrong = []
    for name, path in modules.items():
        room = _room(name)
        for target in _imports(path, set(modules)):
            other = _room(target)
            if not room or not other or room == other:
                continue
            if level[other] > level[room] or (room in STAGES and other in STAGES):
                wrong.append(f"{name} -> {target}")
    assert not wrong


def test_no_import_cycles() -> None:
    modules = _modules()
    graph = {name: _imports(path, set(modules)) & set(modules) - {name} for name, path in modules.items()}
    TopologicalSorter(graph).prepare()


def test_modules_stay_small() -> None:
    sizes = {name: len(path.read_text("utf-8").splitlines()) for name, path in _modules().items()}
    assert {name: size for name, size in sizes.items() if size > 500} == {}
