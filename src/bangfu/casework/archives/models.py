"""The archive and its frozen versions."""

from django.db import models
from django.db.models import F, Q

from bangfu.casework.cases.models import Case
from bangfu.casework.households.models import Circumstances, Household
from bangfu.foundations.codes import clock
from bangfu.foundations.organisations.models import Scoped, User


class Standing(models.TextChoices):
    """The life of an archive."""

    LIVE = "live", "在档"
    LIFTED = "lifted", "脱困"
    CANCELLED = "cancelled", "注销"
    DELETED = "deleted", "删除"


class Archive(Scoped):
    """档案 of one household. `version` is the current one; an amendment makes n + 1 and older paper out of date."""

    household = models.OneToOneField(Household, models.PROTECT, related_name="archive")
    case = models.ForeignKey(Case, models.PROTECT, related_name="archives")
    worker_no = models.CharField("职工编号", max_length=16, unique=True)
    standing = models.CharField("状态", max_length=10, choices=Standing.choices, default=Standing.LIVE)
    filed_on = models.DateField("建档日期", default=clock.today)
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建档人")
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="录入人")
    version = models.PositiveIntegerField("版本", default=1)
    review_due_on = models.DateField("下次核查日期", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(filed_by=F("checked_by")), name="checker_is_not_filer"),
        ]
        indexes = [
            models.Index(fields=[level, "standing", "-filed_on", "-id"], name=f"archive_{level[:4]}_list")
            for level in ("province_id", "city_id", "county_id", "township_id", "org_id")
        ]

    def __str__(self):
        return self.worker_no


class ArchiveVersion(Scoped):
    """One frozen state of the file."""

    archive = models.ForeignKey(Archive, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本")
    circumstances = models.OneToOneField(Circumstances, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    reason = models.CharField("更正理由", max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "number"], name="archive_version_once"),
        ]

    def __str__(self):
        return f"v{self.number}"


class Draft(Scoped):
    """附件6 while it is being filled or amended: an open record, and who filled it (建档人、录入人)."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="archive_draft")
    circumstances = models.OneToOneField(Circumstances, models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建档人")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="录入人")
    reason = models.CharField("更正理由", max_length=300, blank=True)
    ready_at = models.DateTimeField("提交审核时间", null=True, blank=True)
    saved_at = models.DateTimeField(default=clock.now)
    # The page (its once-token) that saved last: an autosave on its way does not make the same page stale.
    saved_page = models.CharField(max_length=40, blank=True)
    returned_note = models.CharField("退回意见", max_length=300, blank=True)

    def __str__(self):
        return f"archive draft {self.case_id}"
