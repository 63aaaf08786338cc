"""Build what the pages are served with: stylesheets, typeface, compiled templates, catalogues, days off.

    python -m tools.assets

writes `chalicelib/web/assets/` (files named by their contents, and `manifest.json` from name to file),
`chalicelib/web/compiled/` (templates as Python modules, catalogues as .mo, the typeface of documents) and
the table of days off beside its adapter. What did not change since the last build is left alone.
"""

import fcntl
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import govuk_frontend_jinja
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, ModuleLoader, meta

from chalicelib.domain.palette import DEFAULT_PALETTE, PALETTES, Palette
from chalicelib.web.render import VENDOR, page_environment, vendor_environment
from tools import holidays, node

ROOT = Path(__file__).parent.parent
WEB = ROOT / "chalicelib" / "web"
ASSETS = WEB / "assets"
COMPILED = WEB / "compiled"
STAMPS = ROOT / "build" / "stamps"
SCSS = WEB / "static" / "scss"
FONTS = ROOT / "node_modules" / "@fontsource" / "sarabun" / "files"
# The same typeface whole and uncompressed, as documents need it.
DOCUMENT_FONTS = ROOT / "node_modules" / "@expo-google-fonts" / "sarabun"


def main() -> None:
    """Build what is out of date."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        # Two commands may build at once; the second finds all done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if now := _changed("packages", [ROOT / "package-lock.json"], ROOT / "node_modules" / "sass"):
            print("Fetching the packages of the stylesheets")
            node.run("npm", ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"])
            _done("packages", now)
        styles = [
            ROOT / "package-lock.json",
            ROOT / "chalicelib" / "domain" / "palette.py",
            *_files(WEB / "static"),
        ]
        if now := _changed("assets", styles, ASSETS / "manifest.json"):
            print("Building stylesheets")
            build_assets()
            _done("assets", now)
        if now := _changed("fonts", [ROOT / "package-lock.json"], COMPILED / "fonts" / "Sarabun-Bold.ttf"):
            copy_fonts()
            _done("fonts", now)
        pages = [WEB / "render.py", Path(govuk_frontend_jinja.__file__), *_files(WEB / "templates")]
        if now := _changed("templates", pages, COMPILED / ModuleLoader.get_module_filename("base.html")):
            print("Compiling templates")
            compile_templates()
            _done("templates", now)
        catalogues = sorted((WEB / "locales").glob("*/LC_MESSAGES/messages.po"))
        if now := _changed("catalogues", catalogues, COMPILED / "th.mo"):
            print("Compiling catalogues")
            compile_catalogues(catalogues)
            _done("catalogues", now)
        # The pin of the package that knows them stands in the second file.
        days_off = [ROOT / "tools" / "holidays.py", ROOT / "requirements-dev.txt"]
        if now := _changed("days off", days_off, holidays.TABLE):
            print("Computing days off")
            _write(holidays.TABLE, holidays.table())
            _done("days off", now)


def build_assets() -> None:
    """Build stylesheets, typeface, emblem and script, each under a name that changes with its contents."""
    built = {name: (WEB / "static" / name).read_bytes() for name in ("emblem.svg", "position.js")}
    for script in ("thai", "latin"):
        for weight in (400, 700):
            font = FONTS / f"sarabun-{script}-{weight}-normal.woff2"
            built[f"sarabun-{script}-{weight}.woff2"] = font.read_bytes()
    names = {name: _hashed(name, data) for name, data in built.items()}
    for sheet in ("public", "console"):
        css = _compile_sheet(sheet)
        for name, hashed in names.items():
            css = css.replace(f'url("{name}")', f'url("{hashed}")').replace(f"url({name})", f"url({hashed})")
        built[f"{sheet}.css"] = css.encode()
    names = {name: _hashed(name, data) for name, data in built.items()}
    ASSETS.mkdir(parents=True, exist_ok=True)
    for name, data in built.items():
        _write(ASSETS / names[name], data)
    _write(ASSETS / "manifest.json", json.dumps(names, indent=1, sort_keys=True).encode())
    _keep_only(ASSETS, {*names.values(), "manifest.json"})
    for name in ("public.css", "console.css"):
        print(f"  {name}: {len(built[name]):,} bytes, {len(gzip.compress(built[name])):,} compressed")


def copy_fonts() -> None:
    """Put the typeface of documents beside the templates."""
    (COMPILED / "fonts").mkdir(parents=True, exist_ok=True)
    for weight, name in ((400, "Regular"), (700, "Bold")):
        font = DOCUMENT_FONTS / f"{weight}{name}" / f"Sarabun_{weight}{name}.ttf"
        _write(COMPILED / "fonts" / f"Sarabun-{name}.ttf", font.read_bytes())


def compile_templates() -> None:
    """Compile our templates and the vendor's macros that they use, each as a Python module."""
    COMPILED.mkdir(parents=True, exist_ok=True)
    ours = page_environment()
    ours.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    vendors = vendor_environment()
    templates = WEB / "templates"
    waiting = {path.relative_to(templates).as_posix() for path in _files(templates)}
    compiled: set[str] = set()
    while waiting:
        name = waiting.pop()
        compiled.add(name)
        environment, path = (ours, templates / name)
        if name.startswith(VENDOR):
            vendor_root = Path(govuk_frontend_jinja.__file__).parent / "templates"
            environment, path = vendors, vendor_root / name.removeprefix(VENDOR)
        source = path.read_text("utf-8")
        code = environment.compile(source, name, str(path), raw=True, defer_init=True)
        _write(COMPILED / ModuleLoader.get_module_filename(name), code.encode())
        waiting |= _references(environment, source) - compiled
    modules = {ModuleLoader.get_module_filename(name) for name in compiled}
    for stale in COMPILED.glob("tmpl_*.py"):
        if stale.name not in modules:
            stale.unlink()
    print(f"  {len(compiled)} templates")


