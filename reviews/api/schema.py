"""The description of the API in OpenAPI 3.1, made of the resources themselves."""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import django_filters
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from reviews.api.base import LARGEST_PAGE, SIZE, UUID, Resource
from reviews.api.problems import MEDIA_TYPE, TITLES
from reviews.api.shapes import Shape

JSON = "application/json"
WRITES = {"POST", "PUT"}

_KEYS: Mapping[str, dict[str, Any]] = {
    "uid": {"type": "string", "format": "uuid", "pattern": f"^{UUID}$"},
    "question": {"type": "string", "format": "uuid", "pattern": f"^{UUID}$"},
    "reference": {"type": "string", "pattern": "^RAI-[0-9]{4}-[0-9]{6,9}$"},
    "seq": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
    "position": {"type": "integer", "minimum": 0, "maximum": 9999},
    "page": {"type": "string", "pattern": "^[a-z_]+(?::[0-9a-f-]+)?$"},
    "slug": {"type": "string", "pattern": "^[-a-z0-9]+$"},
}
_WORD = {"type": "string"}
_DAY = {"type": "string", "format": "date"}


class Error(serializers.Serializer):
    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901), or the parameter's name.")
    detail = serializers.CharField()
    code = serializers.CharField()


class Problem(serializers.Serializer):
    """RFC 9457. ``code`` is stable; ``title`` and ``detail`` are for people."""

    type = serializers.CharField(help_text="urn:rai-portal:problem: and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.ChoiceField([(code, code) for code in sorted(TITLES)])
    instance = serializers.CharField(help_text="Path of the request.")
    errors = Error(many=True)


class ApiSchema(AutoSchema):
    """What one operation takes, gives and refuses, read off the resource and its handler."""

    view: Resource

    def get_operation_id(self) -> str:
        return f"{self.view.basename}_{self.view.action}".replace("-", "_")

    def get_tags(self) -> list[str]:
        return [str(self.view.basename)]

    def get_summary(self) -> str:
        return self._words().split("\n\n")[0].split(". ")[0].rstrip(".")

    def get_description(self) -> str:
        about = re.sub(r"\s+", " ", (type(self.view).__doc__ or "").split("\n\n")[0])
        scope = self.view.scope_of(self.method, self.view.action or "")
        return f"{self._words()}\n\n{about}\n\nScope of the token: `{scope.value}`."

    def get_auth(self) -> list[dict[str, Any]]:
        return [{"token": [self.view.scope_of(self.method, self.view.action or "").value]}]

    def get_request_serializer(self) -> Any:
        return self._described[0]

    def get_response_serializers(self) -> Any:
        _takes, gives, status, listed, _versioned = self._described
        answers: dict[Any, Any] = {}
        if self.view.action == "content":
            answers[(200, "application/octet-stream")] = {"type": "string", "format": "binary"}
        elif self.view.action == "availability":
            answers[(200, JSON)] = {"type": "object", "additionalProperties": True}
        else:
            one = self._ref(gives or self.view.serializer_class)
            answers[(status, JSON)] = self._many(one, listed=listed)
        for code in self._refusals():
            answers[(code, MEDIA_TYPE)] = self._ref(Problem)
        return answers

    # Inside -----------------------------------------------------------------------------------

    @property
    def _handler(self) -> Any:
        return getattr(self.view, self.view.action or "")

    @property
    def _described(self) -> tuple[Any, Any, int, bool, bool]:
        return getattr(self._handler, "described", (None, None, 200, False, False))

    def _words(self) -> str:
        lines = (self._handler.__doc__ or "").strip().splitlines()
        return "\n".join(line.strip() for line in lines).replace("``", "`")

    def _ref(self, shape: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.resolve_serializer(shape, "response").ref
        return found

    def _many(self, one: dict[str, Any], *, listed: bool) -> dict[str, Any]:
        if self.view.action != "list" and not listed:
            return one
        rows = {"type": "array", "items": one}
        if listed:
            return {"type": "object", "properties": {"results": rows}, "required": ["results"]}
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"results": rows, "next": link, "previous": link}
        return {"type": "object", "properties": properties, "required": list(properties)}

    def _refusals(self) -> list[int]:
        """Only what can occur."""
        found = {400, 401, 403, 406, 429}
        if "{" in self.path:
            found.add(404)
        if self.method in WRITES:
            found |= {404, 409, 413, 415, 422}
        if self._described[4]:
            found |= {412, 428}
        return sorted(found)

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def _resolve_path_parameters(self, variables: Any) -> list[dict[str, Any]]:
        return [_parameter(name, "path", _KEYS[name], required=True) for name in variables]

    def _get_parameters(self) -> list[dict[str, Any]]:
        found = super()._get_parameters()
        known = self.view.known_parameters(self.method, self.view.action or "")
        filters = self.view.filterset.base_filters if self.view.filterset else {}
        for name in sorted(known):
            schema: dict[str, Any] | None
            if self.view.action == "list" and name in filters:
                schema, words = _schema_of(filters[name]), str(filters[name].label or "")
            else:
                schema, words = _shaping(name, self.view, self.method)
            if schema is not None:
                found.append(_parameter(name, "query", schema, words=words))
        if self._described[4]:
            match = {"type": "string", "pattern": r'^(\*|"[0-9]+")$'}
            words = "The ETag that was read, so that nobody's change is lost."
            found.append(_parameter("If-Match", "header", match, words=words, required=True))
        if self.method == "POST":
            key = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
            words = "The same key and body are answered alike and done once."
            found.append(_parameter("Idempotency-Key", "header", key, words=words))
        return found

    def _get_response_headers_for_code(
        self, status_code: Any, direction: Any = "response"
    ) -> dict[str, Any]:
        status = int(status_code)
        headers = {
            "RateLimit": "What is left of the minute (draft-ietf-httpapi-ratelimit-headers-10).",
            "RateLimit-Policy": "Requests in a minute.",
        }
        gives = self._described[1] or self.view.serializer_class
        if status < 300 and self.view.action == "list":
            headers["Link"] = "Next and previous page (RFC 8288)."
        elif status < 300 and "version" in getattr(getattr(gives, "Meta", None), "fields", ()):
            headers["ETag"] = "Version of the row, for If-Match."
        if status < 300 and self.method == "POST":
            headers["Idempotent-Replayed"] = "true where the answer was kept from before."
        if status == 201 and self.view.action == "create":
            headers["Location"] = "Address of what was made."
        if status in {409, 429}:
            headers["Retry-After"] = "Seconds to wait, where waiting helps."
        if status in {401, 403}:
            headers["WWW-Authenticate"] = "What is missing (RFC 6750)."
        return {
            name: {"description": words, "schema": {"type": "string"}}
            for name, words in headers.items()
        }

    def _postprocess_serializer_schema(
        self, schema: dict[str, Any], serializer: Any, direction: Any
    ) -> dict[str, Any]:
        """``?fields=`` leaves out what it likes; what must be unfolded is not always there."""
        schema = super()._postprocess_serializer_schema(schema, serializer, direction)
        if type(serializer).__doc__ is None:  # else the words of the class above
            schema.pop("description", None)
        if isinstance(serializer, Shape):
            own = {shape.serializer_class for shape in _all(Resource)}
            left_out = set(getattr(serializer.Meta, "expandable", ()))
            required = set(schema["properties"]) - left_out
            schema["required"] = [] if type(serializer) in own else sorted(required)
            if not schema["required"]:
                del schema["required"]
            _allow_blank(schema, serializer)
        return schema


def _all(kind: Any) -> Iterator[Any]:
    for one in kind.__subclasses__():
        yield one
        yield from _all(one)


def _allow_blank(schema: dict[str, Any], serializer: Any) -> None:
    """A choice that a row may leave empty reads as an empty text."""
    columns = {one.name: one for one in serializer.Meta.model._meta.fields}
    for name, of_field in schema["properties"].items():
        if "enum" in of_field and getattr(columns.get(name), "blank", False):
            of_field["enum"] = [*dict.fromkeys([*of_field["enum"], ""])]


def _parameter(
    name: str, place: str, schema: Mapping[str, Any], *, words: str = "", required: bool = False
) -> dict[str, Any]:
    found = {"name": name, "in": place, "schema": dict(schema), "description": words}
    return {**found, "required": True} if required else found


def _shaping(name: str, view: Resource, method: str) -> tuple[dict[str, Any] | None, str]:
    """Paging, fields, unfolding, and what the resource names itself."""
    meta = getattr(view.serializer_class, "Meta", None)
    unfolded = [*getattr(meta, "expandable", ())]
    fields = [one for one in getattr(meta, "fields", ()) if one not in unfolded]
    if name == "limit":
        schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": SIZE}
        return schema, "Rows of a page."
    if name == "cursor":
        return _WORD, "From `next` or `previous` of a page."
    if name in {"fields", "expand"}:
        known = fields if name == "fields" else unfolded
        if view.action not in {"list", "retrieve"} or not known:
            return None, ""
        words = "|".join(known)
        schema = {"type": "string", "pattern": f"^({words})(,({words}))*$"}
        return schema, "Names, with commas between." if name == "fields" else "To be unfolded."
    if name == "on":
        return _DAY, "The day it is asked for; today where it is left out."
    return _WORD, "A fact, or `unknown`."


def _schema_of(one: django_filters.Filter) -> dict[str, Any]:
    choices = one.extra.get("choices")
    values = [] if choices is None or callable(choices) else [str(key) for key, _label in choices]
    word = {"type": "string", "enum": values} if values else dict(_WORD)
    if isinstance(one, django_filters.MultipleChoiceFilter):
        return {"type": "array", "items": word}
    if isinstance(one, django_filters.DateFilter):
        return dict(_DAY)
    if isinstance(one, django_filters.NumberFilter):
        return {"type": "integer", "minimum": 0, "maximum": 10_000}
    if isinstance(one, django_filters.UUIDFilter):
        return {"type": "string", "format": "uuid"}
    return word


# The whole document -------------------------------------------------------------------------------

_SAMPLES = {"date": "2023-06-30", "date-time": "2023-06-16T09:00:00Z", "binary": "…"}
_SAMPLES |= {"uuid": "00000000-0000-4000-8000-000000000000", "uri": "https://portal.example/"}
_NAMED = {
    "reference": "RAI-2023-000042",
    "use_case": "RAI-2023-000042",
    "username": "requester",
    "owner": "requester",
    "verifier": "lead",
    "slug": "emotion",
    "capability": "emotion",
    "time_zone": "UTC",
    "country": "US",
}


def finished(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Hook of the generator: an example of every body and answer, and no marks of its own."""
    shapes = result["components"]["schemas"]
    for shape in shapes.values():
        for of_field in shape.get("properties", {}).values():
            of_field.pop("x-spec-enum-id", None)
    for path in result["paths"].values():
        for spoken in path.values():
            bodies = [spoken.get("requestBody", {}), *spoken["responses"].values()]
            for body in bodies:
                for of_type in body.get("content", {}).values():
                    of_type.setdefault("example", _example(of_type["schema"], shapes))
            for status, answer in spoken["responses"].items():
                if MEDIA_TYPE in answer.get("content", {}):
                    spoken["responses"][status] = _refusal(int(status), answer, result)
    return result


def _refusal(status: int, answer: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Refusals are alike in all operations: written once, referred to elsewhere."""
    name = _CODES[status].title().replace("_", "")
    example = _problem(status)
    answer["content"][MEDIA_TYPE]["example"] = example
    answer["description"] = example["title"]
    result["components"].setdefault("responses", {})[name] = answer
    return {"$ref": f"#/components/responses/{name}"}


_CODES = {
    400: "bad_input",
    401: "not_authenticated",
    403: "not_permitted",
    404: "not_found",
    406: "not_acceptable",
    409: "state_conflict",
    412: "stale_version",
    413: "content_too_large",
    415: "unsupported_media_type",
    422: "incomplete",
    428: "precondition_required",
    429: "too_many_requests",
}


def _problem(status: int) -> dict[str, Any]:
    code = _CODES[status]
    return {
        "type": f"urn:rai-portal:problem:{code}",
        "title": str(TITLES[code]),
        "status": status,
        "detail": "What happened, and what to do next.",
        "code": code,
        "instance": "/api/v1/use-cases/",
        "errors": [],
    }


def _example(schema: Mapping[str, Any], shapes: Mapping[str, Any], name: str = "") -> Any:
    if "$ref" in schema:
        return _example(shapes[schema["$ref"].rpartition("/")[2]], shapes)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return _example(schema[several][0], shapes, name)
    for given in ("example", "default"):
        if given in schema:
            return schema[given]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        of_fields = schema.get("properties", {}).items()
        return {field: _example(one, shapes, field) for field, one in of_fields}
    if kind == "array":
        return [_example(schema["items"], shapes, name)]
    if kind == "string":
        return _SAMPLES.get(schema.get("format", ""), _NAMED.get(name, "words"))
    return {"integer": 1, "number": 1, "boolean": True}.get(str(kind), {})


@functools.cache
def document() -> dict[str, Any]:
    """The whole description, in English."""
    with translation.override("en"):
        found: dict[str, Any] = SchemaGenerator(urlconf="rai_portal.urls").get_schema(public=True)
    return found
