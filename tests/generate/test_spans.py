"""Places of the reader's spans, their agreement, and what disagrees."""

from __future__ import annotations

from collections.abc import Sequence

from answer_samples import HANDBOOK, PRICES, hit_of, overlap

from vademecum.generate.evidence import find_evidence
from vademecum.generate.reading import find_spans
from vademecum.generate.spans import NO_SPANS, FoundSpan, SpansFound
from vademecum.generate.units import find_units
from vademecum.models.read import AnswerSpan, Reading, normalise
from vademecum.values import Document, Hit


def _hits(*texts: str) -> list[Hit]:
    return [hit_of(Document(source=f"{number}.txt", text=text), start=0) for number, text in enumerate(texts)]


def _reader(*found: tuple[int, str, float]):  # type: ignore[no-untyped-def]
    def read(question: str, passages: Sequence[str], *, titles: Sequence[str]) -> Reading:
        return normalise(
            [
                AnswerSpan(
                    passage=index,
                    start=passages[index].index(text),
                    end=passages[index].index(text) + len(text),
                    text=text,
                    score=score,
                )
                for index, text, score in found
            ]
        )

    return read


def _find(texts: Sequence[str], *found: tuple[int, str, float]) -> SpansFound:
    return find_spans("How long?", find_units(_hits(*texts)), read=_reader(*found))


def test_places_count_from_the_document() -> None:
    start = HANDBOOK.text.index("Refunds")
    hit = hit_of(HANDBOOK, start=start)
    found = find_spans("Where?", find_units([hit]), read=_reader((0, "Refunds", 5.0)))
    span = found.spans[0]
    assert HANDBOOK.text[span.start : span.end] == span.text == "Refunds"


def test_passages_that_agree_support_each_other() -> None:
    texts = ["It takes 30 days.", "Refunds take 30 days.", "A year is long."]
    found = _find(texts, (0, "30 days", 3.0), (1, "30 days", 3.0), (2, "A year", 1.0))
    assert found.support(found.spans[0]) > 2 * found.spans[0].share - 1e-9
    assert found.rival(found.spans[0]) is None


def test_a_near_and_different_answer_is_a_rival() -> None:
    found = _find(["It takes 30 days.", "It takes 14 days."], (0, "30 days", 4.0), (1, "14 days", 3.5))
    rival = found.rival(found.spans[0])
    assert rival is not None and rival.text == "14 days"


def test_a_longer_way_to_say_it_is_no_rival() -> None:
    found = _find(
        ["It takes 30 days.", "within 30 days of it"], (0, "30 days", 4.0), (1, "within 30 days", 3.9)
    )
    assert found.rival(found.spans[0]) is None


def test_the_sentence_of_the_best_span_answers() -> None:
    units = find_units(_hits("Delivery is fast. It takes 30 days. Call us."))
    spans = find_spans("How long is delivery?", units, read=_reader((0, "30 days", 9.0)))
    evidence = find_evidence("How long is delivery?", units, score_pairs=overlap, spans=spans)
    assert evidence.best.text == "It takes 30 days."
    assert evidence.short is not None and evidence.short.text == "30 days"


def test_reasons_are_told_in_sentences_of_the_source_in_its_order() -> None:
    text = "Plants are fragile. They dry out in a box. So we refund them within 14 days. The shop is blue."
    units = find_units(_hits(text))
    spans = find_spans("Why?", units, read=_reader((0, "14 days", 9.0)))
    logits = {"Plants are fragile.": 3.0, "They dry out in a box.": 4.0, "The shop is blue.": -8.0}
    evidence = find_evidence(
        "Why are plants refunded within 14 days?",
        units,
        score_pairs=lambda _, passages: [logits.get(passage.splitlines()[-1], 3.5) for passage in passages],
        spans=spans,
    )
    assert evidence.short is None
    assert [unit.text for unit in evidence.chosen()] == [
        "Plants are fragile.",
        "They dry out in a box.",
        "So we refund them within 14 days.",
    ]


def test_nothing_found_supports_nothing() -> None:
    hit = hit_of(HANDBOOK)
    span = FoundSpan(hit=hit, start=0, end=5, text="Goods", score=1.0, share=0.5)
    assert NO_SPANS.support(span) == 0
    assert NO_SPANS.within(hit, 0, 100) is None


def test_a_span_over_cells_is_the_cell_that_was_asked_for() -> None:
    texts = ["Long Tom pot 20 cm | 320 | 9 May"]
    units = find_units(_hits(*texts))
    found = find_spans(
        "How many of the Long Tom pot 20 cm?", units, read=_reader((0, "Tom pot 20 cm | 320", 5.0))
    )
    assert found.spans[0].text == "320"
    assert texts[0][found.spans[0].start : found.spans[0].end] == "320"


def test_a_span_over_two_lines_is_cut_to_each_and_keeps_its_support() -> None:
    found = _find(["On sale 3 March 2026\n20 March 2026: review"], (0, "3 March 2026\n20 March 2026", 6.0))
    hit = found.spans[0].hit
    first, second = found.within(hit, 0, 20), found.within(hit, 21, 42)
    assert first is not None and first.text == "3 March 2026"
    assert second is not None and second.text == "20 March 2026"
    assert found.support(first) == found.spans[0].share


def test_a_row_is_read_by_itself_with_its_columns_and_the_span_is_the_cell() -> None:
    read: list[str] = []

    def read_row(question: str, passages: Sequence[str], *, titles: Sequence[str]) -> Reading:
        read.extend(passages)
        index = next(index for index, passage in enumerate(passages) if "Lamp" in passage)
        start = passages[index].index("EUR")
        return normalise([AnswerSpan(passage=index, start=start, end=start + 3, text="EUR", score=9.0)])

    hit = hit_of(PRICES)
    units = find_units([hit], {PRICES.id: PRICES})
    found = find_spans("What does the lamp cost?", units, read=read_row)
    assert "Item: Lamp, Price: 12 EUR" in read
    assert PRICES.text[found.spans[0].start : found.spans[0].end] == found.spans[0].text == "12 EUR"


def test_the_number_of_a_clause_is_no_answer() -> None:
    texts = ["6.1 The Grower announces each delivery.", "It grew by 6.1 per cent."]
    assert [span.hit.document for span in _find(texts, (0, "6.1", 4.0), (1, "6.1", 3.0)).spans] == ["1.txt"]
