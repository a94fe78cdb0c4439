"""``manage.py create_api_token``: a token of the API for somebody, shown once."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reviews.domain.enums import Scope
from reviews.domain.errors import DomainError
from reviews.management.business_time import business_time
from reviews.models import User
from reviews.services import api_tokens


class Command(BaseCommand):
    help = (
        "Create a token with which a machine calls the API as USER, within the scopes, for a number"
        " of days. It is shown once and kept nowhere. Each call makes another token. Exit code 0:"
        " done; 1: refused; 2: wrong usage."
        " Example: manage.py create_api_token requester --scope use-cases:read --days 30"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="Name with which the person signs in.")
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=Scope.values,
            help="What it may be used for; may be given several times.",
        )
        parser.add_argument(
            "--days", type=int, default=90, help="Days for which it works, 365 at most. Default 90."
        )
        parser.add_argument("--name", default="command line", help="What will use it.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: Any) -> None:
        owner = User.objects.filter(username=options["user"]).first()
        if owner is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        at, on = business_time()
        try:
            made = api_tokens.create(
                owner,
                name=options["name"],
                scopes=[Scope(one) for one in options["scope"]],
                days=options["days"],
                now=timezone.now(),
                by=owner,
                at=at,
                on=on,
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(json.dumps({"token": made.secret}))
        else:
            self.stdout.write(f"{made.secret}  (shown once; works until {made.row.expires_at:%F})")
