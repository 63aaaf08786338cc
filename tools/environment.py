"""Make one of the project's own Python environments, unless it stands already.

    python3 tools/environment.py app requirements.txt requirements-dev.txt

makes .venvs/app with both files' packages. The environment is made anew when a file, a
constraints file named in it, or the Python changed. Whoever calls while another call is
making it waits for that one. Runs under whatever Python 3 the machine has, so that one which
is too old can be told in a line: keep to syntax that Python 3.6 parses.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent


def fingerprint(files):
    """Changes when the packages, or the Python that they are for, change."""
    digest = hashlib.sha256((sys.version + sys.base_prefix).encode())
    pending = list(files)
    while pending:
        text = (ROOT / pending.pop(0)).read_text()
        digest.update(text.encode())
        pending += [line.split()[1] for line in text.splitlines() if line.startswith("-c ")]
    return digest.hexdigest()


def make(folder, files):
    """Make the environment; ends the program with pip's words and a clear last line if it can't."""
    print(f"Setting up .venvs/{folder.name} (once, and when its requirements change)", flush=True)
    shutil.rmtree(str(folder), ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", str(folder)], check=False).returncode != 0:
        shutil.rmtree(str(folder), ignore_errors=True)
        sys.exit("This Python can't make environments; on Debian: apt install python3-venv")
    call = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--prefer-binary"]
    call += ["--disable-pip-version-check"]
    for name in files:
        call += ["-r", str(ROOT / name)]
    done = subprocess.run(call, check=False, stderr=subprocess.PIPE)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace")
        sys.stderr.write(words)
        if "gcc" in words or "compiler" in words:
            sys.exit(
                "A package had to be compiled and no C compiler was found; "
                "on Debian: apt install build-essential python3-dev"
            )
        sys.exit(f"The packages of .venvs/{folder.name} could not be installed; pip's words are above")


def main():
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:2])
        sys.exit(f"Python 3.11 or newer is needed, this is {found}; choose another: make PYTHON=python3.12 …")
    name, files = sys.argv[1], sys.argv[2:]
    folder = ROOT / ".venvs" / name
    stamp = folder / "made-from"
    wanted = fingerprint(files)
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            make(folder, files)
            stamp.write_text(wanted)


if __name__ == "__main__":
    main()