def compile_catalogues(catalogues: Iterable[Path]) -> None:
    """Compile each language's messages."""
    COMPILED.mkdir(parents=True, exist_ok=True)
    for path in catalogues:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        _write(COMPILED / f"{path.parent.parent.name}.mo", compiled.getvalue())


def palettes_scss() -> str:
    """The palettes as classes of the html element; the default one stands for a page without any."""

    def rule(selector: str, palette: Palette) -> str:
        return (
            f"{selector} {{ --brand: {palette.brand}; --brand-deep: {palette.deep}; "
            f"--brand-tint: {palette.tint}; --govuk-brand-colour: {palette.brand}; "
            f"--govuk-link-colour: {palette.brand}; --govuk-link-hover-colour: {palette.deep}; "
            f"--govuk-link-visited-colour: {palette.brand}; }}"
        )

    rules = [rule(":root", PALETTES[DEFAULT_PALETTE])]
    rules += [rule(f".palette-{name}", palette) for name, palette in PALETTES.items()]
    return "\n".join(rules)


def _compile_sheet(sheet: str) -> str:
    generated = ROOT / "build" / "scss"
    generated.mkdir(parents=True, exist_ok=True)
    _write(generated / "_palettes.scss", palettes_scss().encode())
    output = generated / f"{sheet}.css"
    paths = [f"--load-path={ROOT}", f"--load-path={generated}"]
    script = ROOT / "node_modules" / "sass" / "sass.js"
    options = ["--style=compressed", "--no-charset", "--no-source-map", *paths]
    node.run("node", [str(script), *options, f"{SCSS / sheet}.scss:{output}"])
    return output.read_text("utf-8")


def _references(environment: Environment, source: str) -> set[str]:
    found = meta.find_referenced_templates(environment.parse(source))
    return {name for name in found if name is not None}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hashed(name: str, data: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}"


def _fingerprint(inputs: Iterable[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in [Path(__file__), *inputs]:
        data = path.read_bytes()
        digest.update(f"{path.name}:{len(data)}:".encode() + data)
    return digest.hexdigest()


def _changed(step: str, inputs: Iterable[Path], output: Path) -> str | None:
    """The fingerprint of inputs that were not built yet; None where they were.

    It is taken before the build: what somebody changes meanwhile is built the next time.
    """
    stamp, fingerprint = STAMPS / step, _fingerprint(inputs)
    built = output.exists() and stamp.exists() and stamp.read_text() == fingerprint
    return None if built else fingerprint


def _done(step: str, fingerprint: str) -> None:
    _write(STAMPS / step, fingerprint.encode())


def _write(path: Path, data: bytes) -> None:
    """Write a file at once, for a server that reads it meanwhile."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(path)


def _keep_only(folder: Path, names: set[str]) -> None:
    for path in folder.iterdir():
        if path.name not in names:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} failed with {error.returncode}")
