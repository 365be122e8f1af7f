"""The desk: what waits for me, the cards, the side bar, the lists."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.casework.cases.models import Case
from bangfu.casework.cases.states import State
from bangfu.foundations.codes import clock
from bangfu.interfaces.desk import context, queries
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


def late(case, days=3):
    Case.objects.filter(pk=case.pk).update(due_on=clock.today() - dt.timedelta(days=days))
    return case


def text_of(client, url, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_my_tasks_are_those_of_my_turn_the_longest_overdue_first(world, sign_in):
    by = world.by("officer")
    make_case(by, State.CANDIDATE, name="示例甲一")
    late(make_case(by, State.SUBMITTED, name="示例乙一"), 2)
    late(make_case(by, State.VISITING, name="示例丙一"), 9)
    make_case(by, State.AT_COUNTY, name="示例丁一")
    make_case(world.by("officer", world.foreign_plant), State.CANDIDATE, name="示例戊一")
    text = text_of(sign_in(by), "/")
    tasks = text.split('id="tasks"')[1].split("</section>")[0]
    assert tasks.index("示例丙一") < tasks.index("示例乙一") < tasks.index("示例甲一")
    assert "示例丁一" not in tasks
    assert "示例戊一" not in text
    assert "超期 9 天" in tasks
    assert "其中超期 2 件" in text


def test_tasks_are_narrowed_by_state_and_by_overdue(world, sign_in):
    by = world.by("officer")
    make_case(by, State.CANDIDATE, name="示例甲一")
    late(make_case(by, State.VISITING, name="示例丙一"))
    client = sign_in(by)
    tasks = text_of(client, "/", state="candidate").split('id="tasks"')[1].split("</section>")[0]
    assert "示例甲一" in tasks
    assert "示例丙一" not in tasks
    tasks = text_of(client, "/", late="1").split('id="tasks"')[1].split("</section>")[0]
    assert "示例丙一" in tasks
    assert "示例甲一" not in tasks
    assert client.get("/", {"state": "nonsense", "after": "x~y"}).status_code == 200


def test_every_number_of_the_cards_is_the_length_of_its_list(world, sign_in):
    by = world.by("officer")
    for state in (State.SUBMITTED, State.ON_NOTICE, State.OBJECTED, State.FILED, State.IN_ASSISTANCE, State.REJECTED):
        make_case(by, state)
    make_case(by)
    found = queries.figures(by)
    assert found == {"todo": "3", "late": "0", "open": "3", "notice": "2", "live": "2", "in_assistance": "1"}
    client = sign_in(by)
    for group in ("open", "notice", "live"):
        rows = text_of(client, reverse("desk:cases"), group=group).count('data-label="姓名"')
        assert str(rows) == found[group]


def test_the_union_above_sees_what_is_overdue_below(world, sign_in):
    late(make_case(world.by("officer"), State.VISITING, name="示例丙一"))
    make_case(world.by("officer"), State.CANDIDATE, name="示例甲一")
    late(make_case(world.by("officer", world.foreign_plant), State.VISITING, name="示例戊一"))
    assert [case.name for case in queries.overdue_below(world.by("reviewer", world.county))] == ["示例丙一"]
    assert len(queries.overdue_below(world.by("reviewer", world.city))) == 2
    assert queries.overdue_below(world.by("officer")) == []
    text = text_of(sign_in(world.by("reviewer", world.county)), "/")
    assert "下级超期" in text
    assert f"该{world.textile.name}办理" in text


def test_drafts_objections_and_reminders_stand_on_the_desk(world, sign_in):
    by = world.by("officer")
    draft = make_case(by, name="示例己一")
    Case.objects.filter(pk=draft.pk).update(queue_at=clock.now() - dt.timedelta(days=55))
    make_case(by, State.OBJECTED, name="示例庚一")
    text = text_of(sign_in(by), "/")
    assert "本工会的草稿" in text
    assert "示例己一" in text
    assert "有异议，待答复" in text
    assert "1 份草稿快满 60 天" in text


@pytest.mark.parametrize(
    ("role", "where"), [("officer", "textile"), ("reviewer", "county"), ("supervisor", "province")]
)
def test_the_desk_asks_the_same_number_of_queries_for_one_and_for_many(world, sign_in, role, where):
    client = sign_in(world.by(role, getattr(world, where)))

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get("/")
        return len(found)

    for state in (State.SUBMITTED, State.VISITING, State.OBJECTED, State.ON_NOTICE):
        late(make_case(world.by("officer"), state))
    client.get("/")
    one = asked()
    for state in (State.SUBMITTED, State.VISITING, State.OBJECTED, State.ON_NOTICE) * 2:
        late(make_case(world.by("officer"), state))
    assert asked() == one


def test_an_administrator_sees_no_case_and_is_led_to_the_unions(world, sign_in):
    make_case(world.by("officer"), State.VISITING, name="示例丙一")
    client = sign_in(world.by("admin", world.county))
    text = text_of(client, "/")
    assert "示例丙一" not in text
    assert reverse("organisations:tree") in text
    assert client.get(reverse("desk:cases")).status_code == 403


def test_the_side_bar_counts_what_waits_and_stops_at_99(world, rf, monkeypatch):
    by = world.by("officer")
    make_case(by, State.RECOGNISED)
    request = rf.get("/")
    request.acting = by
    monkeypatch.setattr(context, "_url", lambda name: f"/{name}/")
    labels = {entry["label"]: entry["count"] for entry in context.entries(request)}
    assert labels["档案"] == "1"
    assert labels["入户调查"] == ""
    assert "操作记录" not in labels
    assert context._shown(100) == "99+"
    assert context._shown(99) == "99"


def test_the_side_bar_asks_one_query(world, rf):
    request = rf.get("/cases/")
    request.acting = world.by("officer")
    with CaptureQueriesContext(connection) as found:
        entries = context.entries(request)
    assert len(found) <= 1
    assert [entry["label"] for entry in entries if entry["active"]] == ["全部案件"]


def test_a_person_without_a_post_gets_a_plain_page(client, world):
    from bangfu.foundations.organisations.models import User

    client.force_login(User.objects.create_user("nobody", "示例", "x"))
    assert "没有任命的岗位" in client.get("/").content.decode()


def test_all_cases_are_paged_by_key_forwards_and_backwards(world, sign_in, monkeypatch):
    by = world.by("officer")
    made = [
        make_case(by, state).id for state in (State.DRAFT, State.VISITING, State.CANDIDATE, State.FILED, State.DRAFT)
    ]
    rows = queries.rows_of(by)
    probes = [queries.visible_to(by).filter(state=state) for state in State]
    first = queries.paged(probes, queries.NEWEST, {}, rows, size=2)
    assert [case.id for case in first.rows] == made[:-3:-1]
    assert first.prev_url == ""

    def follow(url):
        from django.http import QueryDict

        return queries.paged(probes, queries.NEWEST, QueryDict(url[1:]), rows, size=2)

    second = follow(first.next_url)
    third = follow(second.next_url)
    assert [case.id for case in second.rows] == [made[2], made[1]]
    assert [case.id for case in third.rows] == [made[0]]
    assert third.next_url == ""
    assert [case.id for case in follow(third.prev_url).rows] == [made[2], made[1]]
    back = follow(follow(third.prev_url).prev_url)
    assert [case.id for case in back.rows] == made[:-3:-1]
    assert back.prev_url == ""


def test_all_cases_are_narrowed_in_the_address(world, sign_in):
    by = world.by("officer", world.county)
    make_case(world.by("officer"), State.VISITING, name="示例甲一", main_cause="02")
    make_case(world.by("officer", world.county_plant), State.VISITING, name="示例乙一", main_cause="01")
    late(make_case(world.by("officer"), State.CANDIDATE, name="示例丙一"))
    make_case(world.by("officer", world.foreign_plant), State.VISITING, name="示例戊一")
    client, url = sign_in(by), reverse("desk:cases")
    assert "示例戊一" not in text_of(client, url)
    found = text_of(client, url, state="visiting", cause="02")
    assert "示例甲一" in found
    assert "示例乙一" not in found
    found = text_of(client, url, union="13010200003")
    assert "示例乙一" in found
    assert "示例甲一" not in found
    assert "示例丙一" in text_of(client, url, late="on")
    assert "示例甲一" not in text_of(client, url, late="on")
    today = clock.today().isoformat()
    assert "示例甲一" in text_of(client, url, since=today, until=today)
    assert "没有符合条件" in text_of(client, url, since="2099-01-01")
    assert "没有找到这个工会" in text_of(client, url, union="外县")
    assert "请写全名" in text_of(client, url, union="示例")
