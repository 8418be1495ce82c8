"""The stage in one function: question and hits -> spans -> evidence -> confidence -> claims -> cited answer.

Use: `answer_question(question, hits, tools=tools, recorder=TraceRecorder()).text`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vademecum.errors import EndpointError, LimitError
from vademecum.generate.calibration import CALIBRATION, MIN_CONFIDENCE, confidence_in, features_of
from vademecum.generate.chat import ChatWriter
from vademecum.generate.cite import cite
from vademecum.generate.evidence import Evidence, find_evidence
from vademecum.generate.extract import ExtractWriter
from vademecum.generate.prompts import DECLINED, PROMPT, TRANSLATE
from vademecum.generate.protocols import AnswerTools, Claim, OnText, Writer
from vademecum.generate.reading import find_spans
from vademecum.generate.translate import translated
from vademecum.generate.units import HITS_READ, find_units
from vademecum.values import Answer, Citation, Document, Hit, Style, TraceRecorder

NOT_ANSWERED = "The documents do not seem to answer this."
NOTHING_STORED = "There is nothing to answer from yet. Add documents with: vade ingest PATH"
_NEAREST = 3
_CLAIMS_TOLD = 10
_PLAIN = Style()


def answer_question(
    question: str,
    hits: Sequence[Hit],
    *,
    tools: AnswerTools,
    recorder: TraceRecorder,
    min_confidence: float = MIN_CONFIDENCE,
    on_text: OnText | None = None,
    style: Style = _PLAIN,
    history: str = "",
) -> Answer:
    """Answer a question from retrieved chunks, with verbatim quotes, or say that they do not.

    Args:
        question: What is asked, checked by the caller with `check_question`.
        hits: Retrieved chunks, best first.
        tools: Models and stored texts.
        recorder: Collects the steps with their times.
        min_confidence: Abstain below this probability, in [0, 1]; 0 answers whenever there are hits.
        on_text: Told each sentence with its mark once it is verified, then nothing more.
        style: How it is worded; tone and language only where a chat model writes.
        history: What was said before, told to a chat model.

    Returns:
        The answer. A chat model that fails is replaced by the evidence itself, and the trace's
        step "write" says so under "error".

    Raises:
        InternalError: A quote does not equal the stored text; nothing is shown then.
    """
    with recorder.step("read") as found:
        documents = tools.read_documents(sorted({hit.document_id for hit in hits[:HITS_READ]}))
        read = [{"chunk": hit.id, "document": hit.document_id} for hit in hits[:HITS_READ]]
        found.update(documents=len(documents), chunks=read)
    with recorder.step("spans") as found:
        units = find_units(hits, documents)
        spans = find_spans(question, units, read=tools.read_spans)
        found.update(spans=len(spans.spans), no_answer=round(spans.no_answer, 4))
    with recorder.step("evidence") as found:
        evidence = find_evidence(question, units, score_pairs=tools.score_pairs, spans=spans)
        found.update(
            sentences=len(evidence.units), scored=len(evidence.scored), told=evidence.told(style.length)
        )
    if not evidence.scored:
        return _abstain(hits, 0.0, recorder, on_text)
    with recorder.step("confidence", calibration=CALIBRATION) as found:
        features = features_of(question, evidence)
        confidence = confidence_in(features)
        found.update(features.to_dict(), confidence=round(confidence, 4), least=min_confidence)
    if confidence < min_confidence:
        return _abstain(hits, confidence, recorder, on_text)
    draft = _Draft(
        documents,
        on_text,
        highlight=evidence.short is not None,
        translate=_translator(style, tools, recorder),
    )
    if tools.stream_chat is not None:
        chat = ChatWriter(
            tools.stream_chat,
            score_pairs=tools.score_pairs,
            check_claim=tools.check_claim,
            style=style,
            history=history,
        )
        if _write(chat, question, evidence, draft, recorder, name="chat", prompt=PROMPT) == DECLINED:
            return _abstain(hits, confidence, recorder, on_text)
    if not draft.citations:
        _write(ExtractWriter(style.length), question, evidence, draft, recorder, name="extract")
    if not draft.citations:
        return _abstain(hits, confidence, recorder, on_text)
    short = evidence.short
    rival = evidence.rival
    return Answer(
        text=" ".join(draft.sentences),
        answered=True,
        confidence=confidence,
        citations=tuple(draft.citations),
        short=short.text if short else "",
        disputed=(rival.text,) if rival else (),
        trace=recorder.trace(),
    )


class _Draft:
    """The verified part of an answer so far."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        on_text: OnText | None,
        *,
        highlight: bool,
        translate: Callable[[str], str],
    ) -> None:
        self._documents = documents
        self._highlight = highlight
        self._translate = translate
        self._on_text = on_text
        self._marks: dict[tuple[str, int, int], int] = {}
        self.sentences: list[str] = []
        self.citations: list[Citation] = []

    def add(self, claim: Claim) -> bool:
        """Take a claim in with its citation; return whether a quote supports it.

        A document that was deleted since it was found supports nothing.
        """
        unit = claim.quote
        document = self._documents.get(unit.hit.document_id) if unit else None
        if unit is None or document is None:
            return False
        citation = cite(unit, document, mark=len(self.citations) + 1, highlight=self._highlight)
        place = (citation.document_id, citation.start, citation.end)
        if place in self._marks:
            citation = self.citations[self._marks[place] - 1]
        else:
            self._marks[place] = citation.mark
            self.citations.append(citation)
        sentence = f"{self._translate(claim.text)} [{citation.mark}]"
        if self._on_text is not None:
            self._on_text(f" {sentence}" if self.sentences else sentence)
        self.sentences.append(sentence)
        return True


