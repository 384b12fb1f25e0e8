"""`make bundle`: write build/functions/<group>/ and <group>.zip, and list their contents."""

import sys
from pathlib import Path

from infra.bundle.build import build_all


def main() -> None:
    """Write all archives into the folder of the first argument, and print size and hash of each."""
    target = Path(sys.argv[1])
    print(f"{'group':<12} {'files':>5} {'KiB':>6} {'dependencies':>12}  sha256")
    for bundle in build_all(target):
        count = len(bundle.distributions)
        print(f"{bundle.group:<12} {bundle.files:>5} {bundle.size / 1024:>6.0f} {count:>12}  {bundle.sha256}")


if __name__ == "__main__":
    main()
