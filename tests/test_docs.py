"""What the documents say, the code does: pages are made, examples run, links lead somewhere."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(
    *command: str | Path, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True)


# Pages that are made


def test_the_tables_page_is_made_from_the_contracts() -> None:
    made = run(sys.executable, "scripts/tables_page.py", cwd=ROOT)
    assert made.returncode == 0, made.stderr
    assert (ROOT / "docs" / "tables.md").read_text() == made.stdout


# CONTRIBUTING.md: each example is a file of the package or its test, its name on the line above


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A copy of the package and of the tests' fixtures with every example in place."""
    copy = tmp_path_factory.mktemp("contributing")
    without_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "comity", copy / "src" / "comity", ignore=without_caches)
    shutil.copy(ROOT / "pyproject.toml", copy)
    (copy / "tests").mkdir()
    for name in ("__init__.py", "conftest.py"):
        shutil.copy(ROOT / "tests" / name, copy / "tests")
    text = (ROOT / "CONTRIBUTING.md").read_text()
    examples = re.findall(r"^`([\w/]+\.py)`\n```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(examples) == text.count("```python"), "a python example without its file name above it"
    for name, content in examples:
        assert not (copy / name).exists(), f"{name} is already there"
        (copy / name).write_text(content)
    return copy, [name for name, _ in examples]


def test_the_examples_do_what_they_say(package: tuple[Path, list[str]]) -> None:
    copy, names = package
    tests = [name for name in names if name.startswith("tests/")]
    assert len(tests) == len(names) / 2
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *tests]
    ran = run(*command, cwd=copy, env={"PYTHONPATH": str(copy / "src")})
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_examples_are_found_by_the_shelves_of_the_copy(package: tuple[Path, list[str]]) -> None:
    copy, _ = package
    program = """if True:
        import comity.measures, comity.outputs, comity.sources
        print(comity.__file__)
        print({*comity.measures.shelved(), *comity.outputs.shelved(), *comity.sources.shelved()})
    """
    ran = run(sys.executable, "-c", program, cwd=copy, env={"PYTHONPATH": str(copy / "src")})
    where, found = ran.stdout.splitlines()
    assert Path(where).is_relative_to(copy)
    assert all(f"'{name}'" in found for name in ("donors.governments", "cite", "ecb"))


def test_the_examples_are_clean(package: tuple[Path, list[str]]) -> None:
    copy, names = package
    for command in (["check"], ["format", "--check"]):
        ran = run(BIN / "ruff", *command, "--no-cache", *names, cwd=copy)
        assert ran.returncode == 0, ran.stdout + ran.stderr


# README.md: every block, in order, as a reader who has said `make demo` would run it

NOT_RUN = {
    "make": "make sets the project up; CI runs it itself",
    "git": "fetching the project is over when its tests run",
    "cd": "fetching the project is over when its tests run",
}
SERVES = "comity serve"
ELSEWHERE = re.compile(r"downloads/[\w./*-]*")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a document, and the line on which it begins."""

    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"line{self.line}-{self.language}"

    def commands(self) -> Iterator[tuple[str, list[str]]]:
        """(command, output shown) of each `$ …` of a console block, or the whole of a shell block."""
        if self.language != "console":
            yield self.text, []
            return
        command, shown = "", list[str]()
        for line in self.text.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, shown
                command, shown = line[2:], []
            elif command.endswith("\\") or (line.startswith("> ") and not shown):
                command += "\n" + line.removeprefix("> ")
            elif line.strip():
                shown.append(line)
        yield command, shown


@dataclass(slots=True)
class Reader:
    """Somebody who works through the document: a folder, a store, names defined so far."""

    folder: Path
    env: dict[str, str]
    names: dict[str, object] = field(default_factory=dict)


def blocks(document: Path) -> list[Block]:
    text = document.read_text()
    found = [Block(text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in FENCE.finditer(text)]
    return [block for block in found if block.language in ("sh", "bash", "console", "python")]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A folder with the real files as its downloads (where these are here), with `comity` on PATH and
    in .venv/bin, and a store as `make demo` leaves it."""
    home = tmp_path_factory.mktemp("readme")
    folder = home / "comity"
    (folder / ".venv").mkdir(parents=True)
    (folder / ".venv" / "bin").symlink_to(BIN)
    if (ROOT.parent / "shared").is_dir():
        (folder / "downloads").symlink_to(ROOT.parent / "shared" / "data")
    env = {"COMITY_STORE": str(home / "store"), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    ran = run(BIN / "comity", "load", cwd=folder, env=env)
    assert ran.returncode == 0, ran.stderr
    return Reader(folder, env)


def shows(output: str, line: str) -> bool:
    """Whether `line` stands in `output`, blanks apart; `…` stands for anything within the line."""
    parts = [re.escape(" ".join(part.split())) for part in line.split("…")]
    return re.search(" ?[^\n]*? ?".join(parts), re.sub(r"[^\S\n]+", " ", output)) is not None


def run_shell(block: Block, reader: Reader) -> None:
    kept = 0
    for command, shown in block.commands():
        lines = [line for line in command.splitlines() if line.split()[:1] and line.split()[0] not in NOT_RUN]
        kept += len(lines)
        if SERVES in command:  # until the reader ends it, on a port that is free
            lines = [f"timeout 10 {command} --port 0 || test $? = 124"]
        ran = run("sh", "-euc", "\n".join(lines), cwd=reader.folder, env=reader.env)
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
        for line in shown if lines else ():
            wanted = line.replace(":8000", ":…") if SERVES in command else line
            assert shows(ran.stdout + ran.stderr, wanted), f"{command}\ndoes not print\n{line}\n{ran.stdout}"
    if not kept:
        pytest.skip("; ".join(sorted({NOT_RUN[word] for word in NOT_RUN if word in block.text.split()})))


def run_python(block: Block, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(reader.folder)
    for name, value in reader.env.items():
        monkeypatch.setenv(name, value)
    if ">>> " not in block.text:
        exec(compile(block.text, str(block), "exec"), reader.names)  # noqa: S102 - it is what the reader does
        return
    asked = doctest.DocTestParser().get_doctest(block.text, reader.names, str(block), None, block.line)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    told: list[str] = []
    failed = doctest.DocTestRunner(optionflags=flags).run(asked, out=told.append, clear_globs=False).failed
    reader.names |= asked.globs
    assert not failed, "".join(told)


@pytest.mark.parametrize("block", blocks(ROOT / "README.md"), ids=str)
def test_the_readme_can_be_followed(block: Block, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ELSEWHERE.findall(block.text):
        where = reader.folder / Path(place).expanduser()
        if not (list(where.parent.glob(where.name)) if "*" in where.name else where.exists()):
            pytest.skip(f"needs {place}, which is not here")
    if block.language == "python":
        run_python(block, reader, monkeypatch)
    else:
        run_shell(block, reader)


def test_the_demo_prints_the_profile_and_writes_it(tmp_path: Path) -> None:
    """What `make demo` runs once everything is installed."""
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    env = {"COMITY_STORE": str(tmp_path / "store")}
    ran = run("sh", "scripts/demo.sh", BIN / "comity", cwd=tmp_path, env=env)
    assert ran.returncode == 0, ran.stderr
    assert "Assessed contributions                           US$ 44,654,249.83  CEB" in ran.stdout
    assert "Try next:" in ran.stdout
    page = (tmp_path / "build" / "KOR-ILO-2018-2022.html").read_text()
    assert len(page.encode()) < 150_000
    assert "<script" not in page
    assert '"comity.profile/1"' in (tmp_path / "build" / "KOR-ILO-2018-2022.json").read_text()


# Links, and what must not be said


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub and its like make them."""
    text = FENCE.sub("", document.read_text())
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(document: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", document.read_text())):
        name, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_no_file_names_a_package_index_or_a_place_on_somebodys_machine() -> None:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout, so there is no list of the project's files")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    assert listed.returncode == 0, listed.stderr
    # In parts, so that this file does not match itself.
    hosts = "|".join(("py" + r"pi\.", "python" + "hosted", "index" + "-url[ =]http"))
    homes = "|".join(("home", "root", "Users", "work", "opt", "mnt", "srv"))
    forbidden = re.compile(rf"{hosts}|(?<![\w.~)>}}/])/(?:{homes})/[\w.-]|\b[A-Z]:\\Users")
    found = []
    for path in (ROOT / name for name in listed.stdout.split("\0") if name):
        if path.is_file():  # a file may be gone from the folder and not yet from the list
            text = path.read_bytes().decode(errors="replace")
            found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in forbidden.finditer(text)]
    assert found == []
