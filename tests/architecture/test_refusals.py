"""What refuses says so in words that can be translated."""

import ast
from pathlib import Path

import pytest

REFUSING = {
    "BadInput",
    "DomainError",
    "Incomplete",
    "NotPermitted",
    "StaleVersion",
    "StateConflict",
    "TransitionNotAllowed",
    "no",
}
MODULES = sorted(
    path
    for path in Path("reviews").rglob("*.py")
    if "migrations" not in path.parts and "management" not in path.parts
)


def _texts(node):
    """Literal texts of an expression that nothing marks; an empty one says nothing."""
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        return [node]
    return [node] if isinstance(node, ast.Constant) and node.value else []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_refusal_is_written_in_one_language_only(path):
    bare = [
        found.lineno
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in REFUSING and call.args
        for found in _texts(call.args[0])
    ]
    assert bare == [], f"{path}: put gettext(...) around the text of lines {bare}"
