"""The mark of the key this database was written with."""

from django.db import models


class KeyMark(models.Model):
    """One row: a digest of the data key. A start with another key stops with a plain message."""

    mark = models.CharField(max_length=32)

    def __str__(self):
        return self.mark
