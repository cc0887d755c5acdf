"""Settings come from PINCITE_* alone, and a wrong one is named."""

from pathlib import Path

import pytest

from qa import Settings, SettingsError


def test_nothing_set_means_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"PINCITE_PORT": " "}) == Settings()


def test_each_setting_is_read_from_its_variable() -> None:
    environment = {
        "PINCITE_LIBRARY": "/tmp/library",
        "PINCITE_MODEL": "/models/other",
        "PINCITE_RERANKER": "/models/cross",
        "PINCITE_ENCODING": "o200k_base",
        "PINCITE_THRESHOLD": "0.7",
        "PINCITE_READ_SECONDS": "5",
        "PINCITE_HOST": "0.0.0.0",
        "PINCITE_PORT": "9000",
        "PINCITE_PASSWORD": "secret",
        "PATH": "/bin",
    }

    assert Settings.from_environment(environment) == Settings(
        library=Path("/tmp/library"),
        model="/models/other",
        reranker="/models/cross",
        encoding="o200k_base",
        threshold=0.7,
        read_seconds=5.0,
        host="0.0.0.0",
        port=9000,
        password="secret",
    )


@pytest.mark.parametrize(
    ("given", "read"), [("OFF", "off"), ("Reader", "reader"), ("Models/Off", "Models/Off")]
)
def test_a_re_ranker_of_ours_is_known_in_any_case(given: str, read: str) -> None:
    assert Settings.from_environment({"PINCITE_RERANKER": given}).reranker == read


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PINCITE_PORT", "http", "a port from 1 to 65535"),
        ("PINCITE_PORT", "70000", "a port from 1 to 65535"),
        ("PINCITE_PORT", "0", "a port from 1 to 65535"),
        ("PINCITE_THRESHOLD", "1.5", "a number from 0 to 1"),
        ("PINCITE_THRESHOLD", "nan", "a number from 0 to 1"),
        ("PINCITE_READ_SECONDS", "0", "a number of seconds from 1 to 3600"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}='{value}' cannot be used: .*{reason}"):
        Settings.from_environment({name: value})


def test_the_password_is_never_shown() -> None:
    assert "secret" not in repr(Settings(password="secret"))


def test_there_are_ten_settings_or_fewer() -> None:
    assert len(Settings.__dataclass_fields__) <= 10
