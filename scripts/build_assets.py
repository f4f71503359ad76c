"""Builds `static/dist/` from `static/src/` and the npm packages: stylesheets, scripts, fonts and images.

Every file is named by a hash of its content (`app.1f3c….css`), so that it may be cached for ever; what
refers to it is rewritten, and `manifest.json` says which name became which. `pdf.css` keeps its name: it
is read from the folder by the PDF writer, never served. Does nothing when nothing has changed.
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.node import node_command

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "static" / "src"
TARGET = ROOT / "static" / "dist"
PACKAGES = ROOT / "node_modules"

STYLESHEETS = ("app.css", "pdf.css")
SCRIPTS = ("app.js",)
IMAGES = ("favicon.svg",)
UNVERSIONED = {"pdf.css"}

# Where the names used in our sources are found.
MODULES = {"govuk-frontend": PACKAGES / "govuk-frontend/dist/govuk/govuk-frontend.min.js"}
FOLDERS = {
    "fonts": (PACKAGES / "@fontsource/source-sans-3/files",),
    "images": (PACKAGES / "@ministryofjustice/frontend/moj/assets/images",),
}
# The royal arms belong to government sites; the rule that would show them shows nothing.
BRANDING = re.compile(r'url\("?images/govuk-crest\.svg"?\)')


def digest_of_inputs() -> str:
    """A fingerprint of everything that the build reads."""
    digest = hashlib.sha256()
    files = [path for path in SOURCE.rglob("*") if path.is_file()]
    for path in sorted([*files, ROOT / "package-lock.json", Path(__file__)]):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def compile_stylesheets(folder: Path) -> None:
    """Compile each `static/src/NAME.scss` into `folder/NAME.css`."""
    pairs = [f"{SOURCE / Path(name).with_suffix('.scss')}:{folder / name}" for name in STYLESHEETS]
    options = [
        "--quiet",
        "--no-source-map",
        "--style=compressed",
        "--load-path=.",
        "--load-path=node_modules",
    ]
    # --quiet hides the packages' own deprecation notes; an error is still shown and still fails.
    subprocess.run([*node_command("sass/sass.js"), *options, *pairs], cwd=ROOT, check=True)


class Build:
    """One build into a fresh folder; files are added leaves first, each once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> str:
        """Write a file under its versioned name and return that name, relative to the folder."""
        path = Path(name)
        if name not in UNVERSIONED:
            version = hashlib.sha256(content).hexdigest()[:12]
            path = path.with_name(f"{path.stem}.{version}{path.suffix}")
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        if path.suffix in {".css", ".js", ".svg"}:
            compressed = gzip.compress(content, 9, mtime=0)
            target.with_name(target.name + ".gz").write_bytes(compressed)
        self.manifest[name] = path.as_posix()
        return path.as_posix()

    def stylesheet(self, name: str, text: str) -> str:
        """Add a stylesheet and every font and image it names."""

        def versioned(match: re.Match[str]) -> str:
            folder, file = match["folder"], match["file"]
            reference = f"{folder}/{file}"
            if reference not in self.manifest:
                found = [place / file for place in FOLDERS[folder] if (place / file).is_file()]
                if not found:
                    raise SystemExit(f"{name} names {reference}, which no package holds")
                self.add(reference, found[0].read_bytes())
            return f'url("{self.manifest[reference]}")'

        text = BRANDING.sub("none", text)
        pattern = r'url\("?(?P<folder>fonts|images)/(?P<file>[^")]+)"?\)'
        return self.add(name, re.sub(pattern, versioned, text).encode())

    def script(self, name: str) -> str:
        """Add a module of ours and every module it imports."""

        def versioned(match: re.Match[str]) -> str:
            wanted = match["module"]
            if wanted in MODULES:
                file = f"{wanted}.js"
                if file not in self.manifest:
                    self.add(file, re.sub(rb"\n//# sourceMappingURL=.*", b"", MODULES[wanted].read_bytes()))
            else:
                file = wanted.removeprefix("./")
                if file not in self.manifest:
                    self.script(file)
            return f'from "./{self.manifest[file]}"'

        text = (SOURCE / name).read_text(encoding="utf-8")
        return self.add(name, re.sub(r'from "(?P<module>[^"]+)"', versioned, text).encode())


def main() -> int:
    """Build when something changed; print one line either way."""
    inputs = digest_of_inputs()
    stamp = TARGET / ".inputs"
    if stamp.is_file() and stamp.read_text() == inputs and (TARGET / "manifest.json").is_file():
        print("assets: unchanged")
        return 0
    if not (PACKAGES / "govuk-frontend").is_dir():
        print("assets: the npm packages are missing; run: make install", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(dir=ROOT / "static", prefix=".build-") as scratch:
        build = Build(Path(scratch) / "dist")
        build.folder.mkdir()
        compile_stylesheets(Path(scratch))
        for name in STYLESHEETS:
            build.stylesheet(name, (Path(scratch) / name).read_text(encoding="utf-8"))
        for name in SCRIPTS:
            build.script(name)
        for name in IMAGES:
            build.add(name, (SOURCE / name).read_bytes())
        manifest = json.dumps(build.manifest, indent=2, sort_keys=True) + "\n"
        (build.folder / "manifest.json").write_text(manifest)
        (build.folder / stamp.name).write_text(inputs)
        if TARGET.exists():
            shutil.rmtree(TARGET)
        build.folder.rename(TARGET)
    print(f"assets: {len(build.manifest)} files in static/dist")
    return 0


if __name__ == "__main__":
    sys.exit(main())
