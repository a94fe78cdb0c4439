"""``manage.py show_workflow``: draw the table of states into the documentation."""

from collections.abc import Iterator

from reviews.domain.enums import Action, Party, State
from reviews.domain.workflow import TRANSITIONS
from reviews.management.drawings import DrawingCommand

BEGIN, END = "<!-- workflow:begin -->", "<!-- workflow:end -->"
DRAWING = """\
{begin}
<!-- Drawn by `manage.py show_workflow` from reviews/domain/workflow.py. Do not edit by hand. -->

```mermaid
{mermaid}
```

{table}
{end}"""


class Command(DrawingCommand):
    help = """\
Draw the states of a use case, as the code holds them, into docs/architecture.md between
the markers <!-- workflow:begin --> and <!-- workflow:end -->. Does nothing where the
drawing is up to date.

Examples:
  manage.py show_workflow            write the drawing into the documentation
  manage.py show_workflow --check    exit 1 when the documentation differs
  manage.py show_workflow --print    print the drawing only"""

    subject, begin, end = "Workflow", BEGIN, END

    def drawing(self) -> str:
        return draw()


def draw() -> str:
    """The part of the document between the markers, markers included."""
    return DRAWING.format(begin=BEGIN, end=END, mermaid="\n".join(mermaid()), table=table())


def mermaid() -> Iterator[str]:
    """A state diagram; arrows between the same two states share one line."""
    yield "stateDiagram-v2"
    for state in State:
        yield f"    {state.value}: {state.label}"
    yield f"    [*] --> {State.DRAFT.value}"
    labels: dict[tuple[State, State], list[str]] = {}
    for (source, action), arrow in TRANSITIONS.items():
        labels.setdefault((source, arrow.to), []).append(_words(action))
    for (source, target), words in labels.items():
        yield f"    {source.value} --> {target.value}: {', '.join(words)}"


def table() -> str:
    """Who may do what, from which state, and where it leads."""
    lines = ["| from | action | by | to |", "|---|---|---|---|"]
    for (source, action), arrow in TRANSITIONS.items():
        who = ", ".join(_who(party) for party in Party if party in arrow.parties)
        lines.append(f"| {source.label} | {_words(action)} | {who} | {arrow.to.label} |")
    return "\n".join(lines)


def _words(action: Action) -> str:
    return action.value.replace("_", " ")


def _who(party: Party) -> str:
    return "the portal" if party is Party.SYSTEM else party.value.replace("_", " ")
