"""What happens around customers: register, verify, extend, apply for access, grant, end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from reviews.domain.enums import AnswerKind, DeploymentStatus, Sector
from reviews.domain.errors import BadDataFile
from reviews.models import AccessGrant, Customer, CustomerContact, Deployment, Extension
from reviews.services import access, extensions, grants, registering
from reviews.services.demo import files
from reviews.services.demo.story import Step, table
from reviews.services.demo.world import World
from reviews.services.sunset import answers, contacts, links, statuses
from reviews.services.sunset.attestations import UploadedFile


def register(world: World, step: Step) -> None:
    """The customer, and what it runs as the register was taken over."""
    story, by = step.story, world.person(step.by)
    world.customers[step.key] = registering.register_customer(
        step.key,
        is_managed=story.get("managed"),
        sector=Sector(story.get("sector", Sector.UNKNOWN)),
        country=story.get("country", ""),
        region=story.get("region", ""),
        tier=story.get("tier", ""),
        owner=world.person(story["owner"]) if "owner" in story else None,
        by=by,
        **step.when,
    )
    for number, entry in enumerate(story.get("runs", ()), start=1):
        _run(world, step, entry, minutes=number)
    for number, entry in enumerate(story.get("contacts", ()), start=1):
        _contact(world, step, entry, minutes=number)


def run(world: World, step: Step) -> None:
    """A running use that was found later."""
    _run(world, step, step.given, minutes=0)


def move(world: World, step: Step) -> None:
    """How far the customer has come, as the office learnt it."""
    statuses.set_status(
        _deployment(world, step),
        status=DeploymentStatus(step.given["status"]),
        plan=step.given.get("plan", ""),
        reason=step.given["reason"],
        by=world.person(step.by),
        **step.when,
    )


def attest(world: World, step: Step) -> None:
    """The office sets down that it has stopped, perhaps with the letter that says so."""
    said_by, stopped_on = step.given["said_by"], step.given["stopped_on"]
    letter = None
    if step.given.get("letter"):
        lines = [step.key, f"We stopped the use on {stopped_on.isoformat()}.", said_by]
        media_type, content = files.content("letter.pdf", lines)
        letter = UploadedFile("letter.pdf", media_type, content)
    statuses.attest(
        _deployment(world, step),
        said_by=said_by,
        stopped_on=stopped_on,
        reason=step.given["reason"],
        file=letter,
        by=world.person(step.by),
        **step.when,
    )


def answer_link(world: World, step: Step) -> None:
    """The customer answers through the link in a mail."""
    deployment = _deployment(world, step)
    contact = _named(deployment.customer, step.given["said_by"])
    token = links.token_for(deployment, answers.current_deadline(deployment), contact)
    given = answers.Given(
        kind=AnswerKind(step.given["kind"]),
        said_by=step.given["said_by"],
        reason=step.given.get("reason", ""),
        stopped_on=step.given.get("stopped_on"),
        until=step.given.get("until"),
    )
    link = links.read(token, at=step.at)
    if not isinstance(link, links.Link):
        raise BadDataFile(f"demo: {step.key} on {step.on}: the link is {link.value}.")
    answers.by_link(link, given, **step.when)


def contact_bounced(world: World, step: Step) -> None:
    contact = _named(world.customers[step.key], step.given["name"])
    contacts.bounce(contact, reason=step.given["reason"], by=None, **step.when)


def contact_left(world: World, step: Step) -> None:
    contact = _named(world.customers[step.key], step.given["name"])
    by, reason = world.person(step.by), step.given["reason"]
    contacts.depart(contact, reason=reason, by=by, **step.when)


def verify(world: World, step: Step) -> None:
    world.customers[step.key] = registering.verify_managed(
        world.customers[step.key],
        is_managed=step.given["managed"],
        note=step.given["note"],
        by=world.person(step.by),
        **step.when,
    )


def extend(world: World, step: Step) -> None:
    """Ask for a later last day of one running use."""
    extensions.ask(
        world.deployments[step.key, step.given["use"]],
        until=step.given["until"],
        reason=step.given["reason"],
        by=world.person(step.by),
        **step.when,
    )


def grant_extension(world: World, step: Step) -> None:
    by, reason = world.person(step.by), step.given["reason"]
    extensions.grant(_extension(world, step), reason=reason, by=by, **step.when)


def refuse_extension(world: World, step: Step) -> None:
    by, reason = world.person(step.by), step.given["reason"]
    extensions.refuse(_extension(world, step), reason=reason, by=by, **step.when)


def apply(world: World, step: Step) -> None:
    """File a Limited Access application with all the facts of the vetting form."""
    story = step.story
    customer = world.customers[story["customer"]]
    world.applications[step.key] = access.file_application(
        world.teams[story["team"]],
        customer=customer,
        capability=world.capabilities[story["capability"]],
        sector=Sector(story["sector"]),
        use_code=story.get("use", ""),
        use_description=story.get("description", ""),
        answers={**table("defaults")["vetting"], **_facts(customer, step), **story["says"]},
        by=world.person(step.by),
        **step.when,
    )


def grant(world: World, step: Step) -> None:
    access.grant(
        world.applications[step.key],
        reason=step.given["reason"],
        reverify_by=step.given["reverify_by"],
        by=world.person(step.by),
        **step.when,
    )


def deny(world: World, step: Step) -> None:
    by, reason = world.person(step.by), step.given["reason"]
    access.deny(world.applications[step.key], reason=reason, by=by, **step.when)


def withdraw_application(world: World, step: Step) -> None:
    by = world.person(step.by)
    access.withdraw_application(world.applications[step.key], by=by, **step.when)


def reverify(world: World, step: Step) -> None:
    grants.reverify(
        _grant(world, step),
        note=step.given["note"],
        next_by=step.given["next_by"],
        by=world.person(step.by),
        **step.when,
    )


def transfer(world: World, step: Step) -> None:
    grants.transfer(
        _grant(world, step),
        to=world.customers[step.given["to"]],
        reason=step.given["reason"],
        by=world.person(step.by),
        **step.when,
    )


def revoke(world: World, step: Step) -> None:
    by, reason = world.person(step.by), step.given["reason"]
    grants.revoke(_grant(world, step), reason=reason, by=by, **step.when)


def _run(world: World, step: Step, entry: Mapping[str, Any], *, minutes: int) -> None:
    deployment = registering.register_deployment(
        world.customers[step.key],
        capability=world.capabilities[entry["capability"]],
        use=entry["use"],
        in_use_since=entry.get("since"),
        time_zone=step.story.get("time_zone", "UTC"),
        by=world.person(step.by),
        **step.later(minutes),
    )
    world.deployments[step.key, entry["use"]] = deployment


def _contact(world: World, step: Step, entry: Mapping[str, Any], *, minutes: int) -> None:
    """Whom to write to; ``confirmed``: the owner made sure at once."""
    of = world.deployments[step.key, entry["use"]] if "use" in entry else None
    by = world.person(step.by)
    contact = contacts.add(
        world.customers[step.key],
        name=entry["name"],
        email=entry["email"],
        time_zone=step.story.get("time_zone", "UTC"),
        deployment=of,
        by=by,
        **step.later(minutes + 20),
    )
    if entry.get("confirmed"):
        contacts.confirm(contact, reason="Called on that day.", by=by, **step.later(minutes + 30))


def _deployment(world: World, step: Step) -> Deployment:
    """By its use; ``capability`` tells uses of the same name apart."""
    rows = Deployment.objects.filter(customer=world.customers[step.key], use=step.given["use"])
    if "capability" in step.given:
        rows = rows.filter(capability=world.capabilities[step.given["capability"]])
    return rows.get()


def _named(customer: Customer, name: str) -> CustomerContact:
    return customer.contacts.get(name=name)


def _facts(customer: Customer, step: Step) -> dict[str, Any]:
    """What the form asks and the register or the day of filing answers."""
    terms_on: date = step.story.get("terms_on", step.on)
    return {
        "organisation": customer.name,
        "country": customer.country,
        "operations": [step.story["capability"]],
        "terms_accepted_on": terms_on.isoformat(),
    }


def _extension(world: World, step: Step) -> Extension:
    return Extension.objects.filter(
        deployment=world.deployments[step.key, step.given["use"]]
    ).latest("pk")


def _grant(world: World, step: Step) -> AccessGrant:
    return AccessGrant.objects.filter(application=world.applications[step.key]).latest("pk")
