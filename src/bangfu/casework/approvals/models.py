"""Sealed opinions."""

from django.db import models

from bangfu.casework.cases.models import Case, ReturnedTo, Transition
from bangfu.foundations.codes import clock
from bangfu.foundations.codes.fields import CodeField
from bangfu.foundations.organisations.models import Organisation, Post, Scoped, User
from bangfu.foundations.privacy import guards

# Boxes from below; a return makes every opinion at or above its level be given again (DOMAIN 2, return).
BOXES = ["G", "T", "C", "P"]
FLOOR: dict[str, str] = {ReturnedTo.GRASSROOTS: "G", ReturnedTo.TOWNSHIP: "T", ReturnedTo.COUNTY: "C"}


class Decision(models.TextChoices):
    """What an opinion says."""

    APPROVE = "approve", "同意"
    RETURN = "return", "退回"
    REFUSE = "refuse", "不予认定"


class Opinion(Scoped):
    """One opinion box of 附件2, sealed with person, post, union and time. It cannot be edited or deleted (trigger).

    Whether it still stands is said by its transition (superseded, taken back).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    transition = models.OneToOneField(Transition, models.PROTECT, related_name="opinion")
    step = CodeField("approval_step", verbose_name="意见栏")
    decision = models.CharField("意见", max_length=8, choices=Decision.choices)
    text = models.CharField("意见内容", max_length=1000)
    rule = CodeField("exclusion", verbose_name="依据条款", blank=True)
    returned_to = models.CharField("退回到", max_length=12, choices=ReturnedTo.choices, blank=True)
    signed_on = models.DateField("日期", default=clock.today)
    sealed_at = models.DateTimeField("盖章（电子记录）时间", default=clock.now)
    by_user = models.ForeignKey(User, models.PROTECT, related_name="+")
    by_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    by_org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=50)
    by_post_label = models.CharField(max_length=60)
    by_org_name = models.CharField(max_length=100)
    # The verified circumstances that were decided on.
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.step} {self.decision}"

    @property
    def stands(self) -> bool:
        """Whether the opinion has been neither superseded nor taken back.

        The mark of a superseded step is never unset; when the return that set it was itself taken back, the opinion
        stands again. One query, and only for marked opinions.
        """
        if self.transition.taken_back:
            return False
        if not self.transition.superseded:
            return True
        later = Transition.objects.filter(case_id=self.case_id, id__gt=self.transition_id, taken_back=False)
        floors = later.filter(to_state__in=("returned", "submitted")).values_list("returned_to", flat=True)
        return not any(BOXES.index(FLOOR.get(to, "G")) <= BOXES.index(self.step) for to in floors)


guards.guard(
    guards.Trigger(
        name="approvals_sealed",
        table="approvals_opinion",
        when="BEFORE UPDATE OR DELETE",
        body="RAISE EXCEPTION 'a sealed opinion cannot change' USING ERRCODE = '23514';",
    )
)
