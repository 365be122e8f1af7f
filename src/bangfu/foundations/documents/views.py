"""The only way to an attachment."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from bangfu.foundations.documents import actions
from bangfu.foundations.documents.access import visible_to


@login_required
def show(request, pk: int):
    """An attachment, decrypted, to whoever may see its case and, above the filing union, has said why; logged, never cached."""
    attachment = get_object_or_404(visible_to(request.acting), pk=pk)
    actions.open_for(attachment, by=request.acting)
    response = HttpResponse(actions.read(attachment), content_type=attachment.mime)
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(attachment.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
