"""`vade chat`, `traces`, `feedback`, `memory`, `keys`, `users`, `audit`: kept, shown, forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

import vademecum
from vademecum.cli.app import app
from vademecum.errors import InputError

Vade = Callable[..., Result]


@pytest.fixture(scope="module")
def vade(tmp_path_factory: pytest.TempPathFactory) -> Vade:
    folder = tmp_path_factory.mktemp("state")
    (folder / "returns.md").write_text(
        "# Returns\nGoods can be returned within 30 days of delivery. The buyer pays postage.\n", "utf-8"
    )
    with vademecum.open(folder / "ws") as workspace:
        workspace.ingest(folder / "returns.md")

    def run(*arguments: str, typed: str = "") -> Result:
        given = ["-w", str(folder / "ws")]
        return CliRunner().invoke(app, [*arguments, *given], input=typed, catch_exceptions=False)

    return run


def test_a_talk_is_kept_rated_and_shown(vade: Vade) -> None:
    typed = "How long can goods be returned?\n/bad too short\n/why\n/nonsense\n/correct 30 days\n"
    talk = vade("chat", typed=typed)
    assert "within 30 days" in talk.stdout and "confidence" in talk.stdout
    assert "'/nonsense' is no command" in talk.stderr
    assert "Go on with: vade chat --conversation" in talk.stderr
    (trace,) = json.loads(vade("traces", "list", "--limit", "1", "--json").stdout)
    assert trace["asked"] == "How long can goods be returned?" and trace["conversation"]
    shown = vade("traces", "show", trace["id"][:8]).stdout
    assert "dense" in shown and "rated -1" in shown
    steps = shown[shown.index("  step") :].splitlines()
    assert all(len(line) <= 80 for line in steps[: len(trace["steps"])])
    places = {line.split()[0]: line.index(line.split()[0]) for line in steps if "━" in line}
    assert places["dense"] > places["retrieve"] == places["confidence"]  # a part of it
    assert len(vade("traces", "show", trace["id"], "--details").stdout) > len(shown)
    (said,) = json.loads(vade("feedback", "list", "--json").stdout)
    assert (said["rating"], said["correction"], said["asked"]) == (-1, "30 days", trace["asked"])


def test_ask_leaves_a_trace_that_can_be_rated(vade: Vade) -> None:
    answer = json.loads(vade("ask", "Who pays postage?", "--json").stdout)
    name = answer["trace"]["id"]
    assert name in vade("feedback", "add", name[:10], "--rating", "1").stdout
    assert "Who pays postage?" in vade("feedback", "list").stdout
    assert "Who pays postage?" in vade("traces", "list").stdout
    with pytest.raises(InputError, match="no trace begins with 'ffffffff'"):
        vade("traces", "show", "ffffffff")


def test_traces_are_removed(vade: Vade) -> None:
    first = json.loads(vade("ask", "Who pays postage?", "--json").stdout)["trace"]["id"]
    assert f"trace {first[:12]}" in vade("traces", "show", first).stdout
    with pytest.raises(InputError, match="--older-than-days"):
        vade("traces", "delete")
    assert "Removed 1." in vade("traces", "delete", first[:12]).stdout
    with pytest.raises(InputError, match="no trace begins"):
        vade("traces", "show", first)
    assert "Removed 0." in vade("traces", "delete", "--older-than-days", "1").stdout
    vade("ask", "Who pays postage?")
    assert "Removed 0." not in vade("traces", "delete", "--older-than-days", "0").stdout
    assert "Nothing was asked yet." in vade("traces", "list").stdout


def test_what_is_remembered_is_shown_and_forgotten(vade: Vade) -> None:
    vade("memory", "add", "I work in Lyon.", "--user", "ana")
    (fact,) = json.loads(vade("memory", "list", "--user", "ana", "--json").stdout)
    assert "Nothing is remembered." in vade("memory", "list").stdout
    vade("memory", "forget", fact["id"][:8], "--user", "ana")
    assert "Nothing is remembered." in vade("memory", "list", "--user", "ana").stdout


def test_how_one_is_answered_is_set_shown_and_taken_back(vade: Vade) -> None:
    talk = vade("chat", typed="/prefer length short\n/prefer\n/prefer length tiny\n")
    assert talk.stdout.count("Your settings: length: short.") == 2
    assert "length = 'tiny': allowed is one of short, normal, long." in talk.stderr
    assert json.loads(vade("memory", "prefer", "--json").stdout) == {"length": "short"}
    assert "You have no settings" in vade("memory", "prefer", "length", "").stdout


def test_a_follow_up_shows_what_it_was_understood_as(vade: Vade) -> None:
    talk = vade("chat", typed="How long can goods be returned?\nWho pays postage for them?\n")
    assert "understood as: Who pays postage for goods?" in talk.stdout


def test_keys_are_made_listed_revoked_and_a_person_forgotten(vade: Vade) -> None:
    secret = vade("keys", "add", "ana", "--group", "hr").stdout.strip()
    listed = vade("keys", "list").stdout
    assert "ana" in listed and "hr" in listed and secret not in listed
    vade("keys", "revoke", "1")
    assert "revoked" in vade("keys", "list").stdout
    assert "1 keys" in vade("users", "forget", "ana").stdout
    log = vade("audit").stdout
    assert "revoke key" in log and "forget user" in log and "ana" not in log
