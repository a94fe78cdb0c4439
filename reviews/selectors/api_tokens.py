"""Tokens as people see them."""

from django.db.models import QuerySet

from reviews.models import ApiToken, User


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """What this person may see: own tokens, an administrator everybody's. The newest first."""
    rows = ApiToken.objects.select_related("owner").order_by("-created_at", "-pk")
    return rows if user.has_perm("reviews.administer_portal") else rows.filter(owner=user)
