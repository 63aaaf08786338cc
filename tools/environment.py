"""Make one of the project's own Python environments, unless it stands already.

    python3 tools/environment.py app requirements.txt requirements-dev.txt

makes .venvs/app with both files' packages. The environment is made anew when a file, a
constraints file named in it, or the Python changed. Whoever calls while another call is
making it waits for that one. Runs under whatever Python the machine has, so that one which
is too old can be told in a line: keep to syntax that old Pythons parse.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def fail(line):
    sys.stderr.write(line + "\n")
    sys.exit(1)


def fingerprint(files):
    """Changes when the packages, or the Python that they are for, change."""
    digest = hashlib.sha256(sys.version.encode() + sys.base_prefix.encode())
    pending = list(files)
    while pending:
        path = os.path.join(ROOT, pending.pop(0))
        with open(path) as source:
            text = source.read()
        digest.update(text.encode())
        pending += [line.split()[1] for line in text.splitlines() if line.startswith("-c ")]
    return digest.hexdigest()


def make(folder, files, stamp, wanted):
    name = os.path.basename(folder)
    print("Setting up .venvs/%s (once, and when its requirements change)" % name)
    sys.stdout.flush()
    shutil.rmtree(folder, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", folder]) != 0:
        shutil.rmtree(folder, ignore_errors=True)
        fail("This Python can't make environments; on Debian: apt install python3-venv")
    call = [os.path.join(folder, "bin", "python"), "-m", "pip", "install", "--quiet"]
    call += ["--disable-pip-version-check", "--prefer-binary"]
    for path in files:
        call += ["-r", os.path.join(ROOT, path)]
    done = subprocess.run(call, stderr=subprocess.PIPE, universal_newlines=True)
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        if "gcc" in done.stderr or "compiler" in done.stderr:
            fail("A package had to be compiled and no C compiler was found; "
                 "on Debian: apt install build-essential python3-dev")
        fail("The packages of .venvs/%s could not be installed; pip's words are above" % name)
    with open(stamp, "w") as out:
        out.write(wanted)


def main():
    if sys.version_info < OLDEST:
        fail("Python %d.%d or newer is needed, this is %d.%d (choose another: make PYTHON=python3.12 ...)"
             % (OLDEST + tuple(sys.version_info[:2])))
    name, files = sys.argv[1], sys.argv[2:]
    folder = os.path.join(ROOT, ".venvs", name)
    stamp = os.path.join(folder, "made-from")
    wanted = fingerprint(files)
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(folder + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            with open(stamp) as made:
                current = made.read()
        except OSError:
            current = ""
        if current != wanted:
            make(folder, files, stamp, wanted)


if __name__ == "__main__":
    main()
