"""A register as a table: what is read, what is refused, and where the message points."""

import pytest

from reviews.domain.enums import DeploymentStatus
from reviews.domain.errors import BadInput
from reviews.domain.importing.deployments import Known, read_table
from reviews.domain.importing.records import records

KNOWN = Known(
    capabilities={"emotion", "verify"},
    time_zones={"UTC", "Europe/Berlin"},
    countries={"DE", "US"},
    owners={"marta", "marta@example.test"},
    is_address=lambda text: "@" in text,
)
HEAD = "customer,capability,use"


def read(text):
    return read_table(records(text, delimiter=","), KNOWN)


def only(text):
    (problem,) = read(text).rejected
    return (problem.row, problem.column, problem.reason)


def test_a_row_in_our_words():
    table = read(
        f"{HEAD},in use since,Status,time-zone,country,version\n"
        "  Harbour  Bank ,EMOTION,Mood,2021-03-01,Plan filed,europe/berlin,de,3\n".replace(
            "europe/berlin", "Europe/Berlin"
        )
    )

    (row,) = table.rows
    assert (row.number, row.customer, row.capability, row.use) == (
        2,
        "Harbour Bank",
        "emotion",
        "Mood",
    )
    assert row.given["status"] is DeploymentStatus.PLAN_FILED
    assert row.given["in_use_since"].isoformat() == "2021-03-01"
    assert (row.given["country"], row.given["version"]) == ("DE", 3)


def test_an_empty_cell_says_nothing():
    (row,) = read(f"{HEAD},note,status\nBank,emotion,Mood,,\n").rows

    assert row.given == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{HEAD}\nBank,emotoin,Mood\n", (2, "capability", "Do you mean “emotion”?")),
        (f"{HEAD}\nBank,emotion,\n", (2, "use", "is empty.")),
        (f"{HEAD}\nBank,emotion\n", (2, "", "has 2 cells, the header has 3.")),
        (f"{HEAD},in_use_since\nBank,emotion,Mood,01/02/2021\n", (2, "in_use_since", "no day")),
        (f"{HEAD},status\nBank,emotion,Mood,gone\n", (2, "status", "is none of discovered")),
        (f"{HEAD},time_zone\nBank,emotion,Mood,Mars\n", (2, "time_zone", "time zone")),
        (f"{HEAD},country\nBank,emotion,Mood,Utopia\n", (2, "country", "that is known")),
        (f"{HEAD},owner\nBank,emotion,Mood,nobody\n", (2, "owner", "may own a customer")),
        (f"{HEAD},version\nBank,emotion,Mood,-1\n", (2, "version", "from 1")),
        (f"{HEAD},version\nBank,emotion,Mood,٣\n", (2, "version", "from 1")),
        (f"{HEAD},contact_name\nBank,emotion,Mood,Ada\n", (2, "contact_email", "is named")),
        (
            f"{HEAD},contact_name,contact_email\nBank,emotion,Mood,Ada,nowhere\n",
            (2, "contact_email", "no e-mail address"),
        ),
        (f"{HEAD}\nBank,emotion,Mood\nbank,emotion,Mood\n", (3, "use", "as row 2")),
        (
            f"{HEAD},region\nBank,emotion,A,North\nBANK,verify,B,South\n",
            (3, "region", "row 2 says “North”"),
        ),
        (f"{HEAD}\n{'x' * 301},emotion,Mood\n", (2, "customer", "longer than 300")),
        (
            f"{HEAD},status,attested_by\nBank,emotion,Mood,discontinued,Ada\n",
            (2, "stopped_on", "last day of use"),
        ),
        (f"{HEAD},stopped_on\nBank,emotion,Mood,2023-05-01\n", (2, "stopped_on", "the status")),
    ],
)
def test_a_bad_row_is_told_by_number_and_column(text, told):
    row, column, reason = only(text)

    assert (row, column) == told[:2]
    assert told[2] in reason


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "The file is empty"),
        (f"{HEAD}\n", "a header and no rows"),
        ("customer,capability,use,Use\nA,emotion,b,c\n", "“Use” stands twice"),
        ("customr,capability,use\nA,emotion,b\n", "Do you mean “customr”?"),
        (f'{HEAD}\nBank,emotion,"Mood\nBank,verify,Sign-in\n', "quotation marks"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(text, told):
    with pytest.raises(BadInput, match=told.replace("?", r"\?")):
        read(text)


def test_columns_that_are_not_ours_are_named():
    assert read(f"{HEAD},colour,\nBank,emotion,Mood,red,\n").ignored == ("colour",)
