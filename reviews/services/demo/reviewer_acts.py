"""What reviewers say of themselves, and to each other beside the verdicts."""

from reviews.models import ChecklistItem, Thread
from reviews.services import conversations, reviewers
from reviews.services.conversations import Place
from reviews.services.demo.story import Step
from reviews.services.demo.world import World


def know(world: World, step: Step) -> None:
    """What the reviewer of this story knows well: capabilities by slug."""
    person = world.person(step.key)
    known = [world.capabilities[slug] for slug in step.story["knows"]]
    reviewers.set_expertise(person, capabilities=known, by=person, **step.when)


def go_away(world: World, step: Step) -> None:
    person = world.person(step.key)
    first, last = step.given["first"], step.given["last"]
    reviewers.set_absence(person, first_on=first, last_on=last, by=person, **step.when)


def declare(world: World, step: Step) -> None:
    """A conflict of interest with a team."""
    person, team = world.person(step.key), world.teams[step.given["team"]]
    reason = step.given["reason"]
    reviewers.declare_conflict(person, reason=reason, team=team, by=person, **step.when)


def say(world: World, step: Step) -> None:
    """A comment on an item, into the thread that is open there, else into a new one."""
    review = world.review(step.key)
    items = ChecklistItem.objects.filter(review=review).select_related("requirement", "probe")
    about = {one.code: one for one in items}[step.given["item"]]
    thread = Thread.objects.filter(review=review, item=about, resolved_at__isnull=True).first()
    place = Place(review, about, thread)
    text = step.given["text"]
    conversations.post(place, text=text, version=0, by=world.person(step.by), **step.when)


def settle(world: World, step: Step) -> None:
    """The thread of the case that is still open is resolved."""
    thread = Thread.objects.get(review=world.review(step.key), resolved_at__isnull=True)
    conversations.resolve(thread, by=world.person(step.by), **step.when)
