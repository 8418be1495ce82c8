"""Makes `examples/documents/`, the small mixed-format collection of `make demo` and the tests.

Owns: the form of every file, for the invented company Alder & Finch; the words stand in `handbook_words.py`
and `document_words.py`. Each fact stands in one file only, except for one near-duplicate
(`archive/opening-hours-copy.txt`) and one fact that was later overruled (`archive/warranty-notice-2021.txt`
against the handbook). Does not own: the questions about them (`questions.toml`).

The made files are committed, so nobody has to run this. To change them, in an environment of its own:

    pip install fpdf2 openpyxl pillow python-docx python-pptx
    python examples/make_documents.py

These libraries are needed by this script only, not by Vademecum. Dates, ids and random seeds are fixed:
with the same library versions, running it again gives the same bytes.
"""

import csv
import html
import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import document_words as words
import docx
from fpdf import FPDF
from fpdf.fonts import FontFace
from handbook_words import HANDBOOK
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from pptx import Presentation
from pptx.util import Inches

DOCUMENTS = Path(__file__).parent / "documents"
MADE_AT = datetime(2025, 12, 1, 9, 0, tzinfo=UTC)
GREEN = (38, 84, 56)

Block = tuple[str, str | list[list[str]]]
"""A kind (`#`, `##`, `-`, `p`, `table`, `page`) and its text, or the rows of the table."""


def blocks(text: str) -> Iterator[Block]:
    """Split the light markup of the word files into blocks.

    Args:
        text: Blocks apart by empty lines; `# ` and `## ` headings, `- ` items, `| a | b |` rows, `===` page
            break, anything else a paragraph. Lines of one paragraph or item are joined.

    Yields:
        The blocks in their order.
    """
    for raw in re.split(r"\n\s*\n", text.strip()):
        if raw.startswith("|"):
            yield "table", [[cell.strip() for cell in row.strip("| ").split("|")] for row in raw.splitlines()]
        elif raw.startswith("==="):
            yield "page", ""
        elif raw.startswith("- "):
            for item in re.split(r"^- ", raw, flags=re.MULTILINE)[1:]:
                yield "-", " ".join(item.split())
        else:
            mark, _, rest = raw.partition(" ")
            kind, body = (mark, rest) if mark in ("#", "##") else ("p", raw)
            yield kind, " ".join(body.split())


# Handbook: a PDF with a text layer


class Handbook(FPDF):
    """An A4 page with the running header and footer of the handbook."""

    def header(self) -> None:
        """Print the running title and a rule, except on the first page."""
        if self.page_no() == 1:
            return
        self.set_font("Helvetica", "I", 9)
        self.set_text_color(110)
        self.cell(0, 6, "Alder & Finch · Handbook for staff and customers", new_x="LMARGIN", new_y="NEXT")
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(6)

    def footer(self) -> None:
        """Print edition and page number."""
        self.set_y(-16)
        self.set_font("Helvetica", "I", 9)
        self.set_text_color(110)
        self.cell(0, 6, f"Edition 4 · page {self.page_no()} of {{nb}}", align="C")


def make_handbook(path: Path) -> None:
    """Write the handbook: six pages with headings, paragraphs, lists and tables."""
    pdf = Handbook()
    pdf.core_fonts_encoding = "cp1252"
    pdf.set_margins(25, 20, 25)
    pdf.set_auto_page_break(True, margin=22)
    pdf.set_creation_date(MADE_AT)
    pdf.set_producer("examples/make_documents.py")
    pdf.set_title("Alder & Finch: Handbook for staff and customers")
    pdf.set_author("Alder & Finch")
    pdf.set_lang("en-GB")
    pdf.add_page()
    for kind, content in blocks(HANDBOOK):
        print_block(pdf, kind, content)
    pdf.output(str(path))


