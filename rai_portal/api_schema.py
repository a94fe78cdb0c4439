"""`python -m rai_portal.api_schema`: is docs/openapi.yaml what the API says? `--write` writes it.

Exit code 0: equal, or written; 1: it differs, or the generator warned.
"""

import os
import sys
from pathlib import Path

import django

FILE = Path(__file__).resolve().parent.parent / "docs" / "openapi.yaml"


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    django.setup()
    from drf_spectacular.drainage import GENERATOR_STATS  # noqa: PLC0415  # needs the settings
    from drf_spectacular.renderers import OpenApiYamlRenderer  # noqa: PLC0415
    from drf_spectacular.validation import validate_schema  # noqa: PLC0415

    from reviews.api.schema import document  # noqa: PLC0415

    found = document()
    validate_schema(found)
    if GENERATOR_STATS:
        GENERATOR_STATS.emit_summary()
        return 1
    text = OpenApiYamlRenderer().render(found, renderer_context={})
    if "--write" in arguments:
        FILE.write_bytes(text)
        return 0
    if not FILE.is_file() or FILE.read_bytes() != text:
        sys.stderr.write(
            "docs/openapi.yaml is not what the API says."
            " Write it: python -m rai_portal.api_schema --write\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
