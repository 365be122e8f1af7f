"""Notice (公示), its rows as printed, and objections."""

import secrets

from django.db import models
from django.db.models import F, Q

from bangfu.casework.cases.models import Case
from bangfu.casework.reviews.models import Meeting
from bangfu.foundations.codes.fields import CodeField, MoneyField
from bangfu.foundations.organisations.models import Scoped, User
from bangfu.foundations.privacy import guards
from bangfu.foundations.privacy.fields import EncryptedTextField


def new_notice_token() -> str:
    """What the paper's QR code carries: unguessable, so that only who stands before the paper finds the page."""
    return secrets.token_urlsafe(18)


class Notice(Scoped):
    """附件5. The day of posting does not count (民法典 201): notice_to is the n-th working day after notice_from."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notices", null=True, blank=True)
    meeting_date = models.DateField("会议日期")
    meeting_name = models.CharField("会议名称", max_length=60)
    candidate_count = models.PositiveSmallIntegerField("列入评议对象（户）")
    passed_count = models.PositiveSmallIntegerField("评选出困难职工（户）")
    notice_from = models.DateField("公示期 自")
    notice_to = models.DateField("公示期 至")
    working_days = models.PositiveSmallIntegerField("公示工作日")
    feedback_days = models.PositiveSmallIntegerField("请从即日起几日内反映")
    supervision_phone = models.CharField("监督电话", max_length=20)
    contact_name = models.CharField("单位工会联系人", max_length=50)
    contact_phone = models.CharField("联系电话", max_length=20)
    issued_on = models.DateField("落款日期")
    posted_at_place = models.CharField("张贴地点", max_length=100, blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_notice_token)
    posted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-notice_from", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(notice_to__gt=F("notice_from")), name="notice_runs_forward"),
        ]
        indexes = [
            models.Index(fields=[level, "-id"], name=f"notice_{level[:4]}_list")
            for level in ("province_id", "city_id", "county_id", "township_id", "org_id")
        ]

    def __str__(self):
        return f"notice {self.notice_from}"


class NoticeRow(Scoped):
    """One household of the list, with the figures as posted, and its result."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="rows")
    case = models.ForeignKey(Case, models.PROTECT, related_name="notice_rows")
    name = models.CharField("职工姓名", max_length=50)
    household_size = models.PositiveSmallIntegerField("家庭人口")
    household_annual_income = MoneyField("家庭年度总收入", unit="元/年")
    annual_necessary_expense = MoneyField("家庭年度必要性支出", unit="元/年")
    main_cause = CodeField("cause_application", verbose_name="主要致困原因")
    review_result = CodeField("review_result", verbose_name="民主评议结果")
    notice_result = CodeField("notice_result", verbose_name="公示结果", blank=True)
    objection_text = EncryptedTextField("异议是", max_length=500, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(superseded=False), name="one_running_notice"),
        ]
        indexes = [
            models.Index(
                fields=["notice"], condition=Q(superseded=False, cleared_at__isnull=True), name="notice_row_open"
            ),
        ]

    def __str__(self):
        return self.name


class Channel(models.TextChoices):
    """How an objection came."""

    PHONE = "phone", "电话"
    LETTER = "letter", "来信"
    VISIT = "visit", "来访"
    WEB = "web", "网上"


class Objection(Scoped):
    """异议. The objector's name is kept apart and confidential; a late one is handled as a complaint."""

    row = models.ForeignKey(NoticeRow, models.PROTECT, related_name="objections")
    case = models.ForeignKey(Case, models.PROTECT, related_name="objections")
    received_on = models.DateField("收到日期")
    channel = models.CharField("方式", max_length=6, choices=Channel.choices)
    text = EncryptedTextField("异议内容", max_length=1000)
    objector_name = EncryptedTextField("反映人（保密）", max_length=50, blank=True)
    objector_phone = EncryptedTextField("反映人电话（保密）", kind="phone", max_length=20, blank=True)
    late = models.BooleanField("公示期后收到（按投诉处理）", default=False)
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    finding = EncryptedTextField("核查情况", max_length=1000, blank=True)
    upheld = models.BooleanField("异议是否成立", null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)

    class Meta:
        ordering = ["received_on", "id"]

    def __str__(self):
        return f"objection {self.case_id}"


# What hung on the wall stays what it was: a running notice is not shortened, its figures are not touched, and a result
# is written once, after the last day (R-REV-1, R-NOT-1).
guards.guard(
    guards.Trigger(
        name="notices_period_stays",
        table="notices_notice",
        when="BEFORE UPDATE OR DELETE",
        body="""
            IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - 'posted_at_place') IS DISTINCT FROM (to_jsonb(NEW) - 'posted_at_place')
            THEN
                RAISE EXCEPTION 'a posted notice cannot change' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        """,
    )
)
guards.guard(
    guards.Trigger(
        name="notices_row_stays",
        table="notices_noticerow",
        when="BEFORE UPDATE OR DELETE",
        declare="last_day date;",
        body="""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'a posted row cannot be deleted' USING ERRCODE = '23514';
            END IF;
            IF (to_jsonb(OLD) - ARRAY['notice_result', 'objection_text', 'cleared_at', 'superseded']) IS DISTINCT FROM
               (to_jsonb(NEW) - ARRAY['notice_result', 'objection_text', 'cleared_at', 'superseded']) THEN
                RAISE EXCEPTION 'the figures of a posted row cannot change' USING ERRCODE = '23514';
            END IF;
            IF OLD.cleared_at IS NOT NULL AND (to_jsonb(OLD) - 'superseded') IS DISTINCT FROM (to_jsonb(NEW) - 'superseded')
            THEN
                RAISE EXCEPTION 'the result of a notice is written once' USING ERRCODE = '23514';
            END IF;
            SELECT notice_to INTO last_day FROM notices_notice WHERE id = NEW.notice_id;
            IF (NEW.cleared_at AT TIME ZONE 'Asia/Shanghai')::date <= last_day THEN
                RAISE EXCEPTION 'a running notice cannot be closed' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        """,
    )
)

# The public page of a running notice (三公开, R-NOT-2): reached by the paper's code only, and only these columns leave.
guards.door(
    guards.Door(
        name="door_public_notice",
        arguments="varchar, date",
        returns="TABLE (org_name varchar, meeting_date date, notice_from date, notice_to date, supervision_phone varchar, "
        "contact_name varchar, contact_phone varchar, name text, household_size smallint, household_annual_income bigint, "
        "annual_necessary_expense bigint, main_cause varchar)",
        body="""
            SELECT o.name, n.meeting_date, n.notice_from, n.notice_to, n.supervision_phone, n.contact_name, n.contact_phone,
                left(r.name, 1) || repeat('*', greatest(length(r.name) - 1, 1)), r.household_size, r.household_annual_income,
                r.annual_necessary_expense, r.main_cause
            FROM notices_notice n JOIN organisations_organisation o ON o.id = n.org_id
            JOIN notices_noticerow r ON r.notice_id = n.id AND NOT r.superseded
            JOIN cases_case c ON c.id = r.case_id AND c.state NOT IN ('rejected', 'withdrawn')
            WHERE n.token = $1 AND $2 BETWEEN n.notice_from AND n.notice_to ORDER BY r.id
        """,
        why="Standard, procedure and result are public while a notice runs; names are masked and no other column leaves.",
    )
)
