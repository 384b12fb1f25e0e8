"""`python -m tests.stored`: write a sample of each stored model whose shape is new."""

import sys

from tests.stored.samples import FOLDER, write_missing_samples

for written in write_missing_samples():
    sys.stdout.write(f"[aksio] wrote {written.relative_to(FOLDER.parent)}\n")
