"""The house inspects itself: sizes, names, templates, migrations, words that must not be in it."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, get_resolver

from bangfu.foundations.audit.verbs import LABELS

ROOT: Path = settings.ROOT
SRC = ROOT / "src" / "bangfu"
ROOM_FILES = {
    "__init__", "apps", "models", "rules", "access", "queries", "actions", "tasks", "forms", "prints", "sheets", "views", "urls",
}  # fmt: skip
# Nouns that a room has beside the floor plan, each described in ARCHITECTURE.md.
NOUNS = {
    "codes": {
        "aliases",
        "calendar",
        "citizen_id",
        "clock",
        "divisions",
        "fields",
        "lists",
        "money",
        "numbers",
        "reasons",
    },
    "privacy": {"crypto", "fields", "guards", "keys", "masking", "scope"},
    "organisations": {"context", "middleware", "scope", "tree"},
    "audit": {"verbs"},
    "ui": {"posting"},
    "households": {"circumstances", "parts"},
    "cases": {"flow", "numbers", "states", "steps"},
    "desk": {"context"},
}


def tracked(pattern: str = "") -> list[Path]:
    """Files that git knows or would add."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *([pattern] if pattern else [])],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked("*.py") if "migrations" not in path.parts] + [ROOT / "run"]


def rooms() -> list[Path]:
    return [path.parent for path in SRC.glob("*/*/__init__.py")]


def test_no_file_is_longer_than_400_lines():
    long = {
        str(path.relative_to(ROOT)): n for path in python_files() if (n := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_no_function_is_longer_than_60_lines():
    long = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 60:
                long.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert not long


def test_functions_are_short_in_nearly_all_cases():
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    )
    assert lengths[int(len(lengths) * 0.99)] <= 40


@pytest.mark.parametrize("room", rooms(), ids=lambda path: path.name)
def test_a_room_has_only_files_of_the_floor_plan(room):
    if room.parts[-2] == "operations":
        return
    names = {path.stem for path in room.glob("*.py")}
    assert names <= ROOM_FILES | NOUNS.get(room.name, set())


def test_every_room_says_what_it_serves():
    for room in rooms():
        if room.name not in ("management",):
            assert ast.get_docstring(ast.parse((room / "__init__.py").read_text())), room


def _needs_docstring(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
        return False
    return not node.name.endswith(("QuerySet", "Manager"))


def test_public_functions_have_docstrings():
    bare = []
    for path in tracked("src/*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.parse(path.read_text()).body:
            if _needs_docstring(node) and path.name != "apps.py" and not ast.get_docstring(node):
                bare.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert not bare


def test_every_template_is_used():
    templates = {path for path in SRC.rglob("templates/**/*.html")}
    text = "\n".join(path.read_text() for path in [*SRC.rglob("*.py"), *templates])
    unused = []
    for path in templates:
        name = str(path).split("/templates/")[1]
        by_convention = path.name in (
            "403.html",
            "404.html",
            "429.html",
            "500.html",
            "403_csrf.html",
        ) or name.startswith("account/")
        if not by_convention and f'"{name}' not in text and f"'{name}" not in text:
            unused.append(name)
    assert not unused


def url_patterns(resolver=None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    """(namespace:name, pattern) of every URL of the house."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            found.append((prefix + (entry.name or ""), entry))
        else:
            found += url_patterns(entry, f"{entry.namespace}:" if entry.namespace else prefix)
    return found


def test_every_url_is_named():
    assert [str(pattern.pattern) for name, pattern in url_patterns() if not name or name.endswith(":")] == []


def test_every_migration_has_a_human_name():
    for path in SRC.rglob("migrations/0*.py"):
        assert not re.search(r"_auto_\d|\d{8}_\d{4}", path.name), path


def test_rooms_have_one_initial_migration_until_the_first_tag():
    for app in apps.get_app_configs():
        if app.name.startswith("bangfu."):
            assert len(list(Path(app.path).glob("migrations/0*.py"))) <= 1, app.name


def test_every_audit_verb_in_the_code_has_a_label_and_every_label_a_verb():
    text = "\n".join(path.read_text() for path in SRC.rglob("*.py") if path.name != "verbs.py")
    used = set(re.findall(r'record\(\s*(?:by|None|self\.by|actor)\s*,\s*"([a-z_]+\.[a-z_]+)"', text))
    assert used <= set(LABELS), used - set(LABELS)
    assert set(LABELS) <= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', text)), set(LABELS) - set(
        re.findall(r'"([a-z_]+\.[a-z_]+)"', text)
    )


FORBIDDEN_WORDS = {
    "a registry's host": r"(?<![\w.])(pypi\.org|pythonhosted|npmjs\.(org|com)|registry\.npm|deb\.debian\.org)",
    "a path of a machine": r"(?<![\w.])/(work|root|home/[a-z]+|tmp/[a-z]+)/",
    "unfinished work": r"\b(TODO|FIXME|XXX)\b|NotImplementedError",
}


@pytest.mark.parametrize("what", FORBIDDEN_WORDS)
def test_nothing_in_the_house_names(what):
    pattern = re.compile(FORBIDDEN_WORDS[what])
    found = []
    for path in tracked():
        vendored = "vendor" in path.parts or path.suffix in (".png", ".jpg", ".ttf", ".xlsx", ".pdf", ".svg")
        if vendored or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, found[:10]


def test_locks_have_hashes_and_name_no_index():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert text.count("--hash=sha256:") >= text.count("==")


def test_pages_have_no_inline_scripts_styles_or_handlers():
    bad = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son[a-z]+=", re.I)
    found = [
        f"{path.name}: {m.group(0)}"
        for path in SRC.rglob("templates/**/*.html")
        for m in [bad.search(path.read_text())]
        if m
    ]
    assert not found
