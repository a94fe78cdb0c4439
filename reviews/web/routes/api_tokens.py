"""A person's tokens of the API."""

from django.urls import path

from reviews.web.views import api_tokens

urlpatterns = [
    path("accounts/tokens/", api_tokens.tokens, name="api_tokens"),
    path("accounts/tokens/<uuid:uid>/revoke/", api_tokens.revoke, name="api_token_revoke"),
]
