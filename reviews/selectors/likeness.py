"""The one statement that ranks cases by likeness. Weights and words: ``domain.precedents``.

How rare a word is, the statistics of the table say (``pg_stats``); a table that was never analysed
is small or new, and is counted. Candidates come through the two GIN indexes: cases that share the
rarest words, together no more than ``ENOUGH``, or whose title has like trigrams. So the time
depends on the text that is asked about, hardly on the number of cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from reviews.domain import precedents as weights
from reviews.domain.precedents import Description
from reviews.models.precedent import LANGUAGE

ENOUGH = 1_500
"""Cases that the chosen words may be in, together, by the statistics."""

WORDS_SHOWN = 6

Pool = tuple[str, Sequence[object]]
"""A statement that gives keys of use cases, and its parameters."""


@dataclass(frozen=True, slots=True)
class Like:
    """One case and how like it is; ``words`` are shared stems, those that say most first."""

    key: int
    score: float
    title: float
    words: tuple[str, ...]
    seen: bool


_RANKED = """
WITH asked AS MATERIALIZED (
    SELECT lexeme, CASE WHEN 'A' = ANY(weights) THEN %(in_title)s ELSE %(in_text)s END AS weight
    FROM unnest(setweight(to_tsvector(%(language)s::regconfig, %(title)s), 'A')
             || setweight(to_tsvector(%(language)s::regconfig, %(text)s), 'B'))
    WHERE lexeme <> ALL(tsvector_to_array(to_tsvector(%(language)s::regconfig, %(silent)s)))
      AND lexeme !~ '[''\\\\]'
), kept AS MATERIALIZED (
    SELECT most_common_elems::text::text[] AS lexemes, most_common_elem_freqs AS shares,
           most_common_elem_freqs[cardinality(most_common_elem_freqs) - 1] AS least
    FROM pg_stats
    WHERE schemaname = current_schema() AND tablename = 'reviews_casetext' AND attname = 'words'
      AND most_common_elems IS NOT NULL
), known AS MATERIALIZED (
    SELECT one.lexeme, one.share FROM kept, unnest(kept.lexemes, kept.shares) AS one(lexeme, share)
    WHERE one.lexeme IN (SELECT lexeme FROM asked)
), size AS MATERIALIZED (
    SELECT CASE WHEN EXISTS (SELECT FROM kept)
                THEN (SELECT reltuples FROM pg_class WHERE oid = 'reviews_casetext'::regclass)
                ELSE (SELECT count(*) FROM reviews_casetext) END AS cases
), rated AS MATERIALIZED (
    SELECT asked.lexeme, asked.weight,
           greatest(1 / greatest(size.cases, 1), CASE
               WHEN known.share IS NOT NULL THEN known.share
               WHEN EXISTS (SELECT FROM kept) THEN (SELECT least / 2 FROM kept)
               ELSE (SELECT count(*) FROM reviews_casetext row
                     WHERE row.words @@ quote_literal(asked.lexeme)::tsquery)
                    / greatest(size.cases, 1)
           END) AS share
    FROM asked CROSS JOIN size LEFT JOIN known USING (lexeme)
), gains AS MATERIALIZED (
    SELECT lexeme, weight * ln(1 + 1 / share) / sum(weight * ln(1 + 1 / share)) OVER () AS gain
    FROM rated
), rare AS MATERIALIZED (
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS query
    FROM (SELECT lexeme, row_number() OVER cheap AS place, sum(share) OVER cheap AS together
          FROM rated WINDOW cheap AS (ORDER BY share, lexeme)) one, size
    WHERE place <= 3 OR together * size.cases <= %(enough)s
), found AS MATERIALIZED (
    SELECT row.*, length(row.words) AS length,
           similarity(upper(row.title), upper(%(title)s)) AS like_title
    FROM reviews_casetext row
    WHERE (row.words @@ (SELECT query FROM rare) OR upper(row.title) %% upper(%(title)s))
      AND row.use_case_id <> %(self)s
      AND row.use_case_id IN ({pool})
), usual AS MATERIALIZED (
    SELECT greatest(avg(length), 1) AS length, count(*) AS cases FROM found
), themes AS MATERIALIZED (
    SELECT theme, CASE WHEN theme = ANY(%(main_themes)s) THEN %(in_title)s ELSE %(in_text)s END
           * ln(1 + usual.cases / greatest(1.0, (
               SELECT count(*) FROM found WHERE theme = ANY(found.themes)))) AS gain
    FROM unnest(%(themes)s::text[]) AS theme, usual
), scored AS (
    SELECT found.use_case_id, found.like_title, found.words,
           coalesce((SELECT sum(gains.gain * CASE WHEN 'A' = ANY(one.weights)
                                             THEN %(in_title)s ELSE %(in_text)s END)
                     FROM unnest(found.words) AS one JOIN gains USING (lexeme)), 0)
           / (1 - %(held)s + %(held)s * found.length / usual.length) AS of_words,
           coalesce((SELECT sum(themes.gain * CASE WHEN theme = ANY(found.main_themes)
                                              THEN %(in_title)s ELSE %(in_text)s END)
                            / (SELECT sum(gain) FROM themes)
                     FROM themes WHERE theme = ANY(found.themes)), 0)
           / (1 - %(held)s + %(held)s * cardinality(found.themes) / 4) AS of_themes,
           (SELECT count(*) FROM unnest(found.capabilities) AS slug
            WHERE slug = ANY(%(capabilities)s))
           / greatest(1.0, cardinality(%(capabilities)s::text[])) AS of_capabilities,
           (SELECT count(*) FROM unnest(found.facts) AS fact
            WHERE fact = ANY(%(facts)s)) AS of_facts
    FROM found, usual
), best AS (
    SELECT use_case_id, words, like_title,
           of_words + %(theme_weight)s * of_themes + %(title_weight)s * like_title
           + %(capability_weight)s * of_capabilities + %(fact_weight)s * of_facts AS score
    FROM scored ORDER BY score DESC, use_case_id LIMIT %(limit)s
)
SELECT best.use_case_id, best.score, best.like_title, ARRAY(
           SELECT gains.lexeme FROM unnest(best.words) AS one JOIN gains USING (lexeme)
           ORDER BY gains.gain * CASE WHEN 'A' = ANY(one.weights) THEN %(in_title)s
                                 ELSE %(in_text)s END DESC, gains.lexeme
           LIMIT %(words_shown)s
       ), best.use_case_id IN ({seen})
