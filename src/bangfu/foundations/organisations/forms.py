"""Forms for unions, people and posts."""

import datetime as dt

from django import forms
from django.contrib.auth import password_validation

from bangfu.foundations.codes import clock
from bangfu.foundations.organisations import queries
from bangfu.foundations.organisations.access import roles_at
from bangfu.foundations.organisations.models import Kind, Organisation, Post, User
from bangfu.foundations.organisations.rules import KINDS_BELOW, needs_code


def _reason(label: str = "理由") -> forms.CharField:
    return forms.CharField(label=label, max_length=200, widget=forms.TextInput)


class AddForm(forms.Form):
    """A union under `parent`."""

    kind = forms.ChoiceField(label="类别", widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=100, help_text="写全称，与公章一致。")
    code = forms.CharField(
        label="工会编号", max_length=6, required=False, help_text="六位行政区划代码；没有的用 13 加四位字母或数字。"
    )
    phone = forms.CharField(label="办公电话", max_length=30, required=False)

    def __init__(self, *args, parent: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = KINDS_BELOW[parent.level]
        self.fields["kind"].choices = [(kind.value, Kind(kind).label) for kind in kinds]  # type: ignore[attr-defined]
        if not any(needs_code(level) for level in kinds.values()):
            del self.fields["code"]
        elif not all(needs_code(level) for level in kinds.values()):
            self.fields["code"].help_text = f"{self.fields['code'].help_text}乡镇和基层工会不用填，由系统编号。"


class RenameForm(forms.Form):
    """A new name from a day on."""

    name = forms.CharField(label="新名称", max_length=100)
    from_date = forms.DateField(label="启用日期", widget=forms.DateInput, initial=clock.today)
    reason = _reason("更名依据")


class MoveForm(forms.Form):
    """Another union of the county to hang under."""

    parent = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="新的上级工会",
        empty_label="请选择",
        help_text="只列出本县（市、区）之内的工会。",
    )
    reason = _reason("调整依据")

    def __init__(self, *args, org: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = queries.new_parents(org)  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """The end of a union."""

    reason = _reason("撤销依据")


class PostForm(forms.Form):
    """A post in `org`."""

    role = forms.ChoiceField(label="岗位", widget=forms.RadioSelect)
    title = forms.CharField(label="职务", max_length=40, required=False, help_text="例如：副主席、权益保障部部长。")
    from_date = forms.DateField(label="任职开始", widget=forms.DateInput, initial=clock.today)
    to_date = forms.DateField(
        label="任职截止", widget=forms.DateInput, required=False, help_text="不填表示长期；代理必须填。"
    )
    substitute_for = forms.ModelChoiceField(
        Post.objects.none(),
        label="代理",
        required=False,
        empty_label="不是代理",
        help_text="本人休假、空缺期间由他人代理时选择。",
    )

    def __init__(self, *args, org: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles_at(org.level)]  # type: ignore[attr-defined]
        replaced = self.fields["substitute_for"]
        replaced.queryset = Post.objects.current().filter(org=org).select_related("user", "org")  # type: ignore[attr-defined]
        replaced.label_from_instance = lambda post: f"{post.role_label} {post.user.name}"  # type: ignore[attr-defined]


class AppointForm(PostForm):
    """A post for somebody who has an account."""

    username = forms.CharField(label="登录名", max_length=40)
    field_order = ["username"]

    def clean_username(self) -> User:
        found = User.objects.filter(username=self.cleaned_data["username"].strip()).first()
        if found is None:
            raise forms.ValidationError("没有这个登录名。新来的人员请用“新增人员”。")
        return found


class UserForm(PostForm):
    """A new account with its first post."""

    username = forms.RegexField(
        r"^[A-Za-z0-9_.-]{3,40}$",
        label="登录名",
        help_text="三个以上字母或数字，例如姓名拼音加单位简称。不要用身份证号或手机号。",
        error_messages={"invalid": "登录名只能用字母、数字和 - _ . ，至少三个。"},
    )
    name = forms.CharField(label="姓名", max_length=50)
    phone = forms.CharField(
        label="联系电话", max_length=20, required=False, widget=forms.TextInput({"data-mask": "phone"})
    )
    field_order = ["username", "name", "phone"]

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if username.isdigit() and len(username) >= 11:
            raise forms.ValidationError("请不要用手机号或身份证号作登录名。")
        return username


class EndPostForm(forms.Form):
    """The last day of a post."""

    last_day = forms.DateField(
        label="最后一天", widget=forms.DateInput, help_text="填昨天表示立即失效；填今天则今天仍可办理。"
    )
    reason = forms.CharField(label="原因", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {"last_day": clock.today() - dt.timedelta(days=1)})
        super().__init__(*args, **kwargs)


class StopForm(forms.Form):
    """Why an account is stopped."""

    reason = _reason("停用原因")


class PasswordForm(forms.Form):
    """One's own new password."""

    old = forms.CharField(
        label="现在的密码", widget=forms.PasswordInput({"autocomplete": "current-password"}), strip=False
    )
    new = forms.CharField(
        label="新密码",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        strip=False,
        help_text="至少 10 位，不要用常见的密码，不要与登录名、姓名相近。",
    )
    again = forms.CharField(
        label="再输一次新密码", widget=forms.PasswordInput({"autocomplete": "new-password"}), strip=False
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        if not self.user.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError("现在的密码不对。")
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        password_validation.validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("new") == cleaned.get("old"):
            self.add_error("new", "新密码不能与现在的密码相同。")
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", "两次输入的新密码不一样。")
        return cleaned
