"""Queueing."""

from django.db import transaction
from procrastinate.contrib.django import app


def later(task: str, **ids: int | str) -> None:
    """Queue the task called `room.verb` when the current transaction commits. Only ids, never personal data."""
    transaction.on_commit(lambda: app.configure_task(task).defer(**ids))