FROM best ORDER BY best.score DESC, best.use_case_id
"""


def ranked(
    asked: Description, *, silent: Sequence[str], itself: int, pool: Pool, seen: Pool, limit: int
) -> list[Like]:
    """The ``limit`` cases of ``pool`` most like ``asked``, best first. One query."""
    named: dict[str, Any] = {
        "language": LANGUAGE,
        "title": asked.title,
        "text": asked.text,
        "silent": " ".join(silent),
        "themes": list(asked.themes),
        "main_themes": list(asked.main_themes),
        "capabilities": list(asked.capabilities),
        "facts": list(asked.facts),
        "self": itself,
        "enough": ENOUGH,
        "limit": limit,
        "words_shown": WORDS_SHOWN,
        "in_title": weights.IN_TITLE,
        "in_text": weights.IN_TEXT,
        "held": weights.LENGTH,
        "theme_weight": weights.THEMES,
        "title_weight": weights.TITLES,
        "capability_weight": weights.CAPABILITIES,
        "fact_weight": weights.FACT,
    }
    statement = _RANKED.format(pool=_named(pool, "pool", named), seen=_named(seen, "seen", named))
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        return [
            Like(key, float(score), float(title), tuple(words), seen_)
            for key, score, title, words, seen_ in cursor.fetchall()
        ]


def _named(pool: Pool, prefix: str, named: dict[str, Any]) -> str:
    """The pool's statement with names instead of places, so that both kinds do not meet."""
    statement, values = pool
    named |= {f"{prefix}{number}": value for number, value in enumerate(values)}
    return statement % tuple(f"%({prefix}{number})s" for number in range(len(values)))
