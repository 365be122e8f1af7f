"""Attachments and print records of a case."""

from django.db import models

from bangfu.foundations.codes import clock
from bangfu.foundations.codes.fields import CodeField
from bangfu.foundations.organisations.models import Scoped, User
from bangfu.foundations.privacy.fields import EncryptedTextField


class Attachment(Scoped):
    """A scan, photo or drawn signature. `digest` = keyed digest of the plain bytes, which is also the file's name."""

    case_id = models.BigIntegerField("案件", db_index=True)
    kind = CodeField("material_kind", verbose_name="附件类型")
    # What it belongs to within the case: '' the case itself, or visits.visit:12, reviews.meeting:3 …
    place = models.CharField(max_length=60, blank=True)
    name = EncryptedTextField("附件名称", max_length=120)
    note = EncryptedTextField("备注", max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField("字节")
    mime = models.CharField(max_length=40)
    uploaded_at = models.DateTimeField(default=clock.now)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "id"]
        indexes = [models.Index(fields=["digest"], name="attachment_digest")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.id}"


class Print(Scoped):
    """That a form was printed: which, of what version, when, by whom, how many copies."""

    case_id = models.BigIntegerField("案件", db_index=True)
    form = CodeField("form", verbose_name="表格")
    version = models.PositiveIntegerField("版本", default=1)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    copy_names = models.CharField("各联", max_length=100, blank=True)
    printed_at = models.DateTimeField(default=clock.now)
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    outdated_at = models.DateTimeField("过期", null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.form} v{self.version}"
