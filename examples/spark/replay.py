#!/usr/bin/env python3
"""Replays a CloudTrail trail against policies with Apache Spark.

usage: spark-submit replay.py --command rekognition-iam --policy new.json --trail 'AWSLogs/**/*.json.gz' [--format json] [-- MORE ..]

Each task runs one `rekognition-iam replay --files-from - --emit partial` over some whole files, and the driver adds up the results
with `replay --merge`. A delivered file is one JSON object and cannot be split, so files are the unit. The files of an account, Region
and day stay together, because events that are in two of them, as with a trail of the organization and one of the account, count once
only within a task. These groups are dealt out by size.
What follows `--` is passed to `replay`: `--old`, `--principal`, `--assume`. The policies have to be readable where the tasks run:
give them to spark-submit with `--files`.

A task that is lost is run again by Spark, and only its last result counts: a task gives its result to the driver and writes
nothing else, so no file is counted twice.
"""
import argparse
import glob
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def dealt(files, parts):
    """The files in so many lists of about the same size, each in order, and those of an account, Region and day in one of them."""
    groups = {}
    for file in files:
        name = os.path.basename(file)
        delivered = re.match(r"\d{12}_CloudTrail_[a-z0-9-]+_\d{8}", name)
        groups.setdefault(delivered[0] if delivered else name, []).append(file)
    sizes = {name: sum(map(os.path.getsize, group)) for name, group in groups.items()}
    lists = [[] for _ in range(max(1, min(parts, len(groups))))]
    filled = [0] * len(lists)
    for name in sorted(groups, key=lambda name: (-sizes[name], name)):
        least = filled.index(min(filled))
        lists[least] += groups[name]
        filled[least] += sizes[name]
    return [sorted(files) for files in lists]


def replayed(command, arguments, files):
    """The partial result of some files."""
    done = subprocess.run([command, "replay", *arguments, "--emit", "partial", "--keep-going", "--quiet", "--files-from", "-"],
                          input="\n".join(files), capture_output=True, text=True)
    if done.returncode != 0:
        # Spark tries again elsewhere, and fails the job when that does not help.
        raise RuntimeError(done.stderr)
    return done.stdout


def merged(command, results, more):
    """Adds partial results up with the command, and returns its exit code and report."""
    with tempfile.TemporaryDirectory() as place:
        names = []
        for number, result in enumerate(results):
            name = Path(place) / f"{number}.json"
            name.write_text(result)
            names.append(str(name))
        done = subprocess.run([command, "replay", *more, "--merge", *names], capture_output=True, text=True)
        sys.stderr.write(done.stderr)
        return done.returncode, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="rekognition-iam")
    parser.add_argument("--policy", action="append", required=True)
    parser.add_argument("--trail", required=True, help="pattern of files that driver and tasks can read")
    parser.add_argument("--format", default="human")
    parser.add_argument("--parts", type=int, help="number of tasks; by default four for each core")
    parser.add_argument("more", nargs="*")
    given = parser.parse_args()

    from pyspark.sql import SparkSession

    session = SparkSession.builder.appName("rekognition-iam replay").getOrCreate()
    context = session.sparkContext
    try:
        files = glob.glob(given.trail, recursive=True)
        if not files:
            sys.exit(f"{given.trail}: there are no such files")
        parts = dealt(files, given.parts or 4 * context.defaultParallelism)
        arguments = [argument for policy in given.policy for argument in ("--policy", policy)] + given.more
        command = given.command
        results = context.parallelize(parts, len(parts)).map(lambda files: replayed(command, arguments, files)).collect()
    finally:
        session.stop()
    code, report = merged(command, results, ["--format", given.format, "--keep-going"])
    sys.stdout.write(report)
    sys.exit(code)


if __name__ == "__main__":
    main()
