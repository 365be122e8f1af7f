"""The code lists of the circular, of the national system and of the GB standards, by name (files in `lists/`).

Two lists go by an everyday name and change with the date: `difficulty_category` is the list in force on a day;
`relation` is the two-digit list of GB/T 4761, the usual relations first. What people write instead of the official
label (男, 女儿, 爱人, 团员) stands in `aliases.csv`.
"""

import csv
import datetime as dt
import unicodedata
from functools import cache
from pathlib import Path

from bangfu.foundations.codes import clock

HERE = Path(__file__).parent
SEX = "gbt2261_1_sex"
RELATION = "gbt4761_relation_2digit"

# Which difficulty list is in force from which day on (national rules of 2016 and of 2020).
DIFFICULTY_FROM = (
    (dt.date(2020, 1, 1), "difficulty_category_2020"),
    (dt.date(2016, 1, 1), "difficulty_category_2016"),
    (dt.date(2006, 1, 1), "difficulty_category_2006"),
)
# 性别 reads and prints 男 / 女 whatever the list says (DOMAIN.md §4).
SHOWN_AS = {SEX: {"1": "男", "2": "女"}}
# 未知 and 未说明 are for old records; nobody is asked to choose them.
NOT_OFFERED = {SEX: {"0", "9"}, "gbt2261_2_marital": {"90"}}
USUAL_FIRST = {RELATION: ("10", "20", "30", "51", "52", "55", "56", "53", "54", "38", "28", "40", "61", "62", "70")}


class UnknownList(LookupError):
    """There is no code list of this name: a mistake in the program, not of the person."""


class UnknownCode(LookupError):
    """The list has no such code or label; the message is fit for the person who typed it."""


def difficulty_category(on: dt.date | None = None) -> str:
    """Name of the list of 困难类别 in force on a day (default today): 2006, 2016 (困难等级) or 2020 (深度/相对困难)."""
    on = on or clock.today()
    return next((name for start, name in DIFFICULTY_FROM if on >= start), "difficulty_category_2006")


def names() -> list[str]:
    """Every list on file; divisions and mappings are not lists to choose from."""
    return sorted(p.stem for p in (HERE / "lists").glob("*.csv") if not p.stem.startswith(("admin_division", "map_")))


def rows(list_name: str, on: dt.date | None = None) -> dict[str, dict[str, str]]:
    """The rows of a list by code, in the order of the file. Raises UnknownList."""
    return _rows(_file_name(list_name, on))


def row(list_name: str, code: str, on: dt.date | None = None) -> dict[str, str]:
    """One row: code, label_zh, label_en, source. Raises UnknownList, UnknownCode."""
    try:
        return rows(list_name, on)[code]
    except KeyError:
        raise UnknownCode(f"代码表中没有“{code}”。") from None


def exists(list_name: str, code: str, on: dt.date | None = None) -> bool:
    """Is this a code of the list? Raises UnknownList."""
    return code in rows(list_name, on)


def label(list_name: str, code: str | None, default: str = "", on: dt.date | None = None) -> str:
    """The Chinese label as it is shown and printed; `default` when the code is empty or unknown."""
    if code in (None, ""):
        return default
    name = _file_name(list_name, on)
    found = _rows(name).get(str(code))
    return SHOWN_AS.get(name, {}).get(str(code)) or (found["label_zh"] if found else default)


def choices(list_name: str, on: dt.date | None = None) -> list[tuple[str, str]]:
    """What a form offers, as (code, label): usual ones first, 未知 and 未说明 left out."""
    name = _file_name(list_name, on)
    first = USUAL_FIRST.get(name, ())
    hidden = NOT_OFFERED.get(name, set())
    codes = [*first, *(code for code in _rows(name) if code not in first)]
    return [(code, label(name, code)) for code in codes if code not in hidden]


def grouped_choices(list_name: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The same in two named groups, 常用 and 其他, for a long drop-down; one group when none is usual."""
    offered = choices(list_name)
    count = len(USUAL_FIRST.get(_file_name(list_name), ()))
    groups = [("常用", offered[:count]), ("其他", offered[count:])]
    return [(heading, group) for heading, group in groups if group]


def code_of(list_name: str, text: str, on: dt.date | None = None) -> str:
    """The code for what a person wrote: a label, an everyday word, or the code itself (“1” for “01” too).

    Full-width characters and blanks do not matter. Raises UnknownList, UnknownCode.
    """
    name = _file_name(list_name, on)
    wanted = _plain(text)
    found = _by_word(name).get(wanted) if wanted else None
    if found is None:
        raise UnknownCode(f"不认识“{str(text).strip()}”，请写：{_some_labels(name)}。")
    return found


def mapped(list_from: str, code: str, list_to: str) -> str | None:
    """The code proposed in another list (map_form_to_gb.csv): a proposal to confirm, never a fact."""
    for line in _read("map_form_to_gb"):
        if (line["list_from"], line["code_from"], line["list_to"]) == (list_from, code, list_to):
            return line["code_to"]
    return None


def _file_name(list_name: str, on: dt.date | None = None) -> str:
    if list_name == "difficulty_category":
        return difficulty_category(on)
    return RELATION if list_name == "relation" else list_name


def _some_labels(name: str) -> str:
    labels = [text for _, text in choices(name)]
    return "、".join(labels[:8]) + ("……" if len(labels) > 8 else "")


@cache
def _read(file_name: str) -> tuple[dict[str, str], ...]:
    path = HERE / "lists" / f"{file_name}.csv"
    if not path.is_file():
        raise UnknownList(file_name)
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def _rows(name: str) -> dict[str, dict[str, str]]:
    return {line["code"]: line for line in _read(name)}


@cache
def _by_word(name: str) -> dict[str, str]:
    """Words to codes; what stands later wins, so labels beat aliases and codes beat both."""
    words: dict[str, str] = {}
    for code in _rows(name):
        words[_plain(code.lstrip("0"))] = code
    with (HERE / "aliases.csv").open(encoding="utf-8", newline="") as lines:
        words |= {_plain(line["alias"]): line["code"] for line in csv.DictReader(lines) if line["list"] == name}
    if name == "gbt3304_ethnic":
        words |= {_plain(line["label_zh"].removesuffix("族")): code for code, line in _rows(name).items()}
    for code, line in _rows(name).items():
        words[_plain(line["label_zh"])] = code
        words[_plain(label(name, code))] = code
    words |= {_plain(code): code for code in _rows(name)}
    words.pop("", None)
    return words


def _plain(text: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(text)).split()).casefold()
