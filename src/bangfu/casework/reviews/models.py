"""Meeting, attendance, and what was decided on each household."""

from django.db import models
from django.db.models import F, Q

from bangfu.casework.cases.models import Case
from bangfu.foundations.codes.fields import CodeField
from bangfu.foundations.organisations.models import Scoped, User
from bangfu.foundations.privacy import guards


class Meeting(Scoped):
    """附件4. `member_count` is the number of people of the review group; the quorum is a setting (通知未规定).

    A closed meeting and its votes cannot change (database triggers). `version` counts every change before that.
    """

    name = models.CharField("会议名称", max_length=60, default="困难职工民主评议会议")
    held_at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=100)
    member_count = models.PositiveSmallIntegerField("评议小组应到人数")
    attendee_count = models.PositiveSmallIntegerField("参会人数")
    chair = models.CharField("主持人", max_length=50)
    recorder = models.CharField("记录人", max_length=50)
    content = models.TextField("内容", blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-held_at", "-id"]
        indexes = [
            models.Index(fields=[level, "-held_at", "-id"], name=f"meeting_{level[:4]}_list")
            for level in ("province_id", "city_id", "county_id", "township_id", "org_id")
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(chair=F("recorder")), name="recorder_is_not_chair"),
            models.CheckConstraint(condition=Q(attendee_count__lte=F("member_count")), name="attendance_within_group"),
        ]

    def __str__(self):
        return self.name


class Attendee(Scoped):
    """A person at the meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    name = models.CharField("姓名", max_length=50)
    title = models.CharField("职务或身份", max_length=50, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.name


class Item(Scoped):
    """One household on the agenda: vote totals and result. Kin of the household leave the room (recused)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, related_name="review_items")
    position = models.PositiveSmallIntegerField(default=1)
    facts = models.CharField("情况摘要", max_length=500, blank=True)
    recused = models.CharField("回避人员", max_length=200, blank=True)
    recused_count = models.PositiveSmallIntegerField("回避人数", default=0)
    agree = models.PositiveSmallIntegerField("同意", default=0)
    against = models.PositiveSmallIntegerField("反对", default=0)
    abstain = models.PositiveSmallIntegerField("弃权", default=0)
    result = CodeField("review_result", verbose_name="评议结果", blank=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "case"], name="household_once_on_agenda")]

    def __str__(self):
        return f"item {self.case_id}"


guards.guard(
    guards.Trigger(
        name="reviews_meeting_closed",
        table="reviews_meeting",
        when="BEFORE UPDATE OR DELETE",
        body="""
            IF OLD.closed_at IS NOT NULL THEN
                RAISE EXCEPTION 'a closed meeting cannot change' USING ERRCODE = '23514';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )
)
guards.guard(
    guards.Trigger(
        name="reviews_votes_stay",
        table="reviews_item",
        when="BEFORE UPDATE OR DELETE",
        body="""
            PERFORM 1 FROM reviews_meeting WHERE id = OLD.meeting_id AND closed_at IS NOT NULL;
            IF FOUND AND (TG_OP = 'DELETE' OR
                          (to_jsonb(OLD) - 'superseded') IS DISTINCT FROM (to_jsonb(NEW) - 'superseded')) THEN
                RAISE EXCEPTION 'the votes of a closed meeting cannot change' USING ERRCODE = '23514';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )
)
