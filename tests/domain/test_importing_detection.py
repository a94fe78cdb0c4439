"""What counts as speaking of a capability, sentence by sentence. All sentences are invented."""

import pytest

from reviews.domain.importing.detection import detect
from reviews.services.importing.profiles import load_profile

RULES = load_profile("omb-2024").detection


def found(*texts):
    return [hit.capability for hit in detect(texts, RULES)]


@pytest.mark.parametrize(
    ("text", "capabilities"),
    [
        ("The gate compares a rider's face one-to-one with the pass.", ["verify"]),
        ("Facial recognition confirms the identity of the account holder.", ["verify"]),
        ("Staff unlock tablets with face ID.", ["verify"]),
        ("Face matching against a watch list at the entrance.", ["identify"]),
        ("Facial recognition.", ["identify"]),
        ("Face verification (1:1), then a search of the gallery.", ["verify", "identify"]),
        ("Finds pictures of similar faces in the archive.", ["find-similar"]),
        ("Faces in the albums are grouped by person.", ["group"]),
        ("Recognises celebrities in broadcasts.", ["celebrity-recognition"]),
        ("A liveness check stops printed masks.", ["liveness"]),
        ("Emotion is read from the voice of the caller.", ["emotion"]),
        ("Facial expressions of visitors are scored for mood.", ["emotion"]),
        ("Speech sentiment of callers is shown live.", ["emotion"]),
        ("A camera classifies the gender of shoppers.", ["gender"]),
        ("The apparent age of a face decides which page is shown.", ["age"]),
        ("It detects smiles in photos of guests.", ["smile"]),
        ("A voiceprint replaces the PIN.", ["speaker-recognition"]),
        ("Voice cloning of the announcer.", ["custom-neural-voice"]),
        ("Blurs faces in street images.", ["redaction"]),
        ("Face detection counts heads at the door.", ["bounding-box"]),
        ("Facial landmarks steer the lens.", ["landmarks"]),
    ],
)
def test_a_capability_is_found(text, capabilities):
    assert found(text) == capabilities


@pytest.mark.parametrize(
    "text",
    [
        "A chat interface to surface invoices.",
        "Sentiment analysis of posts and comments.",
        "Emotions in tweets are counted by topic.",
        "Natural language processing finds the sentiment of calls from their transcripts.",
        "Voice of the customer: sentiment of survey answers, voice and chat.",
        "Speech to text for several speakers.",
        "A voice bot answers by text to speech.",
        "Voice recognition software for dictation.",
        "Licence plates are recognised by character recognition.",
        "Identity is verified by a one-time code.",
        "Verifies the identity of companies against the register.",
        "Detects persons and vehicles near the fence.",
        "Face detection (not used), object tracking.",
        "Facial recognition is not used.",
        "Redacts names in documents.",
        "A credit score that treats gender and age as features.",
        "Trends in gender classification of account holders in social media posts.",
        "Gender-neutral screening by scanner images.",
        "The grading cameras group kernels by age.",
        "Spoofing patterns in order messages.",
        "Proof of life certificates are filed.",
    ],
)
def test_words_alone_are_not_a_capability(text):
    assert found(text) == []


def test_the_passage_is_the_sentence_that_says_it():
    (hit,) = detect(["Gate", "It is old. A liveness check stops\nprinted masks. It beeps."], RULES)

    assert hit.passage == "A liveness check stops printed masks."
    assert hit.why == "It is checked that a live person is present."


def test_fields_of_one_row_are_read_together():
    assert found("Facial matching at the vault", "Gives a match or no match response") == ["verify"]
