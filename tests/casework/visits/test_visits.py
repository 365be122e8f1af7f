"""Visits: two investigators, verified beside declared, conclusion with its consequences."""

from datetime import date, timedelta

import pytest

from bangfu.casework.applications.models import Application
from bangfu.casework.cases.models import Case
from bangfu.casework.households.models import Member, PersonClaim
from bangfu.casework.visits import actions, queries, rules
from bangfu.casework.visits.models import CheckState, Investigator, Visit
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations.models import Post
from tests.factories.cases import make_case
from tests.factories.ids import fresh_citizen_id

pytestmark = pytest.mark.django_db

DAY = "2026-03-06"
ANSWERS = dict.fromkeys(rules.GROUNDS, False)


@pytest.fixture(autouse=True)
def in_march():
    with clock.travel(DAY):
        yield


@pytest.fixture
def submitted(world):
    case = make_case(world.by("officer"), "submitted")
    Application.objects.filter(case=case).update(applied_on="2026-03-02")
    return case


def version(case) -> int:
    return Case.objects.get(pk=case.pk).version


def team(world, *numbers) -> list[Post]:
    return [world.by("investigator", number=n).post for n in numbers or (1, 2)]


def assign(world, case, posts=None, **changes):
    posts = posts if posts is not None else team(world)
    values = {"unrelated": [post.id for post in posts], "planned_on": date(2026, 3, 6)} | changes
    return actions.assign(case.id, by=world.by("officer"), version=version(case), posts=posts, **values)


def write(world, case, **answers):
    """Answers of the visit and of the household, all members confirmed."""
    by, visit = world.by("investigator"), queries.current(Case.objects.get(pk=case.pk))
    changed = [(visit, _set(visit, {"surveyed_on": date(2026, 3, 6), **ANSWERS, **answers.pop("visit", {})}))]
    verified = queries.witness(visit.case.verified_id)
    changed.append((verified, _set(verified, answers)))
    changed += [(member, _set(member, {"confirmed_by_visit": True})) for member in verified.members.all()]
    return actions.record(case.id, by=by, version=version(case), changed=changed)


def waive(world, case):
    visit = queries.current(Case.objects.get(pk=case.pk))
    names = _set(visit, {"check_state": CheckState.WAIVED, "check_waived_reason": "核对平台未接通"})
    actions.record(case.id, by=world.by("investigator"), version=version(case), changed=[(visit, names)])


def _set(thing, values) -> list[str]:
    for name, value in values.items():
        setattr(thing, name, value)
    return list(values)


def sign(world, case, *numbers):
    for n in numbers or (1, 2):
        actions.sign(case.id, by=world.by("investigator", number=n), version=version(case), unrelated=True)


def conclude(world, case, **values):
    values = values or {"conclusion": "1", "survey_level": "province_or_above"}
    return actions.conclude(case.id, by=world.by("investigator"), version=version(case), **values)


def visited(world, case, **answers):
    assign(world, case)
    write(world, case, **answers)
    waive(world, case)
    sign(world, case)


def texts(refused) -> str:
    return refused.value.sentence


def test_a_visit_without_differences_makes_a_candidate(world, submitted):
    visited(world, submitted)
    case = conclude(world, submitted)
    visit = queries.current(case)
    assert case.state == "candidate"
    assert visit.concluded_at
    assert visit.members_text == "示例甲一、示例甲二"
    assert Case.objects.get(pk=case.pk).verified.frozen_at
    assert queries.compare(queries.witness(case.declared_id), queries.witness(case.verified_id)) == []
    verbs = set(Entry.objects.filter(case_id=case.id).values_list("verb", flat=True))
    assert {"visits.assign", "visits.record", "visits.sign", "visits.conclude"} <= verbs