def print_block(pdf: FPDF, kind: str, content: str | list[list[str]]) -> None:
    """Print one block at the place the page has reached."""
    pdf.set_text_color(0)
    if kind == "page":
        pdf.add_page()
    elif isinstance(content, list):
        pdf.set_font("Helvetica", "", 10)
        style = FontFace(emphasis="BOLD", color=(255, 255, 255), fill_color=GREEN)
        widths = tuple(max(len(row[column]) for row in content) + 4 for column in range(len(content[0])))
        with pdf.table(content, headings_style=style, text_align="LEFT", col_widths=widths, padding=1.2):
            pass
        pdf.ln(5)
    elif kind in ("#", "##"):
        size, space = (20, 11) if kind == "#" else (13.5, 8)
        pdf.set_font("Helvetica", "B", size)
        pdf.set_text_color(*GREEN)
        pdf.ln(3 if kind == "##" else 0)
        pdf.start_section(content, level=len(kind) - 1)
        pdf.multi_cell(0, space, content, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(1.5)
    else:
        pdf.set_font("Helvetica", "", 11.5)
        indent = 4 if kind == "-" else 0
        pdf.set_x(pdf.l_margin + indent)
        text = f"• {content}" if kind == "-" else content
        pdf.multi_cell(0, 6.2, text, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(1 if kind == "-" else 3.5)


# Pictures: a scanned page and a photographed receipt


def grain(size: tuple[int, int], *, seed: int, strength: float) -> Image.Image:
    """Return grey paper grain around the middle grey 128.

    Args:
        size: Width and height in pixels.
        seed: Fixes the grain.
        strength: Share of the full range of brightness, in [0, 1].
    """
    noise = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))
    soft = noise.filter(ImageFilter.GaussianBlur(0.8))
    return Image.blend(Image.new("L", size, 128), soft, strength)


def draw_columns(draw: ImageDraw.ImageDraw, row: list[str], at: list[int], y: int, size: int) -> None:
    """Draw the cells of `row` from left to right, each starting at its x in `at`, in pixels."""
    for text, x in zip(row, at, strict=True):
        draw.text((x, y), text, font=ImageFont.load_default(size), fill=25)


def draw_delivery_note() -> Image.Image:
    """Return the clean delivery note, A5 at 170 dpi, grey."""
    page = Image.new("L", (990, 1400), 246)
    draw = ImageDraw.Draw(page)
    y = 90
    for size, line in words.DELIVERY_NOTE_HEAD:
        draw.text((90, y), line, font=ImageFont.load_default(size), fill=25)
        y += round(size * 1.5)
    y += 24
    columns = [102, 260, 640, 775]
    for number, row in enumerate(words.DELIVERY_NOTE_ROWS):
        if number == 0:
            draw.rectangle((90, y - 10, 900, y + 36), fill=214)
        draw_columns(draw, row, columns, y, 26)
        y += 50
        draw.line((90, y - 12, 900, y - 12), fill=90, width=2)
    y += 110
    for line in words.DELIVERY_NOTE_FOOT:
        draw.text((90, y), line, font=ImageFont.load_default(27), fill=25)
        y += 44
    stamp = Image.new("L", (290, 96), 0)
    pen = ImageDraw.Draw(stamp)
    pen.rounded_rectangle((4, 4, 285, 91), 14, outline=150, width=5)
    pen.text((30, 24), "GOODS IN", font=ImageFont.load_default(44), fill=150)
    stamp = stamp.rotate(9, expand=True, resample=Image.Resampling.BICUBIC)
    page.paste(70, (600, 1220), stamp)
    return page


def make_scan(path: Path) -> None:
    """Write the delivery note as an image-only PDF: turned by 1.3 degrees, grainy, no text layer."""
    page = draw_delivery_note().rotate(1.3, resample=Image.Resampling.BICUBIC, fillcolor=238)
    page = ImageChops.add(page, grain(page.size, seed=20417, strength=0.22), offset=-128)
    page = page.filter(ImageFilter.GaussianBlur(0.6))
    date = MADE_AT.timetuple()
    page.save(path, "PDF", resolution=170, quality=62, title="scan0007", creationDate=date, modDate=date)


def draw_receipt() -> Image.Image:
    """Return the clean till receipt, grey."""
    paper = Image.new("L", (480, 700), 244)
    draw = ImageDraw.Draw(paper)
    y = 34
    for kind, left, right in words.RECEIPT:
        size = 34 if kind == "title" else 27 if kind == "total" else 22
        font = ImageFont.load_default(size)
        if kind == "rule":
            draw.line((36, y + 8, 444, y + 8), fill=90, width=2)
            y += 26
            continue
        if right:
            draw.text((36, y), left, font=font, fill=30)
            draw.text((444 - draw.textlength(right, font=font), y), right, font=font, fill=30)
        else:
            draw.text((240 - draw.textlength(left, font=font) / 2, y), left, font=font, fill=30)
        y += round(size * 1.6)
    return paper


