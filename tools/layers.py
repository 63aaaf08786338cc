"""Build the Lambda layers: build/layer-NAME.zip from each requirements-layer-NAME.txt.

A layer carries libraries that one job needs and no door may pay for. To add one: the file of its
libraries, whole and pinned, without what the package carries already; in infra/layers.yaml the
layer and its parameter; the layer's name at the functions that import it.
"""

from pathlib import Path

from tools import libraries

PLACE = "/opt/python/"


def names() -> list[str]:
    """The layers, by the files that say what is in them."""
    files = libraries.ROOT.glob("requirements-layer-*.txt")
    return sorted(path.stem.removeprefix("requirements-layer-") for path in files)


def requirements(name: str) -> Path:
    return libraries.ROOT / f"requirements-layer-{name}.txt"


def archive(name: str) -> Path:
    return libraries.BUILD / f"layer-{name}.zip"


def build() -> bool:
    """Bring the layers up to date; whether anything was done. Those of no file any more are removed."""
    wanted = {archive(name): name for name in names()}
    old = set(libraries.BUILD.glob("layer-*.zip")) - wanted.keys()
    for path in old:
        path.unlink()
    made = [_build(name, path) for path, name in wanted.items()]
    return bool(old) or any(made)


def _build(name: str, path: Path) -> bool:
    folder = libraries.fetched(f"layer-{name}", requirements(name), PLACE)
    made_from = libraries.BUILD / f"layer-{name}.made-from"
    if path.exists() and made_from.exists() and made_from.read_text() == folder.name:
        return False
    made_from.unlink(missing_ok=True)
    libraries.write_zip(path, {folder: "python/"})
    made_from.write_text(folder.name)
    return True
