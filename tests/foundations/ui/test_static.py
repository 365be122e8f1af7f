"""What is sent to the browser must pass the strict policy and an office browser of 2020."""

import re
from pathlib import Path

import pytest

from bangfu.foundations.ui.templatetags import ui

FOLDER = Path(ui.__file__).parents[1]
STATIC = FOLDER / "static" / "ui"
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))
SHEETS = sorted(STATIC.rglob("*.css"))

# Each came after Chromium 86; a browser drops the whole declaration, or the whole rule for a selector.
TOO_NEW = (
    r"color-mix\(", r"light-dark\(", r"oklch\(", r":has\(", r":is\(", r":where\(", r"@layer", r"@container",
    r"[;{\s]inset:", r"[;{\s](margin|padding|inset)-(inline|block):",
)  # fmt: skip


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_inline_script_style_or_handler(page):
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"<style", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_stylesheet_uses_what_chromium_86_does_not_know(sheet):
    text = re.sub(r'"[^"\n]*"|/\*.*?\*/', "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [pattern for pattern in TOO_NEW if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", [*SHEETS, *sorted(STATIC.rglob("*.js"))], ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path):
    text = path.read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert not re.search(r"url\(\s*[\"']?(https?:)?//|@import", text)


def test_every_vendored_folder_has_its_licence():
    folders = [path for path in (STATIC / "vendor").iterdir() if path.is_dir()]
    assert folders
    assert all((folder / "LICENSE").read_text(encoding="utf-8") for folder in folders)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])


def test_every_badge_reads_with_a_contrast_of_4_5():
    sheet = (STATIC / "bangfu.css").read_text(encoding="utf-8")
    pairs = re.findall(r"\.tag-(\w+) { color: (#\w+); background: (#\w+);", sheet)
    assert {tone for tone, _, _ in pairs} == set(ui.TONES)
    for tone, ink, paper in pairs:
        light, dark = sorted((luminance(long(ink)), luminance(long(paper))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, tone