def make_receipt(path: Path) -> None:
    """Write the receipt as if photographed on a table: turned, narrowing to the top, unevenly lit."""
    size = (660, 860)
    table = Image.new("RGB", size, (122, 88, 58))
    draw = ImageDraw.Draw(table)
    for board in range(5):
        draw.line((board * 165 + 20, 0, board * 165 + 4, 860), fill=(96, 66, 42), width=4)
    sheet = draw_receipt()
    width, height = sheet.size
    seen_from = (-14, 0, 0, height, width, height, width + 14, 0)  # keystone: corners of the source
    cut = Image.new("L", sheet.size, 255).transform(sheet.size, Image.Transform.QUAD, seen_from)
    tilted = sheet.transform(sheet.size, Image.Transform.QUAD, seen_from, Image.Resampling.BICUBIC)
    cut = cut.rotate(-2.6, expand=True, resample=Image.Resampling.BICUBIC)
    tilted = tilted.rotate(-2.6, expand=True, resample=Image.Resampling.BICUBIC)
    shadow = Image.new("L", size, 0)
    shadow.paste(120, (84, 70), cut)
    table.paste((40, 28, 18), (0, 0), shadow.filter(ImageFilter.GaussianBlur(9)))
    table.paste(Image.merge("RGB", [tilted, tilted, tilted.point(lambda v: int(v * 0.95))]), (72, 58), cut)
    light = Image.linear_gradient("L").rotate(35, expand=False, fillcolor=128).resize(size)
    light = light.filter(ImageFilter.GaussianBlur(40)).point(lambda v: 196 + v // 5)
    lit = ImageChops.multiply(table, Image.merge("RGB", [light] * 3))
    rough = grain(size, seed=8813, strength=0.07)
    photo = ImageChops.add(lit, Image.merge("RGB", [rough] * 3), offset=-128)
    photo.quantize(32, dither=Image.Dither.NONE).save(path, optimize=True)


# Office files


def make_contract(path: Path) -> None:
    """Write the supply agreement: headings, numbered clauses, a table."""
    document = docx.Document()
    for kind, content in blocks(words.CONTRACT):
        if isinstance(content, list):
            table = document.add_table(rows=0, cols=len(content[0]), style="Light Grid Accent 3")
            for row in content:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
            document.add_paragraph()
        elif kind in ("#", "##"):
            document.add_heading(content, level=len(kind) - 1)
        else:
            document.add_paragraph(content, style="List Bullet" if kind == "-" else None)
    core = document.core_properties
    core.title, core.author = "Supply agreement Alder & Finch / Holm Seed Growers", "Alder & Finch"
    core.created = core.modified = MADE_AT
    document.save(str(path))
    fix_zip_dates(path)


def make_slides(path: Path) -> None:
    """Write the launch slides: titles, bullets, a table, speaker notes."""
    deck = Presentation()
    for number, slide_words in enumerate(words.SLIDES):
        table = slide_words.get("table")
        slide = deck.slides.add_slide(deck.slide_layouts[0 if number == 0 else 5 if table else 1])
        slide.shapes.title.text = slide_words["title"]
        if table:
            frame = slide.shapes.add_table(
                len(table), len(table[0]), Inches(1), Inches(1.8), Inches(8), Inches(0.5 * len(table))
            )
            for y, row in enumerate(table):
                for x, text in enumerate(row):
                    frame.table.cell(y, x).text = text
        else:
            slide.placeholders[1].text = "\n".join(slide_words["lines"])
        slide.notes_slide.notes_text_frame.text = slide_words["notes"]
    core = deck.core_properties
    core.title, core.author = "Spring launch 2026", "Alder & Finch"
    core.created = core.modified = MADE_AT
    deck.save(str(path))
    fix_zip_dates(path)


def make_prices(path: Path) -> None:
    """Write the workbook: a price list that starts in B4 and a summary counted from it."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Price list"
    sheet["B2"] = "Alder & Finch price list, valid from 1 September 2025"
    sheet["B2"].font = Font(bold=True, size=14)
    header = ["Article", "Product", "Category", "Unit", "Price (GBP)", "Stock"]
    rows: list[list[Any]] = [
        [*row[:4], float(row[4]), int(row[5])] for row in csv.reader(io.StringIO(words.PRICES))
    ]
    for y, row in enumerate([header, *rows], start=4):
        for x, value in enumerate(row, start=2):
            cell = sheet.cell(y, x, value)
            if y == 4:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="D9E8DC")
            elif x == 6:
                cell.number_format = "0.00"
    summary = book.create_sheet("Summary")
    summary.append(["Category", "Products", "Pieces in stock", "Stock value (GBP)"])
    for category in dict.fromkeys(row[2] for row in rows):
        own = [row for row in rows if row[2] == category]
        value = round(sum(row[4] * row[5] for row in own), 2)
        summary.append([category, len(own), sum(row[5] for row in own), value])
    counted = list(summary.values)[1:]
    summary.append(["All", *(round(sum(line[x] for line in counted), 2) for x in (1, 2, 3))])
    for page, letters in ((sheet, "BCDEFG"), (summary, "ABCD")):
        for letter in letters:
            page.column_dimensions[letter].width = 30 if (page, letter) == (sheet, "C") else 18
    book.properties.title, book.properties.creator = "Price list autumn 2025", "Alder & Finch"
    book.save(path)
    fix_zip_dates(path)


def fix_zip_dates(path: Path) -> None:
    """Rewrite an office file with fixed dates: those of its members and those in its properties."""
    stamp = MADE_AT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(path) as old:
        members = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members:
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, data)
            entry = zipfile.ZipInfo(name, MADE_AT.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, data, compresslevel=9)


# Text files and mail


def make_mail(path: Path) -> None:
    """Write the supplier's mail: plain text, the same as HTML, and a CSV attached."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Ines Calloway <ines.calloway@pemberly-pots.example.com>"
    mail["To"] = "Owen Tarrant <dispatch@example.com>"
    mail["Subject"] = "Delay of your terracotta order PP-7731"
    mail["Date"] = datetime(2025, 4, 8, 10, 12, tzinfo=UTC)
    mail["Message-ID"] = "<20250408101200.7731@pemberly-pots.example.com>"
    mail.set_content(words.MAIL_TEXT, cte="8bit")
    mail.add_alternative(mail_as_html(words.MAIL_TEXT), subtype="html", cte="quoted-printable")
    mail.add_attachment(words.MAIL_CSV, subtype="csv", filename="revised-dates.csv")
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_pemberly_{number}")
    path.write_bytes(mail.as_bytes())


def mail_as_html(text: str) -> str:
    """Return the paragraphs of a plain mail as HTML; the signature keeps its lines."""
    *body, signature = html.escape(text.strip()).split("\n\n")
    paragraphs = [f"<p>{paragraph}</p>" for paragraph in body]
    paragraphs.append("<p>" + signature.replace("\n", "<br>\n") + "</p>")
    return "<html><body>\n" + "\n".join(paragraphs) + "\n</body></html>\n"


def make_shouted_copy(path: Path) -> None:
    """Write the opening hours again in capitals with other white space: a near-duplicate."""
    lines = words.OPENING_HOURS.upper().splitlines()
    text = "\r\n".join("  " + line.replace(" ", "  ") if line else "" for line in lines)
    path.write_bytes(text.encode() + b"\r\n\r\n")


def text_maker(text: str) -> Callable[[Path], None]:
    """Return a maker that writes `text` as UTF-8 with Unix line ends."""

    def make(path: Path) -> None:
        path.write_text(text, encoding="utf-8", newline="\n")

    return make


MAKERS: dict[str, Callable[[Path], None]] = {
    "archive/opening-hours-copy.txt": make_shouted_copy,
    "archive/warranty-notice-2021.txt": text_maker(words.WARRANTY_NOTICE),
    "contract.docx": make_contract,
    "delivery-note-scan.pdf": make_scan,
    "faq.html": text_maker(words.FAQ),
    "garden-notes.md": text_maker(words.GARDEN_NOTES),
    "handbook.pdf": make_handbook,
    "opening-hours.txt": text_maker(words.OPENING_HOURS),
    "prices.xlsx": make_prices,
    "receipt.png": make_receipt,
    "spring-launch.pptx": make_slides,
    "supplier-mail.eml": make_mail,
}
"""Every file of the collection, by its path below `documents/`, and the function that writes it."""


def main() -> None:
    """Make every file and print its size in bytes."""
    for name, make in MAKERS.items():
        path = DOCUMENTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
        print(f"{path.stat().st_size:>8}  {name}")


if __name__ == "__main__":
    main()