def test_a_second_home_found_rejects_with_its_rule_and_lets_the_claims_go(world, submitted):
    visited(world, submitted, self_built_count=1, self_built_area=120)
    assert PersonClaim.objects.filter(case_id=submitted.id).count() == 2
    visit = queries.current(submitted)
    grounds = queries.suggestion(visit, queries.witness(visit.case.verified_id))
    assert [reason.rule for reason in grounds] == ["R-EX-1"]
    with pytest.raises(Refused) as refused:
        conclude(world, submitted)
    assert "不能作出“符合”的结论：拥有2套（含）以上住宅" in texts(refused)
    case = conclude(world, submitted, conclusion="0", ground="R-EX-1", reason="拥有2套（含）以上住宅的")
    assert case.state == "rejected"
    last = case.transitions.order_by("-id").first()
    assert (last.rule, last.reason) == ("R-EX-1", "拥有2套（含）以上住宅的")
    assert not PersonClaim.objects.filter(case_id=case.id).exists()
    found = queries.compare(queries.witness(case.declared_id), queries.witness(case.verified_id))
    assert [(one.path, one.declared, one.verified) for one in found] == [
        ("self_built_count", "未填", "1"),
        ("self_built_area", "未填", "120 平方米"),
    ]


@pytest.mark.parametrize(
    ("posts", "sentence"),
    [
        ([1], "至少指派两名工会工作人员入户"),
        ([], "至少指派两名工会工作人员入户"),
        ([1, 1], "同一个人选了两次"),
    ],
)
def test_a_team_needs_two_different_people(world, submitted, posts, sentence):
    with pytest.raises(Refused) as refused:
        assign(world, submitted, [world.by("investigator", number=n).post for n in posts])
    assert sentence in texts(refused)
    assert not Visit.objects.exists()


def test_the_same_person_in_two_posts_is_one_investigator(world, submitted):
    both = world.appoint("officer", world.textile, user=world.by("investigator").user)
    with pytest.raises(Refused) as refused:
        assign(world, submitted, [world.by("investigator").post, Post.objects.get(pk=both.post.pk)])
    assert "同一个人选了两次" in texts(refused)
    assert len(queries.candidates(submitted)) == len({post.user_id for post in queries.candidates(submitted)})


def test_every_investigator_declares_to_be_no_kin(world, submitted):
    posts = team(world)
    with pytest.raises(Refused) as refused:
        assign(world, submitted, posts, unrelated=[posts[0].id])
    assert f"{posts[1].user.name}须声明与该户无亲属关系" in texts(refused)


def test_helpers_do_not_count_and_cannot_sign(world, submitted):
    with pytest.raises(Refused):
        assign(world, submitted, team(world, 1), helpers=["示例社工"])
    visit = assign(world, submitted, helpers=["示例社工", "示例社工", " "])
    assert [one.name for one in visit.investigators.filter(is_helper=True)] == ["示例社工"]


def test_the_union_above_lends_an_investigator_who_signs_in_the_own_post(world, submitted):
    lent = world.by("investigator", world.township)
    visit = assign(world, submitted, [world.by("investigator").post, lent.post])
    assert visit.investigators.get(user=lent.user).from_org == world.township
    write(world, submitted)
    elsewhere = world.appoint("investigator", world.county, user=lent.user)
    with pytest.raises(Refused, match="切换到被指派时的岗位"):
        actions.sign(submitted.id, by=elsewhere, version=version(submitted), unrelated=True)
    actions.sign(submitted.id, by=lent, version=version(submitted), unrelated=True)
    assert visit.investigators.get(user=lent.user).signed_at


def test_an_investigator_of_another_branch_cannot_be_sent(world, submitted):
    foreign = world.by("investigator", world.foreign_plant).post
    with pytest.raises(Refused) as refused:
        assign(world, submitted, [world.by("investigator").post, foreign])
    assert "不是本工会或上级工会现任的调查人员" in texts(refused)


def test_who_has_left_the_post_cannot_be_sent(world, submitted):
    Post.objects.filter(pk=team(world)[1].pk).update(to_date="2026-03-05")
    with pytest.raises(Refused, match="现任"):
        assign(world, submitted)
    assert team(world)[1] not in queries.candidates(submitted)


