"""The ledger row of a household and the help recorded behind it (the ledger has no column for help given)."""

from django.db import models
from django.db.models import Q

from bangfu.casework.archives.models import Archive
from bangfu.casework.cases.models import Case
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.fields import CodeField, MoneyField
from bangfu.foundations.documents.models import Attachment
from bangfu.foundations.organisations.models import Scoped, User


class LedgerRow(Scoped):
    """That a household stands in the ledger; its fifteen columns are read from file and plan, so they are always current."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="ledger_row")
    archive = models.ForeignKey(Archive, models.PROTECT, related_name="ledger_rows")
    opened_on = models.DateField(default=clock.today)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        ordering = ["archive__worker_no"]
        indexes = [
            models.Index(fields=[level, "-opened_on", "-id"], name=f"ledger_{level[:4]}")
            for level in ("province_id", "city_id", "county_id", "township_id", "org_id")
        ]

    def __str__(self):
        return f"ledger {self.case_id}"


class Form(models.TextChoices):
    """What help consists of."""

    MONEY = "money", "资金"
    GOODS = "goods", "实物"
    SERVICE = "service", "服务（培训、岗位、走访等）"


class FundSource(models.TextChoices):
    """Where the money comes from."""

    CENTRAL = "central", "中央财政帮扶资金"
    PROVINCE = "province", "省级帮扶资金"
    LOCAL = "local", "市县帮扶资金"
    UNION = "union", "工会经费"
    SOCIAL = "social", "社会捐助"
    SPONSOR = "sponsor", "帮扶单位自筹"


class Help(Scoped):
    """A help that was given to a household on a day; money in fen. Corrections are new rows with a reason."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="helps")
    given_on = models.DateField("帮扶日期")
    kind = CodeField("seven_plan", verbose_name="帮扶计划")
    form = models.CharField("形式", max_length=8, choices=Form.choices)
    amount = MoneyField("金额", unit="元", null=True, blank=True)
    goods = models.CharField("物品或服务内容", max_length=200, blank=True)
    fund_source = models.CharField("资金来源", max_length=10, choices=FundSource.choices, blank=True)
    receipt = models.ForeignKey(Attachment, models.PROTECT, related_name="+", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField("作废时间", null=True, blank=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    cancelled_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        ordering = ["-given_on", "-id"]
        indexes = [
            models.Index(fields=["case", "-given_on"], name="help_case"),
        ] + [
            models.Index(fields=[level, "-given_on", "-id"], name=f"help_{level[:4]}")
            for level in ("province_id", "city_id", "county_id", "township_id", "org_id")
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(form="money", amount__gt=0) & ~Q(fund_source="")) | (~Q(form="money") & ~Q(goods="")),
                name="help_has_content",
            ),
        ]

    def __str__(self):
        return f"help {self.case_id} {self.given_on}"
