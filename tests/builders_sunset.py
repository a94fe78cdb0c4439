"""The sunset register in tests: contacts, deployments with a deadline, CSV files."""

import csv
import io
from collections.abc import Mapping, Sequence

from reviews.domain.enums import SubjectKind
from reviews.models import Customer, CustomerContact, Deployment
from reviews.services.reminding import deadlines
from tests.builders import NOW, TODAY
from tests.builders_access import deployment

WHEN = {"at": NOW, "on": TODAY}


def contact(of: Customer, name: str = "Ada Example", **fields: object) -> CustomerContact:
    """A contact of the whole customer, confirmed unless said otherwise."""
    given = {"email": f"{name.split()[0].lower()}@example.test", "confirmed_at": NOW, **fields}
    return CustomerContact.objects.create(customer=of, name=name, registered_at=NOW, **given)


def waiting(of: Customer, slug: str = "emotion", **fields: object) -> Deployment:
    """A deployment whose deadline follows its policy."""
    row = deployment(of, slug, **fields)
    deadlines.follow(SubjectKind.DEPLOYMENT, [row.pk], **WHEN)
    return row


def csv_of(rows: Sequence[Mapping[str, object]]) -> bytes:
    """A file with the columns of the first row."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
