"""What pages load: built files under versioned names, complete, without branding not ours; the countdown."""

import json
import re
import subprocess

import pytest

from scripts.build_assets import ROOT, TARGET
from scripts.node import node_home


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    return json.loads((TARGET / "manifest.json").read_text())


def test_every_file_of_the_manifest_exists_under_a_name_that_changes_with_it(manifest) -> None:
    for name, built in manifest.items():
        assert (TARGET / built).is_file(), name
        assert name == "pdf.css" or re.search(r"\.[0-9a-f]{12}\.\w+$", built), built


def test_everything_a_stylesheet_names_is_there(manifest) -> None:
    for sheet in ("app.css", "pdf.css"):
        text = (TARGET / manifest[sheet]).read_text()
        named = re.findall(r'url\("?([^")]+)"?\)', text)
        assert named
        # A name that begins with # is a pattern inside the page's own picture.
        files = [reference for reference in named if not reference.startswith("#")]
        assert [reference for reference in files if not (TARGET / reference).is_file()] == []


def test_no_government_branding(manifest) -> None:
    assert [name for name in manifest if re.search("crest|crown|govuk-icon|opengraph", name)] == []
    for name in ("app.css", "pdf.css"):
        text = (TARGET / manifest[name]).read_text()
        assert "GDS Transport" not in text
        assert re.findall(r"url\([^)]*(?:crest|crown)[^)]*\)", text) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2 * 86400 + 3 * 3600, "2 days 3 hours left"),
        (86400 + 3600, "1 day 1 hour left"),
        (3 * 3600 + 20 * 60 + 5, "3 hours 20 minutes left"),
        (61, "1 minute 1 second left"),
        (1, "1 second left"),
        (0, "The deadline has passed"),
        (-5, "The deadline has passed"),
    ],
)
def test_the_countdown_says_what_is_left(seconds: int, words: str) -> None:
    module = (ROOT / "static" / "src" / "countdown.js").as_uri()
    script = f"import {{ remaining }} from {json.dumps(module)}; console.log(remaining({seconds}));"
    node = node_home() / "bin" / "node"
    said = subprocess.run(
        [node, "--input-type=module", "--no-warnings", "-e", script],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == words
