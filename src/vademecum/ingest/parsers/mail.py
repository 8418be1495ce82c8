"""Mails (EML): subject, people and body as one document, attachments as parts.

Outlook's MSG goes through kreuzberg, which gives its attachments as text.

Use: `document, parts = parse_eml(source)`.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any

from vademecum.errors import ParseError
from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.clean import one_line
from vademecum.ingest.parsers.decode import decode_text
from vademecum.ingest.parsers.extract import add_nodes, extract
from vademecum.ingest.parsers.html import HtmlReader
from vademecum.ingest.parsers.source import Part, Source
from vademecum.values.document import Document

_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})
_SHOWN = (("Subject", "subject"), ("From", "from"), ("To", "to"), ("Cc", "cc"), ("Date", "date"))


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail's own document and what is attached to it."""

    document: Document
    parts: tuple[Part, ...] = ()


def parse_eml(source: Source) -> Mail:
    """Return an Internet mail with its attachments.

    Raises:
        ParseError: Its body is encrypted, or it has too many attachments.
    """
    message = email.message_from_bytes(source.data, policy=email.policy.default)
    if message.get_content_type() in _ENCRYPTED:
        raise ParseError("encrypted")
    headers = {key: _header(message, name) for name, key in _SHOWN}
    builder = source.builder()
    _add_headers(builder, headers)
    attached: list[Part] = []
    for body in _bodies(message, attached):
        _add_body(builder, body)
    if len(attached) > source.limits.max_members:
        raise ParseError(f"{len(attached)} attachments; at most {source.limits.max_members} are allowed")
    document = builder.build(
        source=source.name,
        title=headers["subject"] or source.stem,
        media_type=source.format.media_type,
        metadata={**headers, "created_at": headers["date"], "attachments": [part.name for part in attached]},
    )
    return Mail(document, tuple(attached))


def _header(message: Message, name: str) -> str:
    try:
        return one_line(str(message.get(name) or ""))
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        return ""


def _add_headers(builder: DocumentBuilder, headers: dict[str, str]) -> None:
    builder.paragraph("\n".join(f"{name}: {headers[key]}" for name, key in _SHOWN if headers.get(key)))


def _bodies(message: Message, attached: list[Part]) -> Iterator[Message]:
    """Yield the leaves that are the mail's text, the plain one of alternatives; collect the others."""
    kind = message.get_content_type()
    if kind in _ENCRYPTED:
        raise ParseError("encrypted")
    if kind == "message/rfc822" and isinstance(payload := message.get_payload(), list):
        for number, inner in enumerate(payload, 1):
            name = _header(inner, "Subject") or f"message {len(attached) + number}"
            attached.append(Part(name=f"{name}.eml", data=inner.as_bytes(policy=email.policy.compat32)))
    elif message.is_multipart():
        children = [child for child in message.get_payload() if isinstance(child, Message)]
        if kind == "multipart/alternative":
            children = [_readable(children)] if children else []
        for child in children:
            yield from _bodies(child, attached)
    elif kind in ("text/plain", "text/html") and not _filename(message):
        yield message
    elif data := _payload(message):
        name = _filename(message) or f"part {len(attached) + 1}"
        attached.append(Part(name=name, data=data))


def _readable(alternatives: list[Message]) -> Message:
    """Return the plain text if it says anything, else the last one, which is the richest."""
    plain = (
        part for part in alternatives if part.get_content_type() == "text/plain" and _payload(part).strip()
    )
    return next(plain, alternatives[-1])


def _filename(message: Message) -> str:
    try:
        return one_line(message.get_filename() or "").replace("/", "_")
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""


def _payload(message: Message) -> bytes:
    try:
        payload = message.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _add_body(builder: DocumentBuilder, body: Message) -> None:
    data = _payload(body)
    if not data.strip():
        return
    text = decode_text(data, declared=body.get_content_charset())
    if body.get_content_type() == "text/html":
        HtmlReader(builder).read(text)
        return
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        builder.paragraph(paragraph)


def parse_msg(source: Source) -> Mail:
    """Return an Outlook message; its attachments come as the text that kreuzberg reads in them.

    Raises:
        ParseError: It is encrypted or damaged.
    """
    result = extract(source)
    metadata: dict[str, Any] = dict(result.metadata)
    headers = {
        "subject": one_line(str(metadata.get("subject") or "")),
        "from": one_line(str(metadata.get("from_email") or "")),
        "to": ", ".join(metadata.get("to_emails") or ()),
        "cc": ", ".join(metadata.get("cc_emails") or ()),
        "date": str(metadata.get("created_at") or ""),
    }
    children = result.children or []
    if any(str(child["path"]).endswith((".pgp-encrypted", ".p7m")) for child in children):
        raise ParseError("encrypted")
    builder = source.builder()
    _add_headers(builder, headers)
    add_nodes(builder, result)
    document = builder.build(
        source=source.name,
        title=headers["subject"] or source.stem,
        media_type=source.format.media_type,
        metadata={**headers, "created_at": headers["date"], "attachments": metadata.get("attachments") or []},
    )
    parts = [
        Part(name=f"{child['path']}", data=child["result"].content.encode("utf-8"))
        for child in children
        if child["result"].content.strip()
    ]
    return Mail(document, tuple(parts))
