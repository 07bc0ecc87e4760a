from django.urls import URLPattern, URLResolver, include, path

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("people.accounts.urls")),
    path("", include("people.factors.urls")),
    path("", include("people.passkeys.urls")),
    path("", include("people.sessions.urls")),
    path("", include("people.guests.urls")),
    path("", include("people.roles.urls")),
    path("", include("people.approvals.urls")),
    path("", include("people.delegations.urls")),
    path("", include("people.duties.urls")),
    path("", include("people.asks.urls")),
    path("", include("people.standing.urls")),
    path("", include("people.staffsessions.urls")),
]
