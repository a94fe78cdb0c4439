"""Submissions as they were filed, and the files that back the answers."""

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.base import Resource, operation, writes
from reviews.api.shapes import Input, Seen, Shape
from reviews.models import Evidence, Submission, UseCase
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_edit
from reviews.selectors import of_case
from reviews.services import evidence


class FilingShape(Shape):
    """``answers`` by page; ``digest``: SHA-256 of what was frozen."""

    use_case = serializers.CharField(source="use_case.reference")

    class Meta:
        model = Submission
        fields = (
            "uid",
            "use_case",
            "number",
            "answers",
            "evidence",
            "gate",
            "digest",
            "submitted_at",
            "submitted_on",
        )
        read_only_fields = fields


class Submissions(Resource):
    """Everything that was filed; it never changes."""

    serializer_class = FilingShape
    filterset = of_case.OfCaseFilter
    order = "-submitted_at"

    def get_queryset(self) -> QuerySet[Submission]:
        return of_case.submissions(self.request.user)


class EvidenceShape(Shape):
    """``digest``: SHA-256 of the bytes; ``size``: how many there are."""

    use_case = serializers.CharField(source="use_case.reference")

    class Meta:
        model = Evidence
        fields = ("uid", "use_case", "name", "title", "media_type", "size", "digest", "added_at")
        read_only_fields = fields


class EvidenceInput(Input):
    use_case = Seen("reference", queryset=UseCase.objects.all())
    file = serializers.FileField(use_url=False)
    title = serializers.CharField(max_length=300, allow_blank=True, default="")


class Bytes(JSONRenderer):
    """Whatever was asked for is fine: the file says what it is. Problems stay JSON."""

    media_type = "*/*"
    format = "bytes"


class EvidenceFiles(Resource):
    """Files that back answers and verdicts."""

    serializer_class = EvidenceShape
    filterset = of_case.OfCaseFilter
    order = "-added_at"
    parser_classes = (MultiPartParser,)

    def get_queryset(self) -> QuerySet[Evidence]:
        return of_case.evidence(self.request.user)

    @operation(EvidenceInput, status=201)
    @writes
    def create(self, request: Request) -> Response:
        """Add a file to a use case, as ``multipart/form-data``."""
        said = self.given(EvidenceInput)
        require(can_edit(request.user, said["use_case"]))
        file = said["file"]
        row = evidence.add(
            said["use_case"],
            name=file.name or "",
            declared=file.content_type or "",
            content=file,
            title=said["title"],
            **self.actor,
        )
        return self.answer(row, status=201)

    @action(detail=True, methods=["get"], renderer_classes=(Bytes,))
    def content(self, request: Request, uid: str) -> HttpResponseBase:
        """The bytes, as an attachment."""
        row = self.get_object()
        if not row.file.name or not row.file.storage.exists(row.file.name):
            raise Http404
        answer = FileResponse(
            row.file.open("rb"),
            as_attachment=True,
            filename=row.name,
            content_type="application/octet-stream",
        )
        answer["Cache-Control"] = "private, no-store"
        return answer
