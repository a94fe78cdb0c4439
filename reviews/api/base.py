"""What every resource of the API does alike: scope, clock, parameters, pages, versions, keys."""

import hmac
import json
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from reviews.api.problems import Problem
from reviews.api.shapes import Chosen
from reviews.domain.enums import Scope
from reviews.domain.errors import BadInput
from reviews.models import ApiToken, KeptResponse, User
from reviews.permissions.rulings import YES, Ruling, require
from reviews.selectors import paging
from reviews.selectors.exporting.resources import Reader

UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
"""As a key stands in an address."""
LARGEST_PAGE = 200
SIZE = 50
_SHAPING = ("fields", "expand")
_PAGING = ("limit", "cursor")


def anybody(user: User) -> Ruling:
    """Everybody reads what they see."""
    return YES


class Resource(GenericViewSet):
    """One kind of thing. Subclasses say whose rows, which shape, which scope.

    ``order`` names the column of the keyset: ``-updated_at`` newest first, ``name`` by name.
    ``parameters``: query parameters besides those of the filter, of paging and of shaping.
    """

    read_scope: ClassVar[Scope] = Scope.USE_CASES_READ
    write_scope: ClassVar[Scope] = Scope.USE_CASES_WRITE
    write_scopes: ClassVar[Mapping[str, Scope]] = {}
    """Of the actions that want another one."""
    may: ClassVar["staticmethod[[User], Ruling]"] = staticmethod(anybody)
    """Who may read this kind of thing at all."""
    filterset: ClassVar[type[django_filters.FilterSet] | None] = None
    order: ClassVar[str] = "-created_at"
    paged: ClassVar["staticmethod[..., paging.Page] | None"] = None
    """How pages follow each other, where neither moments nor names order the rows."""
    parameters: ClassVar[Mapping[str, Sequence[str]]] = {}
    lookup_field = "uid"
    lookup_value_regex = UUID

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        set_clock(request)
        self._check_scope(request)
        require(self.may(request.user))
        self._check_parameters(request)
        if not _is_upload(request):
            _ = request._request.body  # refused here where it is too large

    def finalize_response(self, request: Request, response: Any, *args: Any, **kw: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kw)
        for name, value in getattr(request._request, "rate_headers", {}).items():
            response.headers[name] = value
        return response

    # Reading ----------------------------------------------------------------------------------

    def list(self, request: Request) -> Response:
        """Rows that the caller may see, page by page."""
        rows = self.filtered(self.get_queryset())
        cursor = request.query_params.get("cursor", "")
        usual = paging.newest_first if self.order.startswith("-") else paging.by_name
        ordered = type(self).paged or usual
        page = ordered(rows, self.order.lstrip("-"), cursor=cursor, size=_limit(request))
        links = {"next": self._address(page.next), "previous": self._address(page.previous)}
        body = {"results": self.shown(page.rows, many=True), **links}
        written = [f'<{address}>; rel="{name}"' for name, address in links.items() if address]
        return Response(body, headers={"Link": ", ".join(written)} if written else {})

    def retrieve(self, request: Request, **key: str) -> Response:
        """One row; its ``ETag`` is what ``If-Match`` takes for a change."""
        return self.answer(self.get_object())

    def filtered(self, rows: QuerySet) -> QuerySet:
        """Under the filter of the page's list. Raises ``BadInput`` naming the parameter."""
        asked = set(self.request.query_params) - {*_PAGING, *_SHAPING}
        if self.filterset is None or not asked:  # reading the choices would cost a query
            return rows
        filters = self.filterset(self.request.query_params, queryset=rows, request=self.request)
        if not filters.form.is_valid():
            pointers = {
                f"/{name}": " ".join(map(str, e)) for name, e in filters.form.errors.items()
            }
            raise Problem(400, "bad_input", " ".join(pointers.values()), pointers=pointers)
        return filters.qs

    def shown(self, row: Any, *, many: bool = False) -> Any:
        """In the shape of this resource, with the fields that were asked for."""
        return self.get_serializer(row, many=many).data

    @property
    def chosen(self) -> Chosen:
        """Which fields the caller wants, and what is to be unfolded."""
        return Chosen.read(self.request.query_params if self.request else {})

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "chosen": self.chosen}

    def answer(self, row: Any, *, status: int = 200, **headers: str) -> Response:
        """One row with its version as ``ETag``."""
        data = self.shown(row)
        if "version" in data:
            headers["ETag"] = f'"{data["version"]}"'
        return Response(data, status=status, headers=headers)

    # Writing ----------------------------------------------------------------------------------

    def given(self, shape: type[Serializer]) -> dict[str, Any]:
        """The body of the request in this shape. Raises DRF's error naming each field."""
        _check_plain(self.request.data)
        body = shape(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return body.validated_data

    @property
    def reader(self) -> Reader:
        """Who reads, and when."""
        return Reader(self.request.user, self.request.now, self.request.today)

    @property
    def actor(self) -> dict[str, Any]:
        """Who acts, when: what every service asks for."""
        return {"by": self.request.user, "at": self.request.now, "on": self.request.today}

    def check_version(self, version: int) -> None:
        """``If-Match`` must name this version. Raises 428 without it, 412 for another.

        Ask it under the lock, so that nobody changes the row between the check and the change.
        """
        given = self.request.headers.get("If-Match", "").strip()
        if not given:
            raise Problem(
                428,
                "precondition_required",
                _("Send If-Match with the ETag that you read, so that nobody's change is lost."),
            )
        if given != "*" and f'"{version}"' not in [one.strip() for one in given.split(",")]:
            raise Problem(
                412,
                "stale_version",
                _("It was changed since you read it; it is at version %(version)d now. Read again.")
                % {"version": version},
            )

    @classmethod
    def scope_of(cls, method: str, action: str) -> Scope:
        """What a token needs for this action."""
        if method in {"GET", "HEAD"}:
            return cls.read_scope
        return cls.write_scopes.get(action, cls.write_scope)

    @classmethod
    def known_parameters(cls, method: str, action: str) -> set[str]:
        """The names that the query of this action may hold."""
        known = {*cls.parameters.get(action, ())}
        if method in {"GET", "HEAD"}:
            known |= {*_SHAPING}
        if action == "list":
            known |= {*_PAGING, *(cls.filterset.base_filters if cls.filterset else {})}
        return known

    # Inside -----------------------------------------------------------------------------------

    def _check_scope(self, request: Request) -> None:
        wanted = self.scope_of(request.method or "", self.action or "")
        if isinstance(request.auth, ApiToken) and wanted.value not in request.auth.scopes:
            raise Problem(
                403,
                "missing_scope",
                _("This needs a token with the scope “%(scope)s”.") % {"scope": wanted.value},
                headers={
                    "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{wanted.value}"'
                },
            )

    def _check_parameters(self, request: Request) -> None:
        known = self.known_parameters(request.method or "", self.action or "")
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise Problem(
                400, "bad_request", _("The address holds a character that names nothing.")
            )
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            words = _("The parameter “%(name)s” is not known here. Known: %(known)s.")
            names = ", ".join(sorted(known)) or _("none")
            pointers = {f"/{name}": words % {"name": name, "known": names} for name in unknown}
            raise Problem(400, "unknown_field", " ".join(pointers.values()), pointers=pointers)

    def _address(self, cursor: str) -> str | None:
        if not cursor:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")


def set_clock(request: Any) -> None:
    """Business time and day of whoever calls, as the pages' middleware sets them."""
    user: User = request.user
    ahead = getattr(user, "clock_offset", None) if settings.DEMO else None
    now: datetime = timezone.now() + (ahead or timedelta(0))
    zone = zoneinfo.ZoneInfo(getattr(user, "time_zone", "") or settings.TIME_ZONE)
    request.now, request.today = now, now.astimezone(zone).date()


def _check_plain(value: Any, pointer: str = "") -> None:
    """No text may hold a NUL or half a character: no column can hold it."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _check_plain(name, pointer)
            _check_plain(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _check_plain(inner, f"{pointer}/{place}")
    elif isinstance(value, str) and any(
        one == "\0" or "\ud800" <= one <= "\udfff" for one in value
    ):
        words = _("A text here holds a character that cannot be kept.")
        known = pointer.encode(errors="replace").decode().replace("\0", "?")
        raise Problem(400, "bad_input", words, pointers={known: words})


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(SIZE))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= LARGEST_PAGE:
        words = _("“limit” is a number from 1 to %(most)d.") % {"most": LARGEST_PAGE}
        raise Problem(400, "bad_input", words, pointers={"/limit": words})
    return int(text)


Handler = Callable[..., Response]


def operation(
    takes: type[Serializer] | None = None,
    gives: type[Serializer] | None = None,
    *,
    status: int = 200,
    listed: bool = False,
    versioned: bool = False,
) -> Callable[[Handler], Handler]:
    """What the description of the API says of a handler: its body, its answer, its status.

    ``gives``: where it is not the shape of the resource; ``listed``: many of them under
    ``results``; ``versioned``: it wants ``If-Match``.
    """

    def mark(handler: Handler) -> Handler:
        handler.described = (takes, gives, status, listed, versioned)  # type: ignore[attr-defined]
        return handler

    return mark


def writes(handler: Handler) -> Handler:
    """A handler that changes something: one transaction, and once for each ``Idempotency-Key``.

    The answer is kept in the transaction of the change, so that either both are there or neither.
    """

    @wraps(handler)
    @transaction.atomic
    def once(view: Resource, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return handler(view, request, *args, **kwargs)
        if len(key) > 200 or not key.isprintable():
            raise BadInput(_("The Idempotency-Key is at most 200 printable characters."))
        digest = _digest(request)
        kept = _kept(request, key, digest)
        if kept is not None:
            return kept
        answer = handler(view, request, *args, **kwargs)
        KeptResponse.objects.create(
            user=request.user,
            key=key,
            request_digest=digest,
            status=answer.status_code,
            headers=dict(answer.headers),
            body=json.loads(JSONRenderer().render(answer.data)),
            kept_at=timezone.now(),
        )
        return answer

    return once


@transaction.atomic
def answered_before(request: Request) -> Response | None:
    """The answer that this very request, body and all, was given under its key.

    For a handler that checks something before it comes to what ``writes`` guards.
    """
    key = request.headers.get("Idempotency-Key", "")
    return _kept(request, key, _digest(request)) if key else None


def _digest(request: Request) -> str:
    """Keyed, because a body may hold a password."""
    said = hmac.new(settings.SECRET_KEY.encode(), digestmod="sha256")
    said.update(f"{request.method} {request.get_full_path()}\n".encode())
    if not _is_upload(request):
        said.update(request._request.body)
        return said.hexdigest()
    for name, value in sorted(request.data.items()):
        said.update(f"{name}\n".encode())
        parts = value.chunks() if hasattr(value, "chunks") else [str(value).encode()]
        for part in parts:
            said.update(part)
    for file in request.FILES.values():
        file.seek(0)
    return said.hexdigest()


def _is_upload(request: Request) -> bool:
    return (request.content_type or "").startswith("multipart/form-data")


def _kept(request: Request, key: str, digest: str) -> Response | None:
    """What the same request was answered before. Raises 409 while that is not known yet."""
    with connection.cursor() as cursor:
        name = f"{request.user.pk}:{key}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        (mine,) = cursor.fetchone()
    if not mine:
        words = _("The same request is still being answered. Send it again in a moment.")
        raise Problem(409, "in_flight", words, headers={"Retry-After": "1"})
    row = KeptResponse.objects.filter(user=request.user, key=key).first()
    if row is None:
        return None
    if row.request_digest != digest:
        words = _("This Idempotency-Key was sent with another request. Use a new key for each.")
        raise Problem(422, "key_reused", words)
    headers = {**row.headers, "Idempotent-Replayed": "true"}
    return Response(row.body, status=row.status, headers=headers)
