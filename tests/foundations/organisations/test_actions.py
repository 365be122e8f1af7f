"""Adding, renaming, moving and closing unions; people and their posts."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from bangfu.casework.cases.models import Case, Transition
from bangfu.casework.cases.states import State
from bangfu.casework.households.models import Circumstances, Member
from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.reasons import Refused
from bangfu.foundations.organisations import actions
from bangfu.foundations.organisations.models import Kind, Level, Organisation, Post, Role, User
from bangfu.foundations.organisations.tree import place
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.scope import scoped, set_scope
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(world):
    return world.by("admin", world.county)


@pytest.fixture
def second_township(world):
    org = Organisation(code="13010200077", name="示例二街道工会", level=Level.TOWNSHIP, kind=Kind.TOWNSHIP)
    return place(org, world.county)


def test_a_union_below_the_county_gets_the_next_number_of_its_county(world, admin):
    made = actions.add(world.township, by=admin, kind="grassroots", name="示例新厂工会")
    assert made.code == "13010200004"
    assert (made.level, made.parent, made.county_id) == (Level.GRASSROOTS, world.township, world.county.id)
    assert Entry.objects.filter(verb="organisations.add", thing_id=made.id).exists()


def test_a_union_without_a_division_code_has_13_and_four_signs(world):
    top = world.by("admin", world.province)
    assert actions.add(world.province, by=top, kind="industry", name="示例产业工会", code="13cy02").code == "13CY02"
    with pytest.raises(Refused, match="13 加四位"):
        actions.add(world.province, by=top, kind="industry", name="示例产业工会二", code="14CY02")
    with pytest.raises(Refused, match="已被使用"):
        actions.add(world.province, by=top, kind="industry", name="示例产业工会三", code="13CY02")


def test_nothing_of_the_wrong_kind_hangs_below(world, admin):
    with pytest.raises(Refused, match="不能设这一类工会"):
        actions.add(world.township, by=admin, kind="zone", name="示例园区工会")
    with pytest.raises(Refused, match="同名"):
        actions.add(world.township, by=admin, kind="grassroots", name=world.textile.name)


def test_an_old_name_becomes_dated_history(world, admin):
    old = world.textile.name
    actions.rename(world.textile, by=admin, name="示例新纺织工会", from_date=clock.today(), reason="企业改名")
    org = world.org("13010200002")
    former = org.names.get()
    assert (org.name, former.name, former.to_date) == ("示例新纺织工会", old, clock.today() - dt.timedelta(days=1))
    with pytest.raises(Refused, match="不能晚于今天"):
        actions.rename(org, by=admin, name="丙", from_date=clock.today() + dt.timedelta(days=1), reason="x")
    with pytest.raises(Refused, match="相同"):
        actions.rename(org, by=admin, name=org.name, from_date=clock.today(), reason="x")


def test_a_union_that_moves_takes_all_its_rows_along_sealed_ones_too(world, admin, second_township):
    case = make_case(world.by("officer"), State.NOTICE_CLEARED)
    other = make_case(world.by("officer", world.county_plant), State.VISITING)
    assert case.verified.frozen_at
    set_scope(world.county.id)
    rows = actions.move(world.textile, by=admin, parent=second_township, reason="区划调整")
    assert rows > 5
    for model in (Case, Circumstances, Member, Transition, Entry):
        kept = model.objects.filter(org_id=world.textile.id)
        assert kept.exists()
        assert set(kept.values_list("township_id", flat=True)) == {second_township.id}, model
    assert Case.objects.get(pk=other.pk).township_id == other.township_id
    with scoped(second_township.id):
        assert Case.objects.filter(pk=case.pk).exists()
    with scoped(world.township.id):
        assert not Case.objects.filter(pk=case.pk).exists()


def test_after_a_move_nothing_sealed_can_be_changed_by_hand(world, admin, second_township):
    case = make_case(world.by("officer"), State.NOTICE_CLEARED)
    actions.move(world.textile, by=admin, parent=second_township, reason="区划调整")
    for mark in ("", "yes"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.moving_union', %s, true)", [mark])
        for sql in (
            "UPDATE households_circumstances SET postal_code = '1' WHERE id = %s",
            "UPDATE households_circumstances SET township_id = 1 WHERE id = %s",
            "DELETE FROM households_circumstances WHERE id = %s",
        ):
            with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, [case.verified_id])
        with pytest.raises(DatabaseError, match="transition log"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE cases_transition SET township_id = 1 WHERE case_id = %s", [case.id])


def test_the_door_refuses_a_union_outside_the_scope(world):
    set_scope(world.other_county.id)
    with pytest.raises(DatabaseError, match="outside the scope"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT door_follow_union(%s)", [world.textile.id])


def test_the_door_finds_every_scoped_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND 5 ="
            " (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname ="
            " ANY (%s))",
            [list(guards.LEVELS)],
        )
        assert sorted(name for (name,) in cursor.fetchall()) == guards.scoped_tables()


def test_a_move_stays_within_the_county_and_waits_for_the_township(world, second_township):
    top = world.by("admin", world.city)
    with pytest.raises(Refused, match="跨县"):
        actions.move(world.textile, by=top, parent=world.other_county, reason="x")
    with pytest.raises(Refused, match="现在就隶属"):
        actions.move(world.textile, by=top, parent=world.township, reason="x")
    make_case(world.by("officer"), State.AT_TOWNSHIP)
    with pytest.raises(Refused, match="1 户正由乡镇"):
        actions.move(world.textile, by=top, parent=second_township, reason="x")


def test_a_union_closes_only_when_it_is_empty(world, admin, second_township):
    make_case(world.by("officer"), State.IN_ASSISTANCE)
    with pytest.raises(Refused) as refusal:
        actions.close(world.textile, by=admin, reason="企业注销")
    assert "6 人在这里任职" in refusal.value.sentence
    assert "1 户在办或在档" in refusal.value.sentence
    with pytest.raises(Refused, match="1 个下级工会"):
        actions.close(world.township, by=admin, reason="x")
    assert actions.close(second_township, by=admin, reason="合并").closed_on == clock.today()
    with pytest.raises(Refused, match="已撤销"):
        actions.add(second_township, by=admin, kind="grassroots", name="x")


def test_an_own_or_higher_or_foreign_union_cannot_be_changed(world, admin):
    for org in (world.county, world.city, world.other_county, world.foreign_plant):
        with pytest.raises(Refused, match="不能管理"):
            actions.rename(org, by=admin, name="x", from_date=clock.today(), reason="x")
        with pytest.raises(Refused, match="不能管理"):
            actions.close(org, by=admin, reason="x")
    with pytest.raises(Refused, match="不能管理"):
        actions.add(world.city, by=admin, kind="grassroots", name="x")
    with pytest.raises(Refused, match="不能管理"):
        actions.add(world.township, by=world.by("chair"), kind="grassroots", name="x")


def test_a_new_person_has_a_post_and_must_change_the_password(world, admin):
    user, password = actions.add_user(
        world.textile, by=admin, username="shili.new", name="示例新人", role="officer", from_date=clock.today()
    )
    assert user.must_change_password
    assert user.check_password(password)
    assert len(password) >= 12
    assert Post.objects.get(user=user).org == world.textile
    assert password not in str(list(Entry.objects.values_list("detail", flat=True)))
    with pytest.raises(Refused, match="已有人用"):
        actions.add_user(
            world.textile, by=admin, username="SHILI.new", name="x", role="officer", from_date=clock.today()
        )


@pytest.mark.parametrize("where", ["city", "province", "other_county", "foreign_plant", "xinji", "industry"])
def test_nobody_is_appointed_above_or_beside_the_administrator(world, admin, where):
    org = getattr(world, where)
    user = world.by("officer").user
    with pytest.raises(Refused, match="不能管理"):
        actions.appoint(user, org, by=admin, role="admin", from_date=clock.today())
    with pytest.raises(Refused, match="不能管理"):
        actions.add_user(org, by=admin, username="climber", name="x", role="admin", from_date=clock.today())
    with pytest.raises(Refused, match="不能管理"):
        actions.dismiss(Post.objects.filter(org=org).first(), by=admin, last_day=clock.today())
    assert not User.objects.filter(username="climber").exists()


def test_the_password_of_somebody_who_also_works_higher_cannot_be_reset(world, admin):
    """Otherwise a county administrator would log in as the city's reviewer."""
    climber = world.by("officer").user
    actions.reset_password(climber, by=admin)
    Post.objects.create(user=climber, org=world.city, role=Role.REVIEWER)
    for attempt in (
        lambda: actions.reset_password(climber, by=admin),
        lambda: actions.deactivate(climber, by=admin, reason="x"),
        lambda: actions.appoint(climber, world.textile, by=admin, role="chair", from_date=clock.today()),
    ):
        with pytest.raises(Refused, match="上级工会"):
            attempt()
    actions.reset_password(climber, by=world.by("admin", world.city))


