"""Critics' probes of the kinds that are asked at intake. Their words are the catalogue's."""

from reviews.domain.intake.questions import Kind, Question
from reviews.domain.intake.rules import AsksFor
from reviews.domain.texts import gettext_noop as _

_ATTRIBUTES = "attribute_inference"
_FACES = "face_recognition"
_FINDING = "face_detection"
_VOICE = "voice"
_MEDIA = "media"
_ALL = (_ATTRIBUTES, _FACES, _FINDING, _VOICE, _MEDIA)


def _probe(
    code: str, label: str, families: tuple[str, ...], *serves: str, hint: str = ""
) -> Question:
    return Question(
        code,
        label,
        Kind.YES_NO_UNKNOWN,
        hint=hint,
        why=_(
            "Critics of such systems ask this. A yes does not refuse the case; it brings a closer"
            " review."
        ),
        shown=AsksFor(families),
        material=True,
        serves=serves,
    )


PROBES = (
    _probe(
        "P01",
        _(
            "Does the system claim to detect an inner state, such as a feeling, an intention or a"
            " trait?"
        ),
        (_ATTRIBUTES,),
        "A3.2",
    ),
    _probe(
        "P05",
        _(
            "Could neurodivergent people or people with facial differences be read less well, or be"
            " unable to opt out without a penalty?"
        ),
        (_ATTRIBUTES, _FACES),
        "F1.1",
        "F1.2",
        "I1",
    ),
    _probe(
        "P06",
        _("Is the output used outside an experiment with informed volunteers, in a live decision?"),
        (_ATTRIBUTES,),
        "A2.2",
        "A3.7",
    ),
    _probe(
        "P08",
        _("Is a legally protected trait inferred, or does something act as a proxy for one?"),
        (_ATTRIBUTES, _FACES, _VOICE),
        "F1",
        "F2",
        "PS1",
    ),
    _probe(
        "P09",
        _("Can any output delay, price or refuse a service for a person?"),
        (_ATTRIBUTES, _FACES, _VOICE),
        "F2",
        "A2.2",
        "T1",
    ),
    _probe(
        "P10",
        _(
            "Does output count towards hiring, insurance, pain assessment, grades, credit or"
            " benefits?"
        ),
        (_ATTRIBUTES,),
        "A2.2",
        "F2",
    ),
    _probe(
        "P11",
        _("Does a law or a ban restrict this kind of use in the place or setting where it runs?"),
        (_ATTRIBUTES, _FACES, _VOICE),
        "A2.1",
    ),
    _probe(
        "P12",
        _(
            "Does it read participants of a call or meeting, including people outside the buying"
            " organisation?"
        ),
        (_ATTRIBUTES, _FACES, _VOICE, _MEDIA),
        "A2.2",
        "T3",
        "PS1",
    ),
    _probe(
        "P13",
        _("Is it used on staff, applicants, pupils or exam takers?"),
        (_ATTRIBUTES, _FACES, _VOICE),
        "A2.1",
        "A2.2",
    ),
    _probe(
        "P14",
        _("Is output used to persuade, price or target a person?"),
        (_ATTRIBUTES, _VOICE),
        "A2.2",
        "T2",
    ),
    _probe(
        "P16",
        _(
            "Is a police, immigration, intelligence or military body a user, funder or data"
            " recipient,"
            " even later?"
        ),
        _ALL,
        "A2.1",
        "A2.2",
        "RS3.3",
    ),
    _probe(
        "P17",
        _("Is the end use defence, border or detention?"),
        _ALL,
        "A2.1",
        "A2.2",
    ),
)
"""Probes of the kinds that are asked at intake. P20 is not asked: the purpose of the scenarios
answers it."""
