"""README.md and the pages of docs/, as a reader of Markdown sees them: headings, links, pictures, sentences, tables."""
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

REPOSITORY = Path(__file__).parents[2]
README = REPOSITORY / "README.md"
PAGES = (README, *sorted((REPOSITORY / "docs").glob("*.md")))


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    return tuple(MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")))


def shown(token: Token) -> str:
    """The text of a paragraph, a heading or a cell, without its marks."""
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children or ())


def headings(page: Path) -> list[str]:
    found = tokens(page)
    return [shown(inner) for opening, inner in zip(found, found[1:]) if opening.type == "heading_open"]


def anchor(heading: str) -> str:
    """The name that GitHub and Azure Repos give to a heading."""
    return re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")


def targets(page: Path) -> list[str]:
    """Where the links of a page lead, and where its pictures are."""
    inner = (child for token in tokens(page) for child in token.children or ())
    return [str(child.attrs.get("href") or child.attrs.get("src"))
            for child in inner if child.type in ("link_open", "image")]


def code_blocks(page: Path) -> list[str]:
    return [token.content for token in tokens(page) if token.type == "fence"]


def code_names(page: Path) -> set[str]:
    """Everything in backticks."""
    return {child.content for token in tokens(page) for child in token.children or () if child.type == "code_inline"}


def sentences(page: Path) -> list[str]:
    """Sentences of paragraphs, lists and tables, without marks; nothing of code blocks."""
    texts = [shown(token) for token in tokens(page) if token.type == "inline"]
    return [sentence.strip() for text in texts for sentence in re.split(r"(?<=[.!?]) ", text)]


def rows(page: Path, heading: str) -> Iterator[list[Token]]:
    """The rows of the tables below a heading, without those of its subsections."""
    inside, row = False, []
    found = tokens(page)
    for previous, token in zip(found, found[1:]):
        if previous.type == "heading_open":
            inside = shown(token) == heading
        elif previous.type == "td_open":
            row.append(token)
        elif token.type == "tr_close" and row:
            if inside:
                yield row
            row = []


def names(cell: Token) -> tuple[str, ...]:
    """What stands in backticks in a cell."""
    return tuple(child.content for child in cell.children or () if child.type == "code_inline")
