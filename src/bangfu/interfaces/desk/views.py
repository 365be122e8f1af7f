"""The desk and the page of a case."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render

from bangfu.casework.cases import queries
from bangfu.casework.cases.access import visible_to


@login_required
def home(request):
    """My tasks by whose turn it is."""
    cases = queries.awaiting(request.acting)[:50] if request.acting else []
    return render(request, "desk/home.html", {"cases": cases})


@login_required
def case(request, case_id: int):
    """The whole case on one page."""
    found = get_object_or_404(visible_to(request.acting).with_everything_for_list(), pk=case_id)
    return render(request, "desk/case.html", {"case": found})
