"""What came in from outside: the runs, and the raw row beside each imported use case."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from reviews.models.base import PublicModel


class ImportRun(PublicModel):
    """One finished import of one file. Written once, in the import's own transaction.

    The digests are SHA-256 in hexadecimal: of the file's bytes and of the profile's bytes.
    """

    profile = models.CharField(max_length=100, help_text="Name that the mapping profile gives.")
    profile_digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    encoding = models.CharField(
        max_length=40, blank=True, help_text="Encoding that read the file; empty for a workbook."
    )
    header = models.JSONField(default=list, help_text="The header's cells, exactly as they stood.")
    at = models.DateTimeField(db_index=True)
    on = models.DateField(help_text="Business day for which the gate answered.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when the command was run on the machine itself.",
    )
    read = models.PositiveIntegerField()
    created = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    report = models.JSONField(default=dict, help_text="The whole report, as the command shows it.")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.profile})"


class ImportedRow(models.Model):
    """The raw row that a use case came from, cell by cell as it stood in the file.

    ``cells`` follow the order of ``run.header``, untrimmed: as long as nobody edits the case, its
    row can be given back exactly. ``content_digest`` is over what the import wrote into
    the case; a case whose content no longer matches it was edited by a person.
    """

    use_case = models.OneToOneField(
        "reviews.UseCase", on_delete=models.CASCADE, related_name="imported_row"
    )
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="rows")
    profile = models.CharField(max_length=100)
    key = models.CharField(max_length=64, help_text="Identity of the row under its profile's rule.")
    row_number = models.PositiveIntegerField(help_text="Counting records; the header is row 1.")
    cells = ArrayField(models.TextField(blank=True))
    digest = models.CharField(max_length=64, help_text="SHA-256 over the raw cells.")
    content_digest = models.CharField(max_length=64)
    gate = models.JSONField(
        default=list, help_text="The gate's answer per detected capability on the run's day."
    )

    class Meta:
        ordering = ["run", "row_number"]
        indexes = [
            GinIndex(fields=["gate"], name="row_by_finding", opclasses=["jsonb_path_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "key"], name="one_imported_row_per_profile_and_key"
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.row_number} of {self.run_id}"
