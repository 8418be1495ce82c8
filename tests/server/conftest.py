"""A real server in this process, over a workspace with a few documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import Served, listening

import vademecum

TEXTS = {
    "returns.md": "# Returns\nGoods can be returned within 30 days of delivery. The buyer pays postage.\n",
    "hours.md": "# Hours\nThe shop opens at 9 in the morning. It is closed on Sundays.\n",
    "founder.md": "# Founder\nThe shop was founded in 1987 by Ada Berg.<script>alert(1)</script>\n",
}


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    documents = folder / "documents"
    documents.mkdir()
    for name, text in TEXTS.items():
        (documents / name).write_text(text, "utf-8")
    with vademecum.open(folder / "ws") as workspace, listening(workspace) as url:
        yield Served(url, workspace)