def test_an_administrator_gives_themselves_no_post_and_stops_not_themselves(world, admin):
    with pytest.raises(Refused, match="不能给自己任命"):
        actions.appoint(admin.user, world.county, by=admin, role="reviewer", from_date=clock.today())
    with pytest.raises(Refused, match="不能免去自己"):
        actions.dismiss(admin.post, by=admin, last_day=clock.today())
    with pytest.raises(Refused, match="我的账号"):
        actions.deactivate(admin.user, by=admin, reason="x")
    with pytest.raises(Refused, match="我的账号"):
        actions.reset_password(admin.user, by=admin)


@pytest.mark.parametrize("role", ["officer", "reviewer", "supervisor", "investigator"])
def test_only_administrators_manage_people(world, role):
    org = world.province if role == "supervisor" else world.county
    with pytest.raises(Refused):
        actions.reset_password(world.by("chair").user, by=world.by(role, org))
    with pytest.raises(Refused):
        actions.add_user(
            world.textile, by=world.by(role, org), username="x1x", name="x", role="chair", from_date=clock.today()
        )


def test_a_substitute_holds_the_same_post_until_a_day(world, admin):
    chair = world.by("chair")
    officer = world.by("officer").user
    with pytest.raises(Refused, match="截止日期"):
        actions.appoint(
            officer, world.textile, by=admin, role="chair", from_date=clock.today(), substitute_for=chair.post
        )
    with pytest.raises(Refused, match="同一岗位"):
        actions.appoint(
            officer, world.textile, by=admin, role="investigator", from_date=clock.today(),
            to_date=clock.today(), substitute_for=chair.post,
        )  # fmt: skip
    post = actions.appoint(
        officer, world.textile, by=admin, role="chair", from_date=clock.today(),
        to_date=clock.today(), substitute_for=chair.post,
    )  # fmt: skip
    assert post.role_label == "工会主席（代理）"
    with pytest.raises(Refused, match="已担任"):
        actions.appoint(officer, world.textile, by=admin, role="chair", from_date=clock.today())
    with pytest.raises(Refused, match="不设这个岗位"):
        actions.appoint(officer, world.textile, by=admin, role="reviewer", from_date=clock.today())


def test_a_post_ends_with_its_last_day(world, admin):
    post = world.by("officer").post
    yesterday = clock.today() - dt.timedelta(days=1)
    with pytest.raises(Refused, match="最早填昨天"):
        actions.dismiss(post, by=admin, last_day=yesterday - dt.timedelta(days=1))
    actions.dismiss(post, by=admin, last_day=yesterday)
    assert post not in Post.objects.current()
    with pytest.raises(Refused, match="已经结束"):
        actions.dismiss(post, by=admin, last_day=clock.today())
