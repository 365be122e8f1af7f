"""Figures and settings: what is in force where, from which day, by which document, who entered and who confirmed."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundations.codes import clock
from bangfu.foundations.codes.fields import MoneyField
from bangfu.foundations.codes.money import format_money
from bangfu.foundations.privacy.guards import Trigger, guard

# What was confirmed was decided by: paper and assessments refer to it.
KEPT = """
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a value is never deleted'; END IF;
  IF OLD.confirmed_at IS NOT NULL OR OLD.dropped_at IS NOT NULL THEN
    RAISE EXCEPTION 'a confirmed or dropped value is never changed';
  END IF;
  RETURN NEW;
"""
for _table in ("figure", "setting"):
    guard(Trigger(f"standards_{_table}_kept", f"standards_{_table}", "BEFORE UPDATE OR DELETE", KEPT))

UNSAID = "通知未规定"


@dataclass(frozen=True)
class FigureKind:
    """A figure that may be entered: what it is called, its unit, and whether it is money (fen) or a number."""

    label: str
    unit: str
    sentence: str
    is_money: bool = True


@dataclass(frozen=True)
class SettingKind:
    """A point which the circular leaves open, with the default of the house (DOMAIN.md §4).

    `kind` is whole (a whole number within `limits`), share (a fraction, 0 < x <= 1) or choice (a key of `choices`).
    """

    label: str
    default: str
    unit: str
    sentence: str
    kind: str = "whole"
    limits: tuple[int, int] = (1, 365)
    choices: tuple[tuple[str, str], ...] = ()


def _due(label: str, default: str) -> SettingKind:
    sentence = f"“{label}”这一步超过多少个工作日未办，算作逾期并提醒上级工会。"
    return SettingKind(f"办理期限：{label}", default, "个工作日", sentence)


FIGURES = {
    "dibao": FigureKind("低保线", "元/人·月", "当地城市居民最低生活保障标准。"),
    "relative_multiple": FigureKind(
        "相对困难倍数", "倍", "家庭人均收入不超过低保线的多少倍可认定相对困难。", is_money=False
    ),
}
SETTINGS = {
    "notice_days": SettingKind("公示期", "5", "个工作日", "张贴当天不计，公示满多少个工作日。", limits=(1, 60)),
    "quorum": SettingKind("评议会议到会比例", "2/3", "", "到会人数至少占应到人数的多少，会议有效。", "share"),
    "vote_rule": SettingKind(
        "评议通过规则",
        "majority_present",
        "",
        "同意票达到多少，评议通过。",
        "choice",
        choices=(
            ("majority_present", "超过到会人数的一半"),
            ("two_thirds_present", "达到到会人数的三分之二"),
            ("majority_all", "超过应到人数的一半"),
        ),
    ),
    "review_interval": SettingKind("定期核查间隔", "12", "个月", "在档家庭每隔多少个月核查一次。", limits=(1, 60)),
    "objection_deadline": SettingKind(
        "异议提出期限",
        "within_notice",
        "",
        "群众在什么时间以内提出的异议，会使这一户停下来等待答复。",
        "choice",
        choices=(("within_notice", "公示期内"), ("until_recognised", "认定之前")),
    ),
    "sample_rate": SettingKind("每年抽查比例", "30", "%", "每年至少抽查在档家庭的百分之多少。", limits=(1, 100)),
    "exit_months": SettingKind(
        "脱困观察期", "6", "个月", "家庭人均收入连续多少个月高于低保线，可以脱困。", limits=(1, 36)
    ),
    "paper_sync_days": SettingKind("纸质档案同步期限", "30", "个工作日", "档案变化后多少个工作日内更新纸质档案。"),
    "draft_days": SettingKind("草稿保留", "60", "天", "草稿多少天没有改动就自动关闭。"),
    "due_submitted": _due("申请受理", "5"),
    "due_returned": _due("职工补正", "15"),
    "due_visiting": _due("入户调查", "10"),
    "due_candidate": _due("民主评议", "10"),
    "due_passed": _due("张贴公示", "5"),
    "due_objected": _due("答复异议", "10"),
    "due_notice_cleared": _due("基层工会意见", "5"),
    "due_at_township": _due("乡镇（街道）工会审核", "5"),
    "due_at_county": _due("县级工会审核", "10"),
    "due_at_city": _due("市级审核认定", "10"),
    "due_recognised": _due("填写档案表、录入", "10"),
    "due_filed": _due("制定帮扶计划", "15"),
    "due_planned": _due("落实首次帮扶", "20"),
}


class PlacedQuerySet(models.QuerySet):
    def confirmed(self) -> Self:
        """Rows that count: a second person has confirmed them."""
        return self.filter(confirmed_at__isnull=False)

    def waiting(self) -> Self:
        """Rows which wait for a second person."""
        return self.filter(confirmed_at__isnull=True, dropped_at__isnull=True)

    def touching(self, org: Any) -> Self:
        """Rows in force for `org` or for unions below it: those of everywhere, of its ancestors, of its subtree."""
        below = Q(area__in=type(org).objects.within(org).values("id"))
        return self.filter(Q(area__isnull=True) | Q(area__in=org.ancestor_ids) | below)


class Placed(models.Model):
    """A value from a day on, for a union and all below it; without a union, for the whole province.

    Never edited and never deleted: a mistake is dropped (作废) before it is confirmed; afterwards a later row, or one
    of the same day confirmed later, takes its place.
    """

    name = models.CharField("项目", max_length=40)
    area = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="适用范围"
    )
    start = models.DateField("执行日期")
    document = models.CharField("文件（名称、文号）", max_length=200)
    clause = models.CharField("条款", max_length=100, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人")
    entered_at = models.DateTimeField("录入时间", default=clock.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="作废人"
    )
    dropped_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name", "-start", "-id"]
        indexes = [models.Index(fields=["name", "area", "-start"], name="%(class)s_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (Q(confirmed_at__isnull=False) & Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("entered_by"))),
                name="%(class)s_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(dropped_by__isnull=True, dropped_at__isnull=True)
                | Q(dropped_by__isnull=False, dropped_at__isnull=False, confirmed_at__isnull=True),
                name="%(class)s_dropped_before_confirmed",
            ),
        ]

    @property
    def label(self) -> str:
        """What the registry calls it."""
        return (SETTINGS.get(self.name) or FIGURES[self.name]).label

    @property
    def area_name(self) -> str:
        """The union for whose area it holds."""
        return self.area.name if self.area else "全省"


class Figure(Placed):
    """One figure of FIGURES: money in fen or a plain number, never both."""

    fen = MoneyField("金额", null=True, blank=True)
    number = models.DecimalField("数值", max_digits=12, decimal_places=4, null=True, blank=True)
    unit = models.CharField("单位", max_length=20)
    is_example = models.BooleanField("示例数据", default=False)

    class Meta(Placed.Meta):
        constraints = [
            *Placed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(fen__isnull=True, number__isnull=False) | Q(fen__isnull=False, number__isnull=True),
                name="figure_is_money_or_number",
            ),
        ]

    def __str__(self):
        return f"{self.label} {self.shown} {self.area_name} {self.start:%Y-%m-%d}"

    @property
    def value(self) -> int | Decimal | None:
        """Fen for money, else the number; None only before it is filled."""
        return self.fen if self.fen is not None else self.number

    @property
    def shown(self) -> str:
        """The value with its unit as officers read it; an example says so."""
        amount = f"{self.number.normalize():f}" if self.number is not None else format_money(self.fen)
        return f"{amount} {self.unit}{'（示例）' if self.is_example else ''}"


class Setting(Placed):
    """One point of SETTINGS decided for an area. `value` is text, read by `read_setting`."""

    value = models.CharField("取值", max_length=40)

    class Meta(Placed.Meta):
        pass

    def __str__(self):
        return f"{self.label} {self.shown} {self.area_name} {self.start:%Y-%m-%d}"

    @property
    def shown(self) -> str:
        return show_setting(self.name, self.value)


def read_setting(name: str, text: str) -> int | Fraction | str:
    """The typed value of a setting: int, Fraction or the key of a choice.

    Raises KeyError for an unknown name, ValueError with a plain sentence for a value that it cannot have.
    """
    kind = SETTINGS[name]
    if kind.kind == "whole":
        return _read_whole(kind, text.strip())
    return _read_share(kind, text.strip()) if kind.kind == "share" else _read_choice(kind, text.strip())


def show_setting(name: str, text: str) -> str:
    """A value as officers read it: 5 个工作日, 2/3, 超过到会人数的一半."""
    kind = SETTINGS[name]
    return dict(kind.choices).get(text, f"{text} {kind.unit}".strip())


def _read_whole(kind: SettingKind, text: str) -> int:
    low, high = kind.limits
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise ValueError(f"{kind.label}应为 {low} 至 {high} 之间的整数。")
    return int(text)


def _read_share(kind: SettingKind, text: str) -> Fraction:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{kind.label}应写成分数，例如 2/3。") from None
    if not 0 < share <= 1:
        raise ValueError(f"{kind.label}应大于 0，不超过 1。")
    return share


def _read_choice(kind: SettingKind, text: str) -> str:
    if text not in dict(kind.choices):
        raise ValueError(f"{kind.label}只能是：{'、'.join(label for _, label in kind.choices)}。")
    return text


def in_force(rows: list[Any], chain: list[int | None], on: dt.date) -> Any | None:
    """The row that counts: of the nearest area in `chain`, the latest start, then the latest confirmation."""
    reached = [row for row in rows if row.start <= on]
    if not reached:
        return None
    return min(reached, key=lambda r: (chain.index(r.area_id), -r.start.toordinal(), -r.confirmed_at.timestamp()))
