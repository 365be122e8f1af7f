"""Households of the demo: who lives there, what happened to them, in the words of the forms."""

import random
from dataclasses import dataclass
from datetime import date

from bangfu.casework.households.models import Circumstances, Household, Member, Witness
from bangfu.foundations.codes.citizen_id import check_character
from bangfu.foundations.organisations.models import Organisation
from bangfu.foundations.privacy.crypto import blind_index
from bangfu.operations.demo.county import person_name


@dataclass(frozen=True)
class Profile:
    """A kind of hardship: causes, health of the ill, expenses of a year in 元, the words of the narrative."""

    main_cause: str
    secondary: tuple[str, ...]
    health: str
    disease: str
    expenses: tuple[int, int, int]
    needs: tuple[str, ...]
    situations: tuple[str, ...]
    materials: tuple[str, ...]
    words: str


PAPERS = ("01", "02", "03", "04", "05", "07")
PROFILES = [
    Profile(
        "01", ("06",), "02", "胃癌", (36000, 0, 2400), ("medical",), ("6",), ("11", "12"), "本人术后化疗，已停工半年。"
    ),
    Profile(
        "02",
        ("09", "06"),
        "05",
        "尿毒症",
        (24000, 8000, 0),
        ("medical", "schooling"),
        ("6", "9"),
        ("11", "12", "15"),
        "配偶每周透析三次。",
    ),
    Profile(
        "03", ("06",), "20", "", (8000, 0, 3600), ("medical", "living"), ("1",), ("13",), "本人肢体残疾，只能做轻工。"
    ),
    Profile(
        "04", ("06",), "20", "", (15000, 0, 3600), ("medical",), ("10",), ("13",), "家属残疾，需要长期康复和照料。"
    ),
    Profile(
        "05", ("06",), "01", "", (3000, 0, 6000), ("work", "skills"), ("3",), (), "家属下岗，一直没有找到稳定工作。"
    ),
    Profile("06", (), "01", "", (2000, 4000, 4800), ("skills", "living"), ("10",), (), "工资低，赡养两位老人。"),
    Profile(
        "08",
        ("06",),
        "01",
        "",
        (30000, 0, 5000),
        ("medical", "living"),
        ("8",),
        ("11",),
        "交通事故住院，赔偿一直没有到位。",
    ),
    Profile("09", ("06",), "01", "", (2000, 16000, 0), ("schooling",), ("9",), ("15",), "两个孩子同时上大学。"),
]


def citizen_id(rng: random.Random, year: int, sex: str, number: int) -> str:
    """A number with a sequence code that nobody living has (996–999); birthdays are enumerated, so none repeats."""
    month, day = 1 + number % 12, 1 + number // 12 % 28
    first = f"130102{year + number // 336 % 3}{month:02d}{day:02d}{(997, 999)[rng.randrange(2)] if sex == '1' else 996}"
    return first + check_character(first)


def make_household(
    org: Organisation, number: int, rng: random.Random
) -> tuple[Household, Circumstances, list[Member], Profile]:
    """An unsaved household with its declared circumstances and members; `number` makes names and IDs distinct."""
    profile = PROFILES[number % len(PROFILES)]
    household = Household(**org.scope())
    wage = rng.randrange(18, 36) * 100
    circumstances = Circumstances(
        **org.scope(),
        household=household,
        witness=Witness.DECLARED,
        **_answers(profile, rng, wage, number),
    )
    members = [
        _applicant(org, circumstances, profile, number, wage, rng),
        _spouse(org, circumstances, profile, number, rng),
    ]
    if "09" in (profile.main_cause, *profile.secondary) or number % 3 == 0:
        members.append(_child(org, circumstances, number, rng))
    if number % 4 == 1:
        members.append(_parent(org, circumstances, number, rng))
    for member in members:
        member.id_bidx = blind_index(member.id_number)
    return household, circumstances, members, profile


def _answers(profile: Profile, rng: random.Random, wage: int, number: int) -> dict:
    medical, education, other = (value * 100 for value in profile.expenses)
    return {
        "apply_level": "national" if number % 3 else "prefecture",
        "hukou_address": f"河北省石家庄市长安区示例路{number}号",
        "hukou_division": "130102",
        "residence_address": f"河北省石家庄市长安区示例路{number}号",
        "postal_code": "050000",
        "phone": f"138{number:08d}",
        "other_contact": "无",
        "job_identity": "employed",
        "contract_from": "2018-07",
        "household_nonwage_income": rng.choice([0, 0, 0, 240000, 480000]),
        "real_estate_none": False,
        "commercial_housing_count": 1,
        "commercial_housing_area": rng.randrange(38, 78),
        "vehicle_none": True,
        "vehicle_regular_use": False,
        "other_property_has": "0",
        "main_cause": profile.main_cause,
        "secondary_causes": list(profile.secondary),
        "hardship_narrative": profile.words,
        "expense_medical": medical,
        "expense_education": education,
        "expense_other": other,
        "medical_total_year": medical * 3,
        "medical_self_paid_year": medical,
        "materials": [*PAPERS, *profile.materials],
        "needs": list(profile.needs),
    }


def _applicant(org, circumstances, profile, number, wage, rng) -> Member:
    sex = "12"[number % 2]
    ill = profile.main_cause in ("01", "03")
    return Member(
        **org.scope(), **_person(org, circumstances, 0, number, 1970 + number % 4 * 4, sex, rng),
        is_head=True, marital_status="married", monthly_income=wage * 100, member_identity="employed", employer_or_school=org.name[:-2],
        health_status=profile.health if ill else "01", disease=profile.disease if ill else "",
        **({"disability_kind": "4", "disability_grade": "3"} if ill and profile.health == "20" else {}),
    )  # fmt: skip


def _spouse(org, circumstances, profile, number, rng) -> Member:
    sex = "21"[number % 2]
    ill = profile.main_cause in ("02", "04")
    return Member(
        **org.scope(), **_person(org, circumstances, 1, number, 1971 + number % 4 * 4, sex, rng),
        relation_to_applicant="10", marital_status="married", monthly_income=0, member_identity="unemployed",
        health_status=profile.health if ill else "01", disease=profile.disease if ill else "",
        **({"disability_kind": "4", "disability_grade": "2"} if ill and profile.health == "20" else {}),
    )  # fmt: skip


def _child(org, circumstances, number, rng) -> Member:
    return Member(
        **org.scope(), **_person(org, circumstances, 2, number, 2006, "2", rng), relation_to_applicant="30", marital_status="unmarried",
        health_status="01", monthly_income=0, member_identity="student", employer_or_school="示例第四中学",
    )  # fmt: skip


def _parent(org, circumstances, number, rng) -> Member:
    return Member(
        **org.scope(), **_person(org, circumstances, 3, number, 1947, "2", rng), relation_to_applicant="52", marital_status="widowed",
        health_status="12", disease="高血压病", monthly_income=60000, member_identity="retired",
    )  # fmt: skip


def _person(org, circumstances, position, number, year, sex, rng) -> dict:
    id_number = citizen_id(rng, year, sex, number)
    return {
        "circumstances": circumstances,
        "position": position,
        "name": person_name(number + position * 500 if position else number),
        "id_number": id_number,
        "sex": sex,
        "birth_date": date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14])),
        "ethnicity": "01",
        "political_status": "3",
        "same_register": True,
        "lives_together": True,
        "legal_duty": True,
    }