def test_the_plan_is_not_before_the_application(world, submitted):
    with pytest.raises(Refused, match="计划入户日期不能早于申请日期"):
        assign(world, submitted, planned_on=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("day", "sentence"), [(date(2026, 3, 1), "不能早于申请日期"), (date(2026, 3, 7), "不能晚于今天")]
)
def test_the_visit_lies_between_application_and_today(world, submitted, day, sentence):
    assign(world, submitted)
    with pytest.raises(Refused, match=sentence):
        write(world, submitted, visit={"surveyed_on": day})
    write(world, submitted, visit={"surveyed_on": date(2026, 3, 2)})


def test_a_conclusion_needs_two_signatures(world, submitted):
    assign(world, submitted)
    write(world, submitted)
    waive(world, submitted)
    sign(world, submitted, 1)
    with pytest.raises(Refused) as refused:
        conclude(world, submitted)
    assert "已签 1 人" in texts(refused)


def test_only_the_named_sign_once_in_their_own_name(world, submitted):
    assign(world, submitted)
    write(world, submitted)
    with pytest.raises(Refused, match="只有被指派的调查人员本人"):
        actions.sign(submitted.id, by=world.by("investigator", number=3), version=version(submitted), unrelated=True)
    with pytest.raises(Refused, match="无亲属关系"):
        actions.sign(submitted.id, by=world.by("investigator"), version=version(submitted), unrelated=False)
    sign(world, submitted, 1)
    with pytest.raises(Refused, match="已经签名"):
        sign(world, submitted, 1)


def test_nobody_signs_before_the_visit(world, submitted):
    assign(world, submitted)
    with pytest.raises(Refused, match="请先填写入户日期"):
        sign(world, submitted, 1)


def test_a_change_after_signing_asks_for_new_signatures_but_the_check_does_not(world, submitted):
    visited(world, submitted)
    waive(world, submitted)
    assert Investigator.objects.filter(signed_at__isnull=False).count() == 2
    write(world, submitted)
    assert Investigator.objects.filter(signed_at__isnull=False).count() == 2, "nothing was changed"
    write(world, submitted, household_nonwage_income=100000)
    assert Investigator.objects.filter(signed_at__isnull=False).count() == 0


def test_a_missing_answer_is_not_no(world, submitted):
    assign(world, submitted)
    write(world, submitted, visit={"employs_others": None, "high_fee_school": None})
    sign(world, submitted)
    with pytest.raises(Refused) as refused:
        conclude(world, submitted)
    assert "请填写“雇佣他人从事经营活动”" in texts(refused)
    assert "民政核对还没有结果" in texts(refused)


@pytest.mark.parametrize(("name", "rule"), sorted(rules.GROUNDS.items()))
def test_what_the_visit_asks_excludes_by_its_rule(world, submitted, name, rule):
    visited(world, submitted, visit={name: True})
    with pytest.raises(Refused) as refused:
        conclude(world, submitted)
    assert rule in [reason.rule for reason in refused.value.reasons]
    case = conclude(world, submitted, conclusion="0", ground=rule, reason="调查发现的情况属实")
    assert case.transitions.order_by("-id").first().rule == rule


def test_refusing_the_check_needs_no_confirmed_members(world, submitted):
    assign(world, submitted)
    visit = queries.current(Case.objects.get(pk=submitted.pk))
    names = _set(visit, {"surveyed_on": date(2026, 3, 6), "refused_check": True})
    actions.record(submitted.id, by=world.by("investigator"), version=version(submitted), changed=[(visit, names)])
    sign(world, submitted)
    assert conclude(world, submitted, conclusion="0", ground="R-EX-5", reason="拒绝入户核实").state == "rejected"


def test_a_ground_must_stand_in_the_record_and_the_sentence_be_written(world, submitted):
    visited(world, submitted)
    with pytest.raises(Refused) as refused:
        conclude(world, submitted, conclusion="0", ground="R-EX-2", reason="")
    assert "调查记录里没有" in texts(refused)
    assert "写明不符合的理由" in texts(refused)
    with pytest.raises(Refused, match="请选择不符合的依据"):
        conclude(world, submitted, conclusion="0", ground="", reason="收入超过标准")
    case = conclude(world, submitted, conclusion="0", ground="income", reason="家庭收入高于本市标准")
    assert (case.state, queries.current(case).rule) == ("rejected", "")


