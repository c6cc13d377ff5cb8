#!/usr/bin/env python3
"""What the facade costs a user to build from nothing, against a crate that depends on thiserror only.

usage: benches/cold_build.py [--runs N] [--features a,b] [--command build|check|release] [--base COMMIT]

Builds an empty crate with each dependency in an empty target directory, in turn, with the dependencies downloaded before, and prints
the CPU seconds, the seconds of the clock, and the ratio that the project has a goal for. With --base, another commit is built too.

Cargo compiles the packages of a registry without incremental compilation and without lints. It would compile ours with both,
because they are in local directories here, so both are off.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import tempfile
import time

from measuring import cpu, crate, library, sources

COMMANDS = {"build": ["build"], "check": ["check"], "release": ["build", "--release"]}


def measure(runs=5, features=None, command="build", base=None):
    """For `thiserror`, `rekognition-iam`, and the other commit if there is one: the CPU seconds and the seconds of each run."""
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        ways = {"thiserror": 'thiserror = "2"', "rekognition-iam": library(features)}
        if base:
            ways[base] = library(features, sources(base, directory / "base"))
        crates = {}
        for number, (way, dependency) in enumerate(ways.items()):
            crates[way] = crate(directory / f"cold{number}", dependency, "")
            cpu(["cargo", "fetch", "--quiet"], crates[way])
        target = directory / "target"
        env = dict(os.environ, CARGO_TARGET_DIR=str(target), CARGO_INCREMENTAL="0", RUSTFLAGS="--cap-lints allow")
        times = {way: {"cpu": [], "clock": []} for way in ways}
        for _ in range(runs):
            for way in ways:
                start = time.perf_counter()
                times[way]["cpu"].append(cpu(["cargo", *COMMANDS[command], "--quiet", "--offline"], crates[way], env))
                times[way]["clock"].append(time.perf_counter() - start)
                shutil.rmtree(target)
        return times


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--features", help="features of the facade; without it, the default ones")
    arguments.add_argument("--command", choices=COMMANDS, default="build")
    arguments.add_argument("--base", metavar="COMMIT", help="a commit to compare with")
    args = arguments.parse_args()
    features = None if args.features is None else [feature for feature in args.features.split(",") if feature]
    times = measure(args.runs, features, args.command, args.base)
    rival = times["thiserror"]
    for way, spent in times.items():
        runs = spent["cpu"]
        print(f"{way:16} {statistics.median(runs):.2f} s CPU ({min(runs):.2f} to {max(runs):.2f}), {min(spent['clock']):.2f} s at best")
    for way in list(times)[1:]:
        by_cpu = statistics.median(times[way]["cpu"]) / statistics.median(rival["cpu"])
        print(f"{way} / thiserror: {by_cpu:.2f}, by the clock {min(times[way]['clock']) / min(rival['clock']):.2f}")


if __name__ == "__main__":
    main()
