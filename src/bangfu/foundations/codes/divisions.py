"""Administrative divisions of Hebei (GB/T 2260), dated; outside Hebei only the province is known.

A county keeps its place in old records under its old code (滦县 130223) and is offered under the new one
(滦州市 130284). The union tree is another tree: see `union_level` and `union_parent_code` of a division.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bangfu.foundations.codes import clock

HERE = Path(__file__).parent / "lists"
HEBEI = "130000"

# Editions of the list and the first month in which each holds.
EDITIONS = ((dt.date(2017, 2, 1), "201702"), (dt.date(2017, 12, 1), "201712"), (dt.date(2021, 1, 1), "latest"))

PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省",
    "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省", "41": "河南省", "42": "湖北省",
    "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省", "50": "重庆市", "51": "四川省",
    "52": "贵州省", "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省", "63": "青海省",
    "64": "宁夏回族自治区", "65": "新疆维吾尔自治区", "71": "台湾省", "81": "香港特别行政区",
    "82": "澳门特别行政区", "83": "台湾居民居住证", "91": "外国人永久居留身份证",
}  # fmt: skip


@dataclass(frozen=True)
class Division:
    """One division in one edition. `level`: province, prefecture, county. `union_level` 1..3 and
    `union_parent_code` say where its union hangs (定州 and 辛集: city level, under the province)."""

    code: str
    name: str
    level: str
    parent_code: str
    union_level: int
    union_parent_code: str


def divisions(on: dt.date | None = None) -> dict[str, Division]:
    """All of Hebei by code as on a day (default: the latest edition); before 2017-02 the edition of 2017-02."""
    edition = "latest" if on is None else EDITIONS[0][1]
    for start, name in EDITIONS:
        if on is not None and on >= start:
            edition = name
    return _edition(edition)


def cities(on: dt.date | None = None) -> list[Division]:
    """The prefecture-level cities."""
    return [d for d in divisions(on).values() if d.level == "prefecture"]


def counties(on: dt.date | None = None, city: str = "") -> list[Division]:
    """The counties, districts and county-level cities; of one city when its code is given."""
    return [d for d in divisions(on).values() if d.level == "county" and city in ("", d.parent_code)]


def division_name(code: str, on: dt.date | None = None) -> str:
    """The full name on a day (default today): 河北省石家庄市长安区. Empty when nothing is known.

    A code that was gone by then keeps its last name: old records show what they meant.
    """
    own = _own_name(code, on or clock.today())
    if code[:2] != "13" or len(code) != 6 or not own:
        return own
    above = [c for c in (HEBEI, code[:4] + "00") if c != code]
    return "".join(_own_name(c, on or clock.today()) for c in dict.fromkeys(above)) + own


def short_name(code: str, on: dt.date | None = None) -> str:
    """The division's own name alone: 长安区."""
    return _own_name(code, on or clock.today())


def is_known(code: str) -> bool:
    """Was this six-digit code ever in use? Exact for Hebei; elsewhere only the province is checked."""
    if len(code) != 6 or not code.isdigit():
        return False
    return bool(_versions().get(code)) or code in _edition("latest") if code[:2] == "13" else code[:2] in PROVINCES


def successor(code: str) -> str:
    """The code which replaced this one (滦县 → 滦州市); the same code when none did."""
    with (HERE / "admin_division_hebei_changes.csv").open(encoding="utf-8", newline="") as lines:
        return next((row["new_code"] for row in csv.DictReader(lines) if row["old_code"] == code), code)


def _own_name(code: str, on: dt.date) -> str:
    if code[:2] != "13":
        return PROVINCES.get(code[:2], "") if len(code) == 6 and code.isdigit() else ""
    if on >= EDITIONS[0][0] and code in divisions(on):
        return divisions(on)[code].name
    versions = _versions().get(code, ())
    begun = [name for first, name in versions if first <= f"{on:%Y%m}"]
    return begun[-1] if begun else (versions[0][1] if versions else "")


@cache
def _edition(edition: str) -> dict[str, Division]:
    with (HERE / f"admin_division_hebei_{edition}.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: Division(
                row["code"],
                row["label_zh"],
                row["level"],
                row["parent_code"],
                int(row["union_level"] or 0),
                row["union_parent_code"],
            )
            for row in csv.DictReader(lines)
        }


@cache
def _versions() -> dict[str, tuple[tuple[str, str], ...]]:
    """Code → names it had, each with the month it was first seen, oldest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    with (HERE / "admin_division_hebei_history.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["code"], []).append((row["first_seen"].split()[0], row["label_zh"]))
    return {code: tuple(sorted(names)) for code, names in found.items()}
