"""The evidence of a signature, as a page and as a bundle to take along."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from compliance.undertakings import companies, evidence
from compliance.undertakings.access import get_company_undertaking, get_signature
from people.duties.templates import parts
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission


@login_required
@require_GET
@never_cache
def signature(request: SignedIn, signature_id: UUID) -> HttpResponse:
    """Who signed what, when and how; the text; what proves it."""
    found = get_signature(request.user, signature_id)
    evidence.record_opened(request.user, found, "page")
    language = "zh" if get_language() == "zh-hans" else "en"
    context = {
        "signature": found,
        "evidence": evidence.evidence_of(found),
        "parts": parts(found.template, language),
        "fingerprint": bytes(found.text_hash).hex(),
        "is_officer": has(request.user, Permission.DUTY_MANAGE),
    }
    return render(request, "compliance/undertakings/signature.html", context)


@login_required
@require_GET
@never_cache
def bundle(request: SignedIn, signature_id: UUID) -> HttpResponse:
    """The same as a file."""
    found = get_signature(request.user, signature_id)
    evidence.record_opened(request.user, found, "bundle")
    answer = HttpResponse(evidence.bundle(evidence.evidence_of(found)), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="signature-{found.pk.hex[-8:]}.zip"'
    return answer


@requires(Permission.DUTY_MANAGE)
@require_GET
@never_cache
def company(request: SignedIn, undertaking_id: UUID) -> HttpResponse:
    """What proves that a company is bound, and who of it has signed beside it."""
    found = get_company_undertaking(request.user, undertaking_id)
    shown, _held = companies.opened(found, "page")
    context = {
        "undertaking": found,
        "evidence": shown,
        "papers": [(companies.name_of(paper), bytes(paper.sha256).hex()) for paper in shown.papers],
        "digests": companies.facts_of(shown),
    }
    return render(request, "compliance/undertakings/company.html", context)


@requires(Permission.DUTY_MANAGE)
@require_GET
@never_cache
def company_bundle(request: SignedIn, undertaking_id: UUID) -> HttpResponse:
    """The same as a file, with the papers."""
    found = get_company_undertaking(request.user, undertaking_id)
    made = companies.bundle(*companies.opened(found, "bundle"))
    answer = HttpResponse(made, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="company-{found.number}.zip"'
    return answer
