"""Households in the file, with a plan, in assistance: made by the real actions."""

import io
from types import SimpleNamespace

from PIL import Image

from bangfu.casework.archives import actions as archives
from bangfu.casework.cases.models import Case
from bangfu.casework.plans import actions as plans
from bangfu.casework.plans.models import Contact, Sponsor
from bangfu.foundations.codes import clock
from tests.factories.cases import make_case

ANSWERS = {"key_groups": ["3"], "measures": ["3", "4"], "plans": ["4", "5", "7"], "target_month": "2031-12"}
LIAISON = {"union_liaison": "示例联络人", "union_liaison_post": "工会主席", "union_liaison_phone": "13800000092"}


def fresh(case: Case) -> Case:
    """The case as it stands now."""
    return Case.objects.select_related("org", "turn_org", "filed").get(pk=case.pk)


def version(case: Case) -> int:
    """Its present version."""
    return Case.objects.values_list("version", flat=True).get(pk=case.pk)


def file_case(world, *, by=None, checked_by=None, **changes) -> Case:
    """A household in the file: filled by an officer, checked by the chair."""
    officer, chair = by or world.by("officer"), checked_by or world.by("chair")
    case = make_case(officer, "recognised", **{"needs": ["medical", "schooling"], **changes})
    archives.open_draft(case.id, by=officer)
    archives.make_ready(case.id, by=officer, version=version(case))
    archives.file(case.id, by=chair, version=version(case))
    return fresh(case)


def make_contact(world, *, org=None, sponsor: str = "示例帮扶单位", name: str = "示例联系人") -> Contact:
    """A contact in the register of a county union."""
    org = org or world.county
    keeper = Sponsor.objects.filter(org=org, name=sponsor).first() or Sponsor.objects.create(
        **org.scope(), name=sponsor
    )
    return Contact.objects.create(**org.scope(), sponsor=keeper, name=name, title="科长", phone="13800000091")


def make_plan(world, case: Case, *, contact: Contact | None = None) -> Case:
    """A complete plan, agreed by the county, signed, not yet decided."""
    officer, guide = world.by("officer"), world.by("officer", world.county)
    contact = contact or make_contact(world)
    plans.edit(case.id, by=officer, version=version(case), answers={**ANSWERS, **LIAISON})
    plans.choose(case.id, contact.id, by=guide, version=version(case))
    plans.sign(case.id, by=officer, version=version(case), signed_on=clock.today(), upload=paper())
    return fresh(case)


def assist_case(world, **changes) -> Case:
    """A household in assistance: filed, planned, carded."""
    case = make_plan(world, file_case(world, **changes))
    officer = world.by("officer")
    plans.decide(case.id, by=officer, version=version(case))
    plans.issue_card(case.id, by=officer, version=version(case), carded_on=clock.today())
    return fresh(case)


def png(width: int = 300, height: int = 100) -> bytes:
    """A small picture."""
    data = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(data, "PNG")
    return data.getvalue()


def paper():
    """An upload as a view hands it over."""
    data = png()
    return SimpleNamespace(name="signed.png", size=len(data), read=lambda: data)
