"""Typing at a human pace is never overwritten by the answer to an autosave."""

import pytest

from bangfu.casework.cases.models import Case
from tests.factories.cases import make_case

pytestmark = pytest.mark.journey


def test_two_wrong_answers_are_corrected_in_a_row_by_keyboard(people, nation, world):
    with nation():
        case = make_case(world.by("officer"))
    officer = people("officer").open(f"/applications/{case.id}/edit/?step=applicant")
    officer.fill({"a-id_number": "130102197712049970", "phone": "1380000"}).press("保存，下一步").sees("电话")
    officer.page.locator('[name="a-id_number"]').fill("13010219771204997X")
    phone = officer.page.locator('[name="phone"]')
    phone.click()
    phone.press("Control+a")
    phone.press_sequentially("13911112222", delay=90)
    officer.page.wait_for_timeout(800)
    assert phone.input_value() == "13911112222"
    officer.press("保存，下一步")
    with nation():
        declared = Case.objects.get(pk=case.id).declared
        assert (declared.phone, declared.applicant.id_number) == ("13911112222", "13010219771204997X")
