"""The one thing of this room that is edited while it runs: the working-day calendar."""

from django.db import models


class Holiday(models.Model):
    """A day that differs from the rule of the week, or a day off on a week-end that the notice names.

    From the yearly 国务院办公厅 notice on holidays: days off, and week-end days worked in exchange. A year without any
    row is unknown: the rule of the week is used, with a visible warning.
    """

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班", default=False)
    name = models.CharField("名称", max_length=40)
    source = models.CharField("依据", max_length=200)

    class Meta:
        ordering = ["date"]

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.name}{'（上班）' if self.is_workday else ''}"
