"""What a package names as public is just what it has."""

import importlib
from types import ModuleType

import pytest


@pytest.mark.parametrize("package", ["index", "qa"])
def test_all_names_what_is_there(package: str) -> None:
    module = importlib.import_module(package)
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }

    assert public == set(module.__all__)
