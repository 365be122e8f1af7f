"""The pages of unions and people, the login, and the forced change of an initial password."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from bangfu.foundations.audit.models import Entry
from bangfu.foundations.codes import clock
from bangfu.foundations.organisations.models import Kind, Level, Organisation, OrganisationName, Post, User
from bangfu.foundations.organisations.tree import place
from tests.factories.unions import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(world):
    return world.by("admin", world.county)


def page(client, name, *args, **query):
    answer = client.get(reverse(f"organisations:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_tree_opens_level_by_level(world, admin, sign_in):
    client = sign_in(admin)
    text = page(client, "tree")
    assert world.township.name in text
    assert world.county_plant.name in text
    assert world.textile.name not in text
    assert world.other_county.name not in text
    assert world.textile.name in page(client, "children", world.township.id)


def test_a_union_is_found_by_part_of_its_name_its_code_and_a_former_name(world, admin, sign_in):
    OrganisationName.objects.create(org=world.textile, name="示例第一棉纺厂工会", to_date="2016-01-01")
    client = sign_in(admin)
    for typed in ("纺织", "13010200002", "第一棉纺"):
        assert world.textile.name in page(client, "tree", q=typed)
    assert "没有找到" in page(client, "tree", q="外县")


def test_the_page_of_a_union_shows_people_names_and_numbers(world, admin, sign_in):
    text = page(sign_in(admin), "show", world.textile.id)
    assert "工会主席" in text
    assert "新增人员" in text
    assert "没有改过名称" in text
    assert "新增人员" not in page(sign_in(world.by("officer")), "show", world.textile.id)


@pytest.mark.parametrize("name", ["show", "children", "add", "rename", "move", "close", "add_user", "appoint"])
def test_a_union_outside_the_subtree_is_not_found(world, admin, sign_in, name):
    client = sign_in(admin)
    for org in (world.other_county, world.foreign_plant, world.city):
        assert client.get(reverse(f"organisations:{name}", args=[org.id])).status_code == 404


@pytest.mark.parametrize("name", ["add", "rename", "move", "close", "add_user", "appoint"])
def test_a_post_without_the_right_is_turned_away(world, sign_in, name):
    client = sign_in(world.by("officer", world.county))
    url = reverse(f"organisations:{name}", args=[world.textile.id])
    assert client.get(url).status_code == 403
    assert client.press(url, {"name": "x", "reason": "x"}).status_code == 403


def test_people_outside_the_subtree_are_not_found(world, admin, sign_in):
    client = sign_in(admin)
    for org in (world.city, world.foreign_plant):
        user = Post.objects.filter(org=org).first().user
        assert client.get(reverse("organisations:person", args=[user.id])).status_code == 404
        assert client.press(reverse("organisations:reset_password", args=[user.id])).status_code == 404


def test_a_union_is_added_renamed_moved_and_closed_by_clicking(world, admin, sign_in):
    client = sign_in(admin)
    answer = client.press(
        reverse("organisations:add", args=[world.township.id]), {"kind": "grassroots", "name": "示例新厂工会"}
    )
    made = Organisation.objects.get(name="示例新厂工会")
    assert answer.url == reverse("organisations:show", args=[made.id])
    typed = {"name": "示例改名工会", "from_date": clock.today().isoformat(), "reason": "改制"}
    assert client.press(reverse("organisations:rename", args=[made.id]), typed).status_code == 302
    second = place(
        Organisation(code="13010200077", name="示例二街道", level=Level.TOWNSHIP, kind=Kind.TOWNSHIP), world.county
    )
    text = page(client, "move", made.id)
    assert second.name in text
    assert world.other_county.name not in text
    url = reverse("organisations:move", args=[made.id])
    assert client.press(url, {"parent": second.id, "reason": "调整"}).status_code == 302
    url = reverse("organisations:close", args=[made.id])
    assert client.press(url, {"reason": "注销"}).status_code == 302
    text = page(client, "show", made.id)
    assert "已撤销" in text
    assert "示例新厂工会" in text


def test_what_was_typed_stays_when_it_is_refused(world, admin, sign_in):
    client = sign_in(admin)
    answer = client.press(
        reverse("organisations:add", args=[world.township.id]), {"kind": "grassroots", "name": world.textile.name}
    )
    assert answer.status_code == 422
    assert "同名" in answer.content.decode()
    assert f'value="{world.textile.name}"' in answer.content.decode()


def test_the_reasons_stand_under_the_button_that_closes(world, admin, sign_in):
    text = page(sign_in(admin), "close", world.textile.id)
    assert "人在这里任职" in text
    assert "disabled" in text


def test_an_initial_password_is_shown_once_and_must_be_changed(world, admin, sign_in, client):
    manager = sign_in(admin)
    typed = {"username": "shili.xin", "name": "示例新人", "role": "officer", "from_date": clock.today().isoformat()}
    answer = manager.press(reverse("organisations:add_user", args=[world.textile.id]), typed)
    text = answer.content.decode()
    password = text.split('id="initial-password">')[1].split("<")[0]
    assert "no-store" in answer["Cache-Control"]
    assert password not in page(manager, "show", world.textile.id)

    client.post(reverse("account_login"), {"login": "shili.xin", "password": password})
    assert client.get("/").url == reverse("organisations:password")
    assert client.get(reverse("organisations:tree")).url == reverse("organisations:password")
    user = User.objects.get(username="shili.xin")
    post = Post.objects.get(user=user)
    again = sign_in_again(client, post, password, "an-other-Password-9", "wrong")
    assert again.status_code == 422
    done = sign_in_again(client, post, password, "an-other-Password-9", "an-other-Password-9")
    assert done.status_code == 302
    assert client.get("/").status_code == 200
    user.refresh_from_db()
    assert not user.must_change_password
    assert user.check_password("an-other-Password-9")
    assert Entry.objects.filter(verb="organisations.change_password", user_id=user.id).exists()


def sign_in_again(client, post, old, new, again):
    from bangfu.foundations.ui.posting import new_token

    stamp = {"post": post.id, "once": new_token()}
    return client.post(reverse("organisations:password"), stamp | {"old": old, "new": new, "again": again})


def test_a_weak_or_wrong_password_is_refused_in_chinese(world, sign_in):
    client = sign_in(world.by("officer"))
    url = reverse("organisations:password")
    answer = client.press(url, {"old": "nonsense", "new": "123", "again": "123"})
    assert answer.status_code == 422
    assert "现在的密码不对" in answer.content.decode()
    assert "密码" in answer.content.decode()
    answer = client.press(url, {"old": PASSWORD, "new": PASSWORD, "again": PASSWORD})
    assert "不能与现在的密码相同" in answer.content.decode()


def test_a_reset_logs_the_person_out_and_a_stopped_account_cannot_log_in(world, admin, sign_in, client):
    officer = world.by("officer")
    theirs, manager = sign_in(officer), sign_in(admin)
    assert theirs.get("/").status_code == 200
    answer = manager.press(reverse("organisations:reset_password", args=[officer.user.id]))
    assert 'id="initial-password"' in answer.content.decode()
    assert theirs.get("/").status_code == 302
    url = reverse("organisations:deactivate", args=[officer.user.id])
    assert manager.press(url, {"reason": "调离"}).status_code == 302
    officer.user.refresh_from_db()
    assert not officer.user.is_active
    assert "启用账号" in page(manager, "person", officer.user.id)
    assert manager.press(reverse("organisations:activate", args=[officer.user.id])).status_code == 302


def test_a_post_is_given_and_ended_by_clicking(world, admin, sign_in):
    client = sign_in(admin)
    officer = world.by("officer").user
    typed = {"username": officer.username, "role": "chair", "from_date": clock.today().isoformat()}
    assert client.press(reverse("organisations:appoint", args=[world.textile.id]), typed).status_code == 302
    post = Post.objects.get(user=officer, role="chair")
    url = reverse("organisations:end_post", args=[post.id])
    assert client.get(url).status_code == 200
    assert client.press(url, {"last_day": clock.today().isoformat()}).status_code == 302
    post.refresh_from_db()
    assert post.to_date == clock.today()
    answer = client.press(reverse("organisations:appoint", args=[world.textile.id]), typed | {"username": "nobody"})
    assert "没有这个登录名" in answer.content.decode()


def test_the_sixth_wrong_password_in_a_row_is_refused_plainly(world, client):
    cache.clear()
    url = reverse("account_login")
    typed = {"login": world.by("officer").user.username, "password": "wrong"}
    for _ in range(5):
        assert "用户名或密码不对" in client.post(url, typed).content.decode()
    answer = client.post(url, typed | {"password": PASSWORD}).content.decode()
    assert "密码连续输错次数太多，请过五分钟再试" in answer
    assert "_auth_user_id" not in client.session
    cache.clear()


def test_permissions_are_sentences(world, sign_in):
    text = page(sign_in(world.by("chair")), "permissions")
    assert "签署基层工会意见" in text
    assert "审核人（县级）" in text


def test_my_account_shows_my_posts(world, sign_in):
    by = world.by("officer")
    world.appoint("reviewer", world.county, user=by.user)
    text = page(sign_in(by), "account")
    assert "正在使用" in text
    assert "可切换" in text


def test_a_person_without_a_post_is_told_so(world, client):
    client.force_login(User.objects.create_user("nobody", "示例", PASSWORD))
    assert "还没有任命岗位" in client.get(reverse("organisations:account")).content.decode()
    assert client.get(reverse("organisations:tree")).status_code == 403
