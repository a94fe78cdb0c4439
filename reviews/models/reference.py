"""What all reference data share: rows that come from the files and keep their history."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

CODE_LENGTH = 80
"""Longest code or slug, in characters."""


def codes(help_text: str) -> ArrayField:
    """A list of codes or slugs, empty by default."""
    return ArrayField(
        models.CharField(max_length=CODE_LENGTH), default=list, blank=True, help_text=help_text
    )


class ReferenceQuerySet(models.QuerySet):
    """Reads of rows that the files fill."""

    def current(self) -> Self:
        """What the files say today; older versions and removed entries are left out."""
        return self.filter(is_current=True)


class StableEntry(models.Model):
    """An identity that other rows point at: one row per slug, for ever.

    Its words may be corrected in place. What a decision cites is a ``VersionedEntry``.
    ``is_current`` is false once the entry has left the files; the row stays.
    """

    slug = models.SlugField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    is_current = models.BooleanField(default=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class VersionedEntry(models.Model):
    """One version of a text that decisions cite. Written by the catalogue sync, never edited.

    ``code`` names the entry (``STOP-EU-EMO``, ``A4.1``), ``version`` counts from 1, ``digest`` is
    the SHA-256 of what the file said. The newest version is current while its entry is in a file.
    """

    code = models.CharField(max_length=CODE_LENGTH)
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, editable=False)
    is_current = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="%(class)s_version_is_written_once"
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(is_current=True),
                name="%(class)s_has_one_current_version",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="%(class)s_versions_count_from_one"
            ),
        ]

    def __str__(self) -> str:
        return self.citation

    @property
    def citation(self) -> str:
        """How a decision or a finding names this version: ``A4.1 v2``."""
        return f"{self.code} v{self.version}"


class Confidence(models.TextChoices):
    """How well a fact is known."""

    HIGH = "high", _("Read in the primary text")
    MEDIUM = "medium", _("Read in one good secondary copy")
    LOW = "low", _("Inference")
