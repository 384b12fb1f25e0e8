"""`make bundle`: build/functions/<group>/ and <group>.zip, with what went into each."""

import sys
from pathlib import Path

from infra.bundle.build import build_all


def main() -> None:
    target = Path(sys.argv[1])
    print(f"{'group':<12} {'files':>5} {'KiB':>6} {'dependencies':>12}  sha256")
    for built in build_all(target):
        count = len(built.distributions)
        print(f"{built.group:<12} {built.files:>5} {built.size / 1024:>6.0f} {count:>12}  {built.sha256}")


if __name__ == "__main__":
    main()
