"""What the scripts in this directory share: time on a core, instructions, and the sources of another commit."""

import pathlib
import re
import resource
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def cpu(command, cwd, env=None):
    """The seconds that a command and its children spend on a core. Ends the script if the command fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stderr[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def can_count():
    return shutil.which("valgrind") is not None


def instructions(command, cwd=None):
    """How many instructions a command executes, whatever else the machine does. Needs valgrind."""
    run = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *map(str, command)]
    done = subprocess.run(run, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = re.search(r"I +refs: +([\d,]+)", done.stderr)
    if not found:
        raise SystemExit(f"{' '.join(run)}: exit code {done.returncode}\n{done.stderr[-3000:]}")
    return int(found[1].replace(",", ""))


def sources(commit, into):
    """Writes the files of a commit to a directory, and returns it."""
    into.mkdir(parents=True)
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "x"], cwd=into, input=packed, check=True)
    return into


def crate(directory, dependencies, code, file="src/lib.rs"):
    """Writes a package with this code to a directory, and returns it."""
    (directory / "src").mkdir(parents=True, exist_ok=True)
    name = directory.name.replace("_", "-")
    (directory / "Cargo.toml").write_text(f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n[dependencies]\n{dependencies}\n[workspace]\n')
    (directory / file).write_text(code)
    return directory


def library(features=None, root=ROOT):
    """The line of a manifest for the facade. Without features, its default ones."""
    if features is None:
        return f'rekognition-iam = {{ path = "{root}" }}'
    listed = ", ".join(f'"{feature}"' for feature in features)
    return f'rekognition-iam = {{ path = "{root}", default-features = false, features = [{listed}] }}'
