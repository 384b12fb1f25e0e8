from tests.infra.local.demo.reading import unwrap


def test_a_wrapped_cell_is_read_whole() -> None:
    table = """
┃ Step     ┃ What was done     ┃  Time ┃
│ Forecast │ 87% expected on   │ 12.3 s │
│          │ the exam day      │       │
"""
    assert "87% expected on the exam day" in unwrap(f"Hello\nthere\n{table}")
    assert "Hello there" in unwrap(f"Hello\nthere\n{table}")
