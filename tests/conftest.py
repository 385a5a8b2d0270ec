"""Stores to test against: made once, copied where a test writes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import comity
from comity.api import Comity
from comity.model import Check

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def nothing_of_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the store of the person who runs it."""
    monkeypatch.delenv("COMITY_STORE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files; tests that need it are skipped where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"needs the real files in {DATA.parent.name}/{DATA.name}, which are not here")
    return DATA


@pytest.fixture(scope="session")
def starter_store(tmp_path_factory: pytest.TempPathFactory) -> Comity:
    """A store of the starter tables, for reading only."""
    return comity.create(tmp_path_factory.mktemp("starter") / "store")


@pytest.fixture(scope="session")
def full_store(starter_store: Comity, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    """The starter tables and all real CEB files, for reading only."""
    home = tmp_path_factory.mktemp("full") / "store"
    shutil.copytree(starter_store.store.path, home)
    full = comity.open(home)
    full.load(shared_data / "ceb")
    return full


@pytest.fixture(scope="session")
def standard_store(
    starter_store: Comity, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Comity:
    """The starter tables and the IATI standard's schemas, rulesets and codelists, for reading only."""
    home = tmp_path_factory.mktemp("standard") / "store"
    shutil.copytree(starter_store.store.path, home)
    held = comity.open(home)
    held.load(*(shared_data / folder for folder in ("schemas", "rulesets", "codelists")))
    return held


@pytest.fixture(scope="module")
def module_store(starter_store: Comity, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    """A store of the starter tables that the tests of one file share, after loading more into it."""
    home = tmp_path_factory.mktemp("module") / "store"
    shutil.copytree(starter_store.store.path, home)
    return comity.open(home)


@pytest.fixture
def store(starter_store: Comity, tmp_path: Path) -> Comity:
    """A store of the starter tables that a test may write to."""
    shutil.copytree(starter_store.store.path, tmp_path / "store")
    return comity.open(tmp_path / "store")


@pytest.fixture(scope="session")
def claims_store(full_store: Comity, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Comity:
    """All real CEB files, rates and claims, for reading only."""
    claims = shared_data.parent / "facts" / "claims.csv"
    if not claims.is_file():
        pytest.skip(f"needs {claims.parent.name}/{claims.name}, which is not here")
    home = tmp_path_factory.mktemp("claims") / "store"
    shutil.copytree(full_store.store.path, home)
    full = comity.open(home)
    full.load(shared_data / "rates", claims)
    return full


@pytest.fixture(scope="session")
def check(claims_store: Comity) -> Check:
    """The check of all real claims."""
    return claims_store.check()
