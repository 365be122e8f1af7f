"""Once-tokens: what makes a second press of the same button harmless."""

from django.db import models

from bangfu.foundations.codes import clock


class OnceToken(models.Model):
    """A token that has been spent; unique in the database, swept after a day."""

    token = models.CharField(max_length=40, primary_key=True)
    spent_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self):
        return self.token
