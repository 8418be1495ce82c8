"""Files sent to the server: read, named when they cannot be, never written where they should not."""

from __future__ import annotations

import io
import json
from pathlib import Path

import httpx
import pytest
from serving import Served

from vademecum.errors import InputError
from vademecum.server.uploads import safe_name, save_upload


def _send(served: Served, name: str, content: bytes, **options: object) -> httpx.Response:
    files = {"files": (name, content)}
    return httpx.post(f"{served.url}/v1/ingest", files=files, timeout=60, **options)  # type: ignore[arg-type]


def test_an_uploaded_file_is_answered_from(served: Served) -> None:
    reply = _send(served, "bicycles.md", b"# Bicycles\nA bicycle is rented for 14 euros a day.\n")
    assert reply.status_code == 200 and reply.json()["documents"] == 1
    question = {"question": "How much is a bicycle a day?"}
    answer = httpx.post(f"{served.url}/v1/ask", json=question).json()
    assert answer["short"].startswith("14 euros")
    assert Path(answer["citations"][0]["document"]).name == "bicycles.md"


def test_progress_is_told_and_what_cannot_be_read_is_named(served: Served) -> None:
    content = b"%PDF-1.7 and then nothing that a reader of such files could use"
    with httpx.stream(
        "POST",
        f"{served.url}/v1/ingest",
        files={"files": ("broken.pdf", content)},
        data={"stream": "true"},
        timeout=60,
    ) as reply:
        *events, end = [line.removeprefix("data: ") for line in reply.iter_lines() if line]
    told = [json.loads(event) for event in events]
    assert end == "[DONE]"
    assert any("progress" in one for one in told)
    (failed,) = [one for one in told[-1]["summary"]["failed"] if "broken.pdf" in one["path"]]
    assert failed["reason"]


def test_no_file_is_a_bad_request(served: Served) -> None:
    assert httpx.post(f"{served.url}/v1/ingest").status_code == 400


def test_a_page_of_somebody_else_cannot_send_files(served: Served) -> None:
    reply = _send(served, "evil.md", b"x", headers={"origin": "https://evil.example"})
    assert reply.status_code == 403 and "https://evil.example" in reply.json()["error"]["message"]
    own = _send(served, "own.md", b"Our own page sent this text.", headers={"origin": served.url})
    assert own.status_code == 200


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system.ini", "system.ini"),
        ("a\x00b\n.md", "ab.md"),
        (".hidden", "hidden"),
        ("naïve ünï.txt", "naïve ünï.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("x" * 500 + ".md", "x" * 150 + ".md"),
        ("y" * 500, "y" * 150),
    ],
)
def test_names_are_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


@pytest.mark.parametrize("given", ["", "..", "/", "\x00", " . "])
def test_names_of_which_nothing_is_left_are_refused(given: str) -> None:
    with pytest.raises(InputError, match=r"the file name .* cannot be used"):
        safe_name(given)


def test_an_upload_replaces_the_one_of_its_name_whole(tmp_path: Path) -> None:
    class Breaking(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(28, "No space left on device")

    path = save_upload(tmp_path, "a.md", io.BytesIO(b"first"))
    with pytest.raises(Exception, match=r"a.md cannot be written: .*No space left"):
        save_upload(tmp_path, "a.md", Breaking())
    assert path.read_bytes() == b"first"
    assert [one.name for one in tmp_path.iterdir()] == ["a.md"]
    save_upload(tmp_path, "a.md", io.BytesIO(b"second"))
    assert path.read_bytes() == b"second"
