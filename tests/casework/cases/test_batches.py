"""Two people press at once on the same households: nobody's press fails, none is doubled."""

import threading

from django.db import connections

from bangfu.casework.cases.models import Case, Transition
from bangfu.foundations.privacy.scope import scoped
from tests.factories.approvals import make_ready
from tests.factories.client import PostClient


def test_two_batches_over_the_same_cases_in_opposite_order_both_get_an_answer(real_database, world, monkeypatch):
    monkeypatch.setattr("tests.factories.client.set_scope", lambda *a, **k: None)

    with scoped(nation=True):
        chairs = [world.by("chair"), world.appoint("chair", world.textile)]
        cases = [make_ready(world.by("officer"), name=f"示例{n}一") for n in range(6)]
    answers: list[int] = []
    barrier = threading.Barrier(2)

    def press(by, ordered) -> None:
        client = PostClient(by)
        data = {"household": [str(case.id) for case in ordered], "text": "同意", "no_kinship": "on"}
        data |= {f"version-{case.id}": str(case.version) for case in ordered}
        barrier.wait()
        answers.append(client.press("/approvals/batch/", data).status_code)
        connections.close_all()

    threads = [
        threading.Thread(target=press, args=(by, ordered))
        for by, ordered in zip(chairs, (cases, cases[::-1]), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scoped(nation=True):
        assert answers == [200, 200]
        assert set(Case.objects.values_list("state", flat=True)) == {"at_township"}
        assert Transition.objects.filter(step="opine_grassroots").count() == 6
