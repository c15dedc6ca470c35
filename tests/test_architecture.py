"""The house stands as it was drawn: arrows between the rooms, sizes, and a docstring on every public name."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
ROOMS = ("analysis", "instruments", "station", "gui")
CODE = sorted([*ROOT.glob("*.py"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))])
DOCUMENTED = [path for path in CODE if path.relative_to(ROOT).parts[0] in ("analysis", "instruments", "station")]
LONGEST_FILE, LONGEST_FUNCTION = 400, 60

Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_contracts_between_the_rooms_are_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == 0, capsys.readouterr().out


def test_every_part_of_the_forward_model_is_under_contract() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    parts = {f"analysis.{path.stem}" for path in (ROOT / "analysis").glob("synthesis*.py")}
    [protected] = [set(c["protected_modules"]) for c in config["contracts"] if "protected_modules" in c]
    forbidden = [c for c in config["contracts"] if c.get("forbidden_modules") == ["analysis.*"]]
    [seeing] = [set(c["source_modules"]) for c in forbidden]
    assert protected == seeing == parts


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_a_room_is_small_enough_to_hold_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    functions = [node for node in ast.walk(_tree(path)) if isinstance(node, Function)]
    sizes = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).split("[")[0].split(".")[-1] == "Protocol" for base in node.bases)


@cache
def _promised() -> set[str]:
    """The methods that a Protocol of the project documents, once for all who keep it."""
    classes = [node for path in CODE for node in ast.walk(_tree(path)) if isinstance(node, ast.ClassDef)]
    methods = [node for c in classes if _is_protocol(c) for node in c.body if isinstance(node, Function)]
    return {node.name for node in methods if ast.get_docstring(node)}


def _undocumented(body: list[ast.stmt], promised: set[str], within: str = "") -> Iterator[str]:
    for node in body:
        if isinstance(node, (ast.ClassDef, *Function)) and not node.name.startswith("_"):
            if not ast.get_docstring(node) and not (within and node.name in promised):
                yield within + node.name
            if isinstance(node, ast.ClassDef):
                yield from _undocumented(node.body, promised, f"{within}{node.name}.")


@pytest.mark.parametrize("path", DOCUMENTED, ids=_name)
def test_every_public_name_says_what_it_is(path: Path) -> None:
    tree = _tree(path)
    assert ast.get_docstring(tree), "the module says nothing about itself"
    assert list(_undocumented(tree.body, _promised())) == []
