"""`worksample author schema`: the manifest's format for editors."""

from __future__ import annotations

import json

from harness import console
from harness.manifest import manifest_schema


def schema() -> int:
    console.out(json.dumps(manifest_schema(), indent=2, ensure_ascii=False))
    return 0
