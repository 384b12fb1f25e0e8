"""The measuring of cold starts, on the function that only says hello."""

from dataclasses import replace
from pathlib import Path

import pytest

from infra.cold_start import (
    ENVIRONMENT,
    HELLO,
    Function,
    build_functions,
    measure_cold_starts,
    serve,
    wait_for_answer,
)


@pytest.fixture
def hello(tmp_path: Path) -> Function:
    return next(build_functions(tmp_path))


def test_the_hello_world_function_says_hello(hello: Function) -> None:
    with serve(hello, ENVIRONMENT) as port:
        assert wait_for_answer(port, "/") == (200, b'{"hello":"world"}')
    with pytest.raises(TimeoutError, match="no answer"):
        wait_for_answer(port, "/", timeout=0.1)


def test_a_start_takes_a_while(hello: Function) -> None:
    taken = measure_cold_starts([hello], starts=1)
    assert taken.keys() == {HELLO}
    assert 10 < taken[HELLO] < 60_000


def test_a_function_that_fails_is_not_measured(hello: Function) -> None:
    main = hello.folder / "main.py"
    main.write_text(main.read_text("utf-8").replace("return {", "raise KeyError  # {"), "utf-8")
    with pytest.raises(RuntimeError, match="broken answered 500"):
        measure_cold_starts([replace(hello, name="broken")], starts=1)
