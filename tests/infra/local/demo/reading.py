"""Reading what the demo prints."""

import re
from itertools import zip_longest

_BORDER = re.compile(r"[│┃|]")


def unwrap(output: str) -> str:
    """Join the words of all lines, and of each column of a table.

    Where a cell is wrapped depends on the seconds beside it.
    """
    lines = output.splitlines()
    rows = [_BORDER.split(line) for line in lines if _BORDER.search(line)]
    columns = [" ".join(cells) for cells in zip_longest(*rows, fillvalue="")]
    return " ".join(" ".join([*lines, *columns]).split())
