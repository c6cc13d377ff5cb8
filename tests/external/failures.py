#!/usr/bin/env python3
"""What the command leaves behind when it fails: nothing is half-written, and nothing of somebody else is touched.

A full disk, a run that is killed while it writes, read-only directories, runs at the same time, files from the future, a reader that
goes away, and input that ends early. The full disk needs root and Linux; prints that it was skipped otherwise. Uses the command of a
debug build, or the one in REKOGNITION_IAM. `--kills N` kills N runs instead of 100.
"""

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path

import environment

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", environment.ROOT / "target")).absolute()
COMMAND = os.environ.get("REKOGNITION_IAM", TARGET / "debug" / "rekognition-iam")

OLD = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "S3:getobject", "Resource": f"arn:aws:s3:::b{i}/*"} for i in range(20)],
    },
    indent=1,
)
NEW = OLD.replace("S3:getobject", "s3:GetObject")
FOREIGN = "somebody else's\n"


def run(*arguments, **options):
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=300, **options)


def fill(directory):
    (directory / "a.json").write_text(OLD)
    (directory / "foreign.txt").write_text(FOREIGN)
    (directory / ".a.json.notes.tmp").write_text(FOREIGN)


def look(directory, texts=(OLD, NEW)):
    """The file is the old or the new one as a whole, and the other files are as they were."""
    text = (directory / "a.json").read_text()
    assert text in texts, f"half-written: {len(text)} of {len(OLD)} bytes"
    assert (directory / "foreign.txt").read_text() == FOREIGN
    assert (directory / ".a.json.notes.tmp").read_text() == FOREIGN


def names(directory):
    return sorted(path.name for path in directory.iterdir())


ALL = [".a.json.notes.tmp", "a.json", "foreign.txt"]


def full_disk(directory):
    if os.geteuid() != 0 or not Path("/proc/mounts").exists():
        print("*** SKIPPED full disk: it needs root and Linux")
        return
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        print("*** SKIPPED full disk: a tmpfs cannot be mounted here")
        return
    try:
        fill(directory)
        with (directory / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 512)
            except OSError:
                pass
        done = run("fix", "--no-config", directory / "a.json")
        assert done.returncode != 0 and "no space" in done.stderr.lower(), done
        look(directory, [OLD])
        assert names(directory) == sorted([*ALL, "filler"])
        # With room, the next run does it.
        (directory / "filler").unlink()
        assert run("fix", "--no-config", directory / "a.json").returncode == 0
        look(directory, [NEW])
        assert names(directory) == ALL
    finally:
        subprocess.run(["umount", directory], check=True)


def killed(directory, kills):
    fill(directory)
    started = time.monotonic()
    run("fix", "--no-config", directory / "a.json")
    took = time.monotonic() - started
    seen = set()
    for _ in range(kills):
        (directory / "a.json").write_text(OLD)
        child = subprocess.Popen([COMMAND, "fix", "--no-config", directory / "a.json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.3, 1.1) * took)
        child.kill()
        child.wait()
        look(directory)
        seen.add((directory / "a.json").read_text() == NEW)
    print(f"killed {kills} runs; before and after the write: {len(seen) == 2}")
    # The next run that writes the file takes away what they left.
    (directory / "a.json").write_text(OLD)
    assert run("fix", "--no-config", directory / "a.json").returncode == 0
    look(directory, [NEW])
    assert names(directory) == ALL, names(directory)


def read_only(directory):
    fill(directory)
    (directory / "a.json").chmod(0o444)
    done = run("fix", "--no-config", directory / "a.json")
    assert done.returncode != 0 and "read-only" in done.stderr, done
    look(directory, [OLD])
    assert names(directory) == ALL


def at_the_same_time(directory):
    fill(directory)
    command = [COMMAND, "fix", "--no-config", directory / "a.json"]
    children = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(8)]
    for child in children:
        assert child.wait() in (0, 1)
    look(directory, [NEW])
    assert names(directory) == ALL


def from_the_future(directory):
    fill(directory)
    for at in (time.time() + 10 * 365 * 86400, 0):
        (directory / "a.json").write_text(OLD)
        os.utime(directory / "a.json", (at, at))
        assert run("fix", "--no-config", directory / "a.json").returncode == 0
        look(directory, [NEW])
        assert names(directory) == ALL


def reader_goes_away(directory):
    statement = {"Effect": "Allow", "Action": [f"s3:Get{i}" for i in range(3000)], "Resource": "*"}
    (directory / "long.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    for form in ("human", "json", "sarif", "github"):
        command = [COMMAND, "check", "--no-config", "--format", form, directory / "long.json"]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read()
        child.wait()
        assert "panicked" not in said and "roken pipe" not in said, (form, said)


def input_ends_early(directory):
    # A writer that stops in the middle, and one that is slow.
    for part, text in (("half", OLD[: len(OLD) // 2]), ("whole", OLD)):
        child = subprocess.Popen([COMMAND, "check", "--no-config", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for at in range(0, len(text), 400):
            child.stdin.write(text[at : at + 400])
            child.stdin.flush()
            time.sleep(0.001)
        out, _ = child.communicate()
        assert (child.returncode == 2) == (part == "half"), (part, child.returncode, out)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=100)
    kills = arguments.parse_args().kills
    for failure in (full_disk, lambda directory: killed(directory, kills), read_only, at_the_same_time, from_the_future, reader_goes_away, input_ends_early):
        with tempfile.TemporaryDirectory() as name:
            failure(Path(name))
    print("nothing is half-written, and nothing of somebody else was touched")


if __name__ == "__main__":
    main()
