"""The house rules no linter knows: closed file names within a feature, modules that say what they hold."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("core", "catalogue", "procurement")
VOCABULARY = {
    *("views", "api", "jobs", "commands", "forms", "exports"),
    *("services", "queries", "models", "rules", "types"),
}
# A feature splits by noun only where the nouns own tables and states.
NOUNS = {"procurement/calloffs": {"drafting", "delegations", "bids", "clarifications", "evaluation"}}
OUTSIDE_FEATURES = {"procurement/app.py", "procurement/roles.py"}
LONGEST = 450  # lines; past about 400 a module becomes a package of the same name


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def python_children(folder: Path) -> list[Path]:
    """The modules and packages directly inside a folder, its own `__init__.py` aside."""
    children = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    return sorted([*children, *(path.parent for path in folder.glob("*/__init__.py"))])


def features() -> list[Path]:
    """Every package that must keep to the vocabulary: the features, and the nouns of those that split."""
    found = [
        child
        for floor in ("catalogue", "procurement")
        for child in python_children(ROOT / floor)
        if relative(child) not in OUTSIDE_FEATURES
    ]
    nouns = [ROOT / feature / noun for feature, names in NOUNS.items() for noun in sorted(names)]
    return [*found, *(noun for noun in nouns if noun.is_dir())]


def test_a_feature_holds_only_the_closed_file_names() -> None:
    strays = [
        relative(child)
        for feature in features()
        for child in python_children(feature)
        if child.stem not in VOCABULARY | NOUNS.get(relative(feature), set())
    ]
    assert features(), "no feature found: the test looks in the wrong place"
    assert strays == []


def test_a_floor_holds_only_features() -> None:
    strays = [relative(path) for path in features() if path.is_file()]
    assert strays == []


def test_a_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in modules(*FLOORS)}
    assert [relative(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_every_module_begins_by_saying_what_lives_there() -> None:
    texts = {
        path: path.read_text(encoding="utf-8") for path in modules(*FLOORS, "scripts", "benchmarks", "tests")
    }
    silent = [
        relative(path) for path, text in texts.items() if text and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_no_module_outgrows_its_room() -> None:
    outgrown = [
        relative(path)
        for path in modules(*FLOORS)
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
    ]
    assert outgrown == []
