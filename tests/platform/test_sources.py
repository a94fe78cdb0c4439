"""The checks of `make check` that no linter knows find what they are there for."""

import hashlib

import pytest

from rai_portal.launcher.sources import changed_vendor_files, inline_markup, unlocked_requirements


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ('<p style="color: red">', "inline style"),
        ("<style>p {}</style>", "inline style"),
        ("<script>go()</script>", "inline script"),
        ('<button onclick="go()">', "inline handler"),
        ('<div hx-on:click="go()">', "inline handler"),
        ('<a href="javascript:go()">', "inline handler"),
        ("{{ text|safe }}", "unsafe text"),
    ],
)
def test_inline_markup_is_found(markup, what, tmp_path):
    (tmp_path / "page.html").write_text(f"<h1>Title</h1>\n{markup}\n")
    assert list(inline_markup(tmp_path)) == [f"{tmp_path.name}/page.html:2: {what}"]


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="/static/js/a.js" defer></script>',
        '<script type="application/json">{}</script>',
    ],
)
def test_files_and_data_blocks_are_fine(markup, tmp_path):
    (tmp_path / "page.html").write_text(markup)
    assert list(inline_markup(tmp_path)) == []


def test_a_mail_may_carry_its_style_and_no_script(tmp_path):
    base = tmp_path / "reviews" / "mail" / "base.html"
    base.parent.mkdir(parents=True)
    base.write_text("<style>p {}</style>\n<script>go()</script>\n")
    found = list(inline_markup(tmp_path))
    assert found == [f"{tmp_path.name}/reviews/mail/base.html:2: inline script"]


def test_unlocked_and_unhashed_requirements_are_found(tmp_path):
    (tmp_path / "requirements.in").write_text("# why\nDjango>=5\nnew_thing\n")
    (tmp_path / "requirements.txt").write_text("django==5.2 \\\n    --hash=sha256:00\nloose==1.0\n")
    for other in ("requirements-parquet", "requirements-dev"):
        (tmp_path / f"{other}.in").write_text("-c requirements.txt\n")
        (tmp_path / f"{other}.txt").write_text("")
    assert list(unlocked_requirements(tmp_path)) == [
        "requirements.txt: new_thing is not locked: run ./portal lock",
        "requirements.txt: no hash: loose==1.0",
    ]


def test_changed_vendor_files_are_found(tmp_path):
    (tmp_path / "kept.css").write_text("a")
    (tmp_path / "edited.css").write_text("b")
    digest = hashlib.sha256(b"a").hexdigest()
    lines = [f"{digest}  {name}" for name in ("kept.css", "edited.css", "lost.css")]
    (tmp_path / "checksums.sha256").write_text("\n".join(lines) + "\n")
    assert list(changed_vendor_files(tmp_path)) == [
        "static/vendor/edited.css: missing or changed",
        "static/vendor/lost.css: missing or changed",
    ]