def _translator(style: Style, tools: AnswerTools, recorder: TraceRecorder) -> Callable[[str], str]:
    """Return what puts a verified sentence into the wanted language; it stays as it is where none is."""
    stream_chat = tools.stream_chat
    if stream_chat is None or not style.language:
        return lambda text: text

    def translate(text: str) -> str:
        with recorder.step("translate", language=style.language, prompt=TRANSLATE) as found:
            try:
                return translated(text, language=style.language, stream_chat=stream_chat)
            except (EndpointError, LimitError) as error:
                found["error"] = str(error)
                return text

    return translate


def _write(
    writer: Writer,
    question: str,
    evidence: Evidence,
    draft: _Draft,
    recorder: TraceRecorder,
    *,
    name: str,
    prompt: str = "",
) -> str:
    """Let a writer add to the draft; return `DECLINED` when it says there is no answer, else nothing."""
    told: list[dict[str, Any]] = []
    claims = dropped = 0
    declined = ""
    with recorder.step("write", writer=name, **({"prompt": prompt} if prompt else {})) as found:
        try:
            for claim in writer.write(question, evidence):
                if claim.text == DECLINED:
                    declined = DECLINED
                    break
                claims += 1
                kept = draft.add(claim)
                dropped += not kept
                if claims <= _CLAIMS_TOLD:
                    told.append(_told(claim, kept=kept))
        except (EndpointError, LimitError) as error:
            found["error"] = str(error)
        found.update(claims=claims, dropped=dropped, told=told)
    return "" if draft.citations else declined


def _told(claim: Claim, *, kept: bool) -> dict[str, Any]:
    """Return what a trace tells of a written sentence: its quote, and why it was dropped."""
    unit = claim.quote
    place = {"document": unit.hit.document_id, "start": unit.start, "end": unit.end} if unit else {}
    return {**place, "kept": kept, "why": "" if kept else claim.why or "gone"}


def _abstain(
    hits: Sequence[Hit], confidence: float, recorder: TraceRecorder, on_text: OnText | None
) -> Answer:
    """Say that there is no answer, and show the nearest passages as such."""
    text = NOT_ANSWERED if hits else NOTHING_STORED
    if on_text is not None:
        on_text(text)
    return Answer(
        text=text,
        answered=False,
        confidence=confidence,
        nearest=tuple(hits[:_NEAREST]),
        trace=recorder.trace(),
    )
