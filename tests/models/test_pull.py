"""Weights come from a wheel through pip, or from a hub, and only with the right bytes."""

import dataclasses
import hashlib
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vademecum.errors import ConfigError, WeightsError
from vademecum.models import pull
from vademecum.models.catalog import ModelEntry, WeightFile, find_model, load_catalog

CONTENT = b"weights" * 10_000


def entry(*, sha256: str = hashlib.sha256(CONTENT).hexdigest(), hub: str = "") -> ModelEntry:
    file = WeightFile(name="model.bin", size=len(CONTENT), sha256=sha256, member="tinyweights/model.bin")
    return ModelEntry(
        name="tiny",
        task="embed",
        role="",
        licence="MIT",
        upstream="none",
        about="",
        query_prefix="",
        wheel="tinyweights==1.0",
        hub=hub,
        package="",
        figures=(),
        files={"model.bin": file},
    )


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VADEMECUM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    (tmp_path / "wheels").mkdir()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "wheels" / "tinyweights-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tinyweights/__init__.py", "raise SystemExit('a wheel of weights was imported')")
        archive.writestr("tinyweights/model.bin", CONTENT)
        archive.writestr(
            "tinyweights-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tinyweights\nVersion: 1.0\n"
        )
        archive.writestr(
            "tinyweights-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("tinyweights-1.0.dist-info/RECORD", "")
    return path


def test_pulled_from_a_wheel_checked_and_cached(wheel: Path) -> None:
    folder = pull.ensure_model(entry())
    assert (folder / "model.bin").read_bytes() == CONTENT
    wheel.unlink()
    assert pull.ensure_model(entry()) == folder, "the cache needs no wheel"


def test_wrong_hash_never_enters_the_cache(wheel: Path) -> None:
    with pytest.raises(WeightsError, match=r"is refused: its sha256 is .*vade models pull --force tiny"):
        pull.ensure_model(entry(sha256="0" * 64))
    assert not pull.is_pulled(entry(sha256="0" * 64))
    assert list((pull.cache_folder() / "blobs").iterdir()) == []


def test_damaged_cache_is_refused_and_mended_by_force(wheel: Path) -> None:
    path = pull.ensure_model(entry()) / "model.bin"
    path.write_bytes(b"x" + CONTENT[1:])
    with pytest.raises(WeightsError, match=r"model.bin is refused"):
        pull.ensure_model(entry())
    with pytest.raises(WeightsError, match=r"model.bin is refused"):
        pull.verify_model(entry())
    pull.pull_models([entry()], force=True)
    pull.verify_model(entry())
    pull.ensure_model(entry())


def test_no_network_says_what_to_do_instead() -> None:
    with pytest.raises(WeightsError, match=r"pip failed to fetch tinyweights==1.0.*PIP_FIND_LINKS"):
        pull.ensure_model(entry())


def test_pulled_from_a_hub_when_there_is_no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        folder = pull.ensure_model(entry(hub="maker/tiny@abc123"))
        server.shutdown()
    assert (folder / "model.bin").read_bytes() == CONTENT
    assert asked == ["/maker/tiny/resolve/abc123/model.bin"]


def test_progress_tells_bytes(wheel: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    pull.pull_models([entry()], progress=lambda *state: seen.append(state))
    assert all(name == "tinyweights==1.0" and done <= total for name, done, total in seen)


def test_catalog_is_complete_and_offers_the_nearest_name() -> None:
    for model in load_catalog().values():
        assert model.licence and bool(model.package) != (model.wheel.count("==") == 1)
        for file in model.files.values():
            assert len(file.sha256) == 64 and file.size > 0
    with pytest.raises(ConfigError, match="Did you mean 'bge-small-en'"):
        find_model("bge-smal-en")


def test_weights_in_the_package_are_checked_like_the_others() -> None:
    model = find_model("reader-small")
    folder = pull.ensure_model(model)
    assert {path.name for path in folder.iterdir()} >= {"model.onnx", "tokenizer.json"}
    gone = dataclasses.replace(model, name="gone", package="weights/gone")
    with pytest.raises(WeightsError, match=r"weights/gone/model.onnx is missing.*Install vademecum again"):
        pull.ensure_model(gone)
    (name, file), *_ = model.files.items()
    wrong = dataclasses.replace(model, name="wrong", files={name: dataclasses.replace(file, sha256="0" * 64)})
    with pytest.raises(WeightsError, match=r"weights/reader-small: model\.onnx is refused"):
        pull.ensure_model(wrong)
