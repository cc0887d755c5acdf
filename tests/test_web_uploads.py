"""Uploads on the disk: what they are called there."""

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.uploads import safe_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("Annual report (2020).pdf", "Annual report (2020).pdf", id="plain"),
        pytest.param("Übersicht – naïve 報告.md", "Übersicht – naïve 報告.md", id="letters"),
        pytest.param("../../x", "x", id="above"),
        pytest.param("..\\..\\x.txt", "x.txt", id="above_windows"),
        pytest.param("/etc/passwd", "passwd", id="root"),
        pytest.param("C:\\Users\\ada\\x.txt", "x.txt", id="drive"),
        pytest.param("a\x00b\n\x1b[2Jc.txt", "ab[2Jc.txt", id="control"),
        pytest.param("invoice\u202efdp.exe", "invoicefdp.exe", id="turned"),
        pytest.param(".htaccess", "htaccess", id="hidden"),
        pytest.param("nul.txt", "_nul.txt", id="device"),
        pytest.param("COM1", "_COM1", id="device_alone"),
        pytest.param("notes. ", "notes", id="trailing"),
        pytest.param("..", "unnamed", id="dots"),
        pytest.param("", "unnamed", id="empty"),
        pytest.param("a/", "unnamed", id="folder"),
    ],
)
def test_a_name_is_kept_but_for_what_could_harm(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept


def test_a_long_name_keeps_its_beginning_and_its_extension() -> None:
    name = safe_name("ä" * 300 + ".pdf")

    assert name == "ä" * 98 + ".pdf"


@given(
    st.one_of(
        st.text(max_size=400),
        st.text(alphabet="./\\ \x00:con<>|äZ", max_size=20),
        st.from_regex(r"\A(?i:con|nul|com1)(\.[a-z]{0,12}){0,3}\Z"),
    )
)
def test_any_name_names_a_file_in_its_own_folder(sent: str) -> None:
    name = safe_name(sent)

    assert name
    assert len(os.fsencode(name)) <= 201
    assert Path("folder", name).parent == Path("folder")
    assert name not in {".", ".."}
    assert not name.startswith(".")
    assert name[-1] not in ". "
    assert all(unicodedata.category(one) != "Cc" for one in name)
    assert safe_name(name) == name
