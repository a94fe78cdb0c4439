"""How a form field is drawn: templates/django/forms/field.html."""

import re

from django import forms


class Shape(forms.Form):
    purpose = forms.CharField(label="Purpose", help_text="One <b>sentence</b>.")
    setting = forms.ChoiceField(
        label="Setting",
        help_text="Where it runs.",
        widget=forms.RadioSelect,
        choices=[("work", "Workplace"), ("other", "Other")],
    )
    truth = forms.BooleanField(label="This is true.")

    purpose.why = "A reviewer reads it first."


def drawn(name: str, data: dict[str, str]) -> str:
    return str(Shape(data)[name].as_field_group())


def described(html: str) -> set[str]:
    return set(" ".join(re.findall(r'aria-describedby="([^"]+)"', html)).split())


def test_hint_and_error_are_tied_to_the_field():
    html = drawn("purpose", {})

    assert described(html) == {"id_purpose_helptext", "id_purpose_error"}
    assert described(html) <= set(re.findall(r'\bid="([^"]+)"', html))
    assert 'for="id_purpose"' in html


def test_hint_is_escaped():
    assert "One &lt;b&gt;sentence&lt;/b&gt;." in drawn("purpose", {"purpose": "Greets."})


def test_why_we_ask_waits_in_a_details():
    html = drawn("purpose", {"purpose": "Greets."})

    assert re.search(r"<summary>Why we ask</summary>\s*.*A reviewer reads it first\.", html, re.S)


def test_choices_are_a_fieldset_with_a_legend():
    html = drawn("setting", {})

    assert re.search(r'<fieldset class="field field--error" aria-describedby="', html)
    assert re.search(r'<legend class="field__label">Setting</legend>', html)
    assert described(html) <= set(re.findall(r'\bid="([^"]+)"', html))


def test_a_single_box_stands_inside_its_label():
    html = drawn("truth", {"truth": "on"})

    assert re.search(
        r'<label for="id_truth"><input type="checkbox"[^>]*><span>This is true\.', html
    )
