"""`make openapi`: write the document of the whole API as JSON, and as YAML beside it."""

import json
import sys
from pathlib import Path

import yaml

from infra.openapi import public_document
from shared.services import Services
from shared.settings import Settings


def main() -> None:
    """Write the document to the file of the first argument."""
    target = Path(sys.argv[1])
    document = public_document(Services(Settings()))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
    text = yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=110)
    target.with_suffix(".yaml").write_text(text, encoding="utf-8")
    print(f"{target}: {len(document['paths'])} paths")


if __name__ == "__main__":
    main()
