"""Evidence in place: who may see it, as what, and under which policy."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from reviews.models import Evidence
from tests.builders import NOW, user
from tests.builders_deciding import office
from tests.builders_reviewing import in_review

pytestmark = pytest.mark.django_db
MARKUP = "<script>alert(1)</script> & more"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def people(roles, catalogue):
    return office()


def stored(people, media_type, content=b"bytes", name="file"):
    case = in_review(people).use_case
    row = Evidence(
        use_case=case,
        name=name,
        media_type=media_type,
        size=len(content),
        digest="0" * 64,
        added_by=people.requester,
        added_at=NOW,
    )
    row.file.save(name, ContentFile(content))
    return row


def view(client, person, row):
    client.force_login(person)
    answer = client.get(reverse("reviews:evidence_view", args=[row.uid]))
    if answer.streaming:
        answer.bytes = b"".join(answer.streaming_content)
        answer.close()
    return answer


def policy(answer) -> dict[str, str]:
    parts = [part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")]
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


@pytest.mark.parametrize("media_type", ["application/pdf", "image/png", "image/jpeg"])
def test_a_document_or_a_picture_is_shown_as_what_it_is(client, people, media_type):
    answer = view(client, people.reviewer, stored(people, media_type))

    assert answer["Content-Type"] == media_type
    assert not answer["Content-Disposition"].startswith("attachment")
    assert answer.bytes == b"bytes"


@pytest.mark.parametrize("media_type", ["text/plain", "text/csv"])
def test_a_text_is_drawn_as_text(client, people, media_type):
    answer = view(client, people.reviewer, stored(people, media_type, MARKUP.encode()))

    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "<script" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in answer.text


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/zip", ""])
def test_whatever_else_there_is_is_downloaded(client, people, media_type):
    row = stored(people, media_type)

    answer = view(client, people.reviewer, row)

    assert answer["Location"] == reverse("reviews:evidence_file", args=[row.uid])


@pytest.mark.parametrize("media_type", ["application/pdf", "image/png", "text/plain"])
def test_it_stands_in_a_sandbox_without_scripts_that_only_we_frame(client, people, media_type):
    answer = view(client, people.reviewer, stored(people, media_type))

    rules = policy(answer)
    assert rules["sandbox"] == ""
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'self'"
    assert "script-src" not in rules
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_only_this_answer_may_be_framed(client, people):
    row = stored(people, "application/pdf")
    client.force_login(people.reviewer)

    page = client.get(reverse("reviews:evidence_file", args=[row.uid]))

    page.close()
    assert page["X-Frame-Options"] == "DENY"


def test_a_long_text_says_that_it_goes_on(client, people):
    answer = view(client, people.reviewer, stored(people, "text/plain", b"x" * 400_001))

    assert "The file goes on" in answer.text
    assert answer.text.count("x" * 400_000) == 1


def test_a_stranger_finds_nothing_and_lost_bytes_are_none(client, people):
    row = stored(people, "text/plain")
    assert view(client, user("stranger"), row).status_code == 404
    row.file.storage.delete(row.file.name)
    assert view(client, people.reviewer, row).status_code == 404
