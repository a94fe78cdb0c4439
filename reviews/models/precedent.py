"""What the search for precedents knows of a case."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Upper

from reviews.models.use_case import UseCase

LANGUAGE = "english"


class CaseTextQuerySet(models.QuerySet["CaseText"]):
    def stem(self) -> int:
        """Make ``words`` anew from title and text; the number of rows."""
        return self.update(
            words=SearchVector("title", weight="A", config=LANGUAGE)
            + SearchVector("text", weight="B", config=LANGUAGE)
        )


class CaseText(models.Model):
    """A case as the search compares it: what was last filed or imported, not the working answers.

    Written by ``services.precedents`` only. How rare a stem is, the database knows from its
    statistics of ``words``.
    """

    use_case = models.OneToOneField(
        UseCase, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    title = models.CharField(max_length=500)
    text = models.TextField(blank=True)
    themes: "ArrayField" = ArrayField(models.CharField(max_length=40), default=list)
    main_themes: "ArrayField" = ArrayField(
        models.CharField(max_length=40), default=list, help_text="Those that the title speaks of."
    )
    capabilities: "ArrayField" = ArrayField(models.CharField(max_length=60), default=list)
    facts: "ArrayField" = ArrayField(models.CharField(max_length=100), default=list)
    words = SearchVectorField(default="", help_text="Stems of the title (A) and the text (B).")

    objects = CaseTextQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="case_text_words", fastupdate=False),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="case_text_title"),
        ]

    def __str__(self) -> str:
        return self.title
