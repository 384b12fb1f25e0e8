"""The measuring of cold starts, on the function that only says hello."""

from dataclasses import replace
from pathlib import Path

import pytest

from infra.cold_start import ENVIRONMENT, HELLO, Function, answer, cold_starts, functions, serving


@pytest.fixture
def hello(tmp_path: Path) -> Function:
    return next(functions(tmp_path))


def test_the_hello_world_function_says_hello(hello: Function) -> None:
    with serving(hello, ENVIRONMENT) as port:
        assert answer(port, "/") == (200, b'{"hello":"world"}')
    with pytest.raises(TimeoutError, match="no answer"):
        answer(port, "/", patience=0.1)


def test_a_start_takes_a_while(hello: Function) -> None:
    taken = cold_starts([hello], starts=1)
    assert taken.keys() == {HELLO}
    assert 10 < taken[HELLO] < 60_000


def test_a_function_that_fails_is_not_measured(hello: Function) -> None:
    main = hello.folder / "main.py"
    main.write_text(main.read_text("utf-8").replace("return {", "raise KeyError  # {"), "utf-8")
    with pytest.raises(RuntimeError, match="broken answered 500"):
        cold_starts([replace(hello, name="broken")], starts=1)