def test_eligible_needs_its_level(world, submitted):
    visited(world, submitted)
    with pytest.raises(Refused, match="省级以上还是市级"):
        conclude(world, submitted, conclusion="1")


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"confirmed_by_visit": None}, "是否确认为共同生活"),
        ({"confirmed_by_visit": False}, "入户未能确认，不能计入家庭人口"),
        ({"same_register": False, "legal_duty": False}, "又没有法定赡养"),
        ({"same_register": None}, "请填写是否在同一户口簿"),
    ],
)
def test_every_member_is_confirmed_at_the_home(world, submitted, answers, sentence):
    visited(world, submitted)
    Member.objects.filter(circumstances_id=Case.objects.get(pk=submitted.pk).verified_id, position=1).update(**answers)
    with pytest.raises(Refused) as refused:
        conclude(world, submitted)
    assert sentence in texts(refused)


def test_a_found_member_is_claimed_and_one_held_elsewhere_stops_the_conclusion(world, submitted):
    other = make_case(world.by("officer", world.foreign_plant), "submitted")
    held = other.declared.applicant.id_number
    assign(world, submitted)
    member = actions.add_member(submitted.id, by=world.by("investigator"), version=version(submitted), name="示例新员")
    write(world, submitted)
    names = _set(
        member,
        {"id_number": held, "sex": "1", "relation_to_applicant": "20", "same_register": True, "lives_together": True},
    )
    actions.record(submitted.id, by=world.by("investigator"), version=version(submitted), changed=[(member, names)])
    waive(world, submitted)
    sign(world, submitted)
    with pytest.raises(Refused) as refused:
        conclude(world, submitted)
    assert "示例外县工厂工会" in texts(refused)
    assert Case.objects.get(pk=submitted.pk).state == "visiting"
    names = _set(member, {"id_number": fresh_citizen_id("1")})
    actions.record(submitted.id, by=world.by("investigator"), version=version(submitted), changed=[(member, names)])
    sign(world, submitted)
    case = conclude(world, submitted)
    assert PersonClaim.objects.filter(case_id=case.id).count() == 3
    assert [one.declared for one in queries.compare(case.declared, queries.witness(case.verified_id))] == ["没有"]


def test_declared_members_are_not_taken_out(world, submitted):
    assign(world, submitted)
    by = world.by("investigator")
    with pytest.raises(Refused, match="不能移除"):
        actions.remove_member(submitted.id, by=by, version=version(submitted), position=1)
    member = actions.add_member(submitted.id, by=by, version=version(submitted), name="误加")
    actions.remove_member(submitted.id, by=by, version=version(submitted), position=member.position)
    assert Case.objects.get(pk=submitted.pk).verified.members.count() == 2


def test_who_may_not_is_refused(world, submitted):
    with pytest.raises(Refused):
        actions.assign(
            submitted.id, by=world.by("investigator"), version=version(submitted), posts=team(world), unrelated=[]
        )
    assign(world, submitted)
    for by in (world.by("chair"), world.by("reviewer", world.county), world.by("officer", world.foreign_plant)):
        with pytest.raises(Refused, match="不能办理"):
            actions.conclude(submitted.id, by=by, version=version(submitted), conclusion="1")


def test_a_stale_page_changes_nothing(world, submitted):
    assign(world, submitted)
    with pytest.raises(Refused, match="不是最新"):
        actions.record(submitted.id, by=world.by("investigator"), version=version(submitted) - 1, changed=[])


def test_a_record_of_another_case_is_not_written(world, submitted):
    assign(world, submitted)
    foreign = make_case(world.by("officer", world.foreign_plant), "submitted").declared
    foreign.phone = "13900000000"
    with pytest.raises(Refused, match="不属于本次入户调查"):
        actions.record(
            submitted.id, by=world.by("investigator"), version=version(submitted), changed=[(foreign, ["phone"])]
        )


def test_the_due_days_follow_the_state(world, submitted):
    assign(world, submitted)
    assert Case.objects.get(pk=submitted.pk).due_on > clock.today() + timedelta(days=5)
