#!/usr/bin/env python3
"""Measures everything that the project has a speed goal for, next to its rivals, and writes one report.

usage: benches/all.py [--command PATH] [--base COMMIT] [--quick] [--only WORD] [--out FILE] [--json FILE]
                      [--python PATH] [--node-modules DIRECTORY]

PATH is the built `rekognition-iam` (`cargo build --release -p rekognition-iam-cli`); without it, what needs the command is skipped.
With --base, the same is measured for another commit, taking turns where the measurement allows it; of the command, only this one.
--quick measures each thing once and small: it shows that the scripts work, and its figures mean nothing. --only selects measurements
by a part of their name. The report is Markdown: each figure with its goal and whether it is met, then what was skipped, and why.

The rivals come from crates.io, PyPI (`parliament`), and npm (`@cloud-copilot/iam-simulate`). The last two are installed into a temporary
directory, unless PATH is a Python that has the first, and DIRECTORY a node_modules that has the second. Ratios are of CPU time, or of
instructions where that is said, so other work on the machine matters little; a quiet machine is still better.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import check
import cold_build
import compile_cost
import doubling
import evaluate
import many_files
import memory
from measuring import ROOT, can_count, sources

MEASUREMENTS = {}
FEATURES = ["evaluate", "json", "s3", "iam", "sns"]


class Skipped(Exception):
    """Why something was not measured."""


def measurement(make):
    MEASUREMENTS[make.__name__] = make
    return make


def row(what, figure, goal=None, unit="x", before=None, note=""):
    return {"what": what, "figure": figure, "goal": goal, "unit": unit, "before": before, "note": note}


def middle(times):
    return statistics.median(times)


def of_base(args, measure):
    """The same measurement of the other commit, if there is one."""
    if not args.base:
        return None
    with tempfile.TemporaryDirectory() as directory:
        return measure(sources(args.base, pathlib.Path(directory, "base")))


@measurement
def cold_builds(args):
    kinds = ((None, 0.95, "default features"), (FEATURES, 1.3, f"`{', '.join(FEATURES)}`"))
    for features, goal, name in kinds[:1] if args.quick else kinds:
        times = cold_build.measure(1 if args.quick else 3, features, "check" if args.quick else "build", args.base)
        rival = times["thiserror"]
        for kind, word in (("cpu", "CPU time"), ("clock", "by the clock")):
            ratio = {way: middle(spent[kind]) / middle(rival[kind]) for way, spent in times.items()}
            note = f"{middle(times['rekognition-iam'][kind]):.1f} s and {middle(rival[kind]):.1f} s"
            yield row(f"cold build, {name}, {word}, compared with thiserror", ratio["rekognition-iam"], goal if kind == "cpu" else None,
                      before=ratio.get(args.base), note=note)


@measurement
def policies(args):
    count, runs = (20, 1) if args.quick else (1000, 5)
    times = compile_cost.measure(count, runs, "build", base=args.base)
    cost = compile_cost.costs(times, count)
    for rival, goal, name in (("typed", 0.25, "typed builder code"), ("json!", None, "`json!`")):
        before = cost[args.base] / cost[rival] if args.base else None
        yield row(f"macro cost of a policy, compared with {name}", cost["policy!"] / cost[rival], goal, before=before,
                  note=f"{cost['policy!']:.0f} and {cost[rival]:.0f} us")


@measurement
def edits(args):
    count, runs = (20, 1) if args.quick else (1000, 5)
    for optimized in (False,) if args.quick else (False, True):
        times = compile_cost.edited(count, runs, base=args.base, optimized=optimized)
        rival = middle(times["strings"])
        name = f"one policy edited among {count:,}" + (", macro built with `opt-level = 3`" if optimized else "")
        note = f"{middle(times['policy!']):.2f} and {rival:.2f} s; the typed builder is at {middle(times['typed']) / rival:.2f}"
        before = middle(times[args.base]) / rival if args.base else None
        yield row(f"{name}, `cargo check`, compared with string constants", middle(times["policy!"]) / rival, 2.5, before=before, note=note)


@measurement
def guarantees(args):
    for statements, goal in ((3, 2), (20, 8)):
        count, runs = (2, 1) if args.quick else (40, 5)
        cost = compile_cost.guarantees(statements, count, runs, args.base)
        yield row(f"`assert_policy!`, one guarantee, a policy of {statements} statements", cost["now"], goal, "ms", cost.get(args.base))


@measurement
def rules(args):
    if can_count():
        counted = check.count(10 if args.quick else 100)
        before = of_base(args, lambda root: check.count(10 if args.quick else 100, root))
        for rival, goal in (("serde_json", 1.0), ("iam-rs", None)):
            yield row(f"parse and all rules, instructions, compared with {rival}", counted["parse and all rules"] / counted[rival], goal,
                      before=before and before["parse and all rules"] / before[rival],
                      note=f"{counted['parse and all rules']:,.0f} and {counted[rival]:,.0f} for a policy")
    else:
        yield row("parse and all rules, instructions", Skipped("valgrind is not installed"))
    try:
        python = args.python or parliament(args.rivals)
    except Skipped as why:
        yield row("parse and all rules, compared with parliament", why)
        return
    times = check.measure(20 if args.quick else 1000, 1 if args.quick else 7, python)
    ours, theirs = times["parse and all rules"]["median"], times["parliament"]["median"]
    yield row("parse and all rules, compared with parliament", ours / theirs, note=f"{ours:.1f} and {theirs:,.0f} us")


@measurement
def decisions(args):
    rounds = 1 if args.quick else 20
    try:
        modules = args.node_modules or simulator(args.rivals)
    except Skipped as why:
        yield row("a decision, compared with iam-simulate", why)
        modules = None
    times = evaluate.measure(rounds, modules)
    before = of_base(args, lambda root: evaluate.measure(rounds, None, root))
    of = lambda measured, ours, rival: measured and middle(measured[ours]) / middle(measured[rival])
    named = lambda name: f"{middle(times[name]):,.0f} ns"
    for ours, rival, goal, what in (
            ("3 statements, ours", "3 statements, by hand", 0.5, "a decision, 3 statements, compared with the hand-written match"),
            ("3 statements, ours", "3 statements, iam-rs", None, "a decision, 3 statements, compared with iam-rs"),
            ("3 statements, ours", "3 statements, iam-simulate", None, "a decision, 3 statements, compared with iam-simulate"),
            ("1000 statements, prepared", "3 statements, prepared", 1.1, "1,000 statements compared with 3, prepared")):
        if rival in times:
            yield row(what, of(times, ours, rival), goal, before=of(before, ours, rival) if before and rival in before else None,
                      note=f"{named(ours)} and {named(rival)}")
    for count, goal in ((12, 12), (30, 40)):
        for name in times:
            if name.startswith(f"compare {count} "):
                yield row(f"`diff`, {name.removeprefix('compare ')}", middle(times[name]) / 1e3, goal, "us", before and middle(before[name]) / 1e3)


@measurement
def files(args):
    needs_command(args)
    size, times = many_files.measure(args.command, 200 if args.quick else 10_000, 1 if args.quick else 5)
    clock, processor = 1, 2
    ours = times[-1]
    for rival, index, goal in ((times[1], clock, 1.5), (times[0], processor, None)):
        word = "by the clock" if index == clock else "CPU time"
        yield row(f"`check` of 10,000 files, {word}, compared with `{rival[0]}`", ours[index] / rival[index], goal, note=f"{ours[index]:.2f} and {rival[index]:.2f} s")


@measurement
def start(args):
    needs_command(args)
    times = []
    for _ in range(3 if args.quick else 41):
        begin = time.perf_counter()
        subprocess.run([args.command, "--version"], check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - begin) * 1e3)
    yield row("start of the command, the best of many", min(times), 5, "ms")


@measurement
def growth(args):
    needs_command(args)
    measured = dict(doubling.measure(args.command, ["no_policy"] if args.quick else [], 50 if args.quick else None))
    worst = max(measured, key=measured.get)
    yield row("growth of `check` when its input doubles, at most", measured[worst], doubling.LIMIT, note=f"of {len(measured)} shapes, {worst}; 2 is in line with the input")


@measurement
def memory_of_input(args):
    needs_command(args)
    for name, size, taken in memory.measure(args.command, 0.01 if args.quick else 1):
        yield row(f"memory compared with the input, {name}", taken / size, memory.LIMIT, note=f"{taken / 1e6:.0f} and {size / 1e6:.1f} MB")


def needs_command(args):
    if not args.command:
        raise Skipped("it needs `--command target/release/rekognition-iam`")


def install(command, what):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise Skipped(f"{what} could not be installed: {last}")


def parliament(directory):
    python = directory / "venv/bin/python"
    if not python.exists():
        install([sys.executable, "-m", "venv", directory / "venv"], "a virtual environment")
        install([python, "-m", "pip", "install", "--quiet", "parliament", "setuptools<81"], "parliament")
    return python


def simulator(directory):
    if not shutil.which("npm"):
        raise Skipped("npm is not installed")
    install(["npm", "install", "--silent", "--prefix", directory, "@cloud-copilot/iam-simulate"], "iam-simulate")
    return directory / "node_modules"


def written(figure, unit):
    return f"{figure:.2f} {unit}" if unit == "x" else f"{figure:.1f} {unit}"


def is_met(row):
    return row["goal"] is None or row["figure"] <= row["goal"]


def report(rows, args, took):
    measured = [row for row in rows if not isinstance(row["figure"], Skipped)]
    goals = [row for row in measured if row["goal"] is not None]
    lines = ["# Speed", ""]
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    lines.append(f"{datetime.date.today()}, commit {commit}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
                 f"{took / 60:.0f} minutes. {sum(map(is_met, goals))} of {len(goals)} goals are met.")
    if args.quick:
        lines += ["", "With `--quick`: these figures mean nothing."]
    base = f" {args.base} |" if args.base else ""
    lines += ["", f"| what | figure |{base} goal | met | |", "|---|---|" + ("---|" if base else "") + "---|---|---|"]
    for row in measured:
        before = "" if not base else " |" if row["before"] is None else f" {written(row['before'], row['unit'])} |"
        goal = "" if row["goal"] is None else written(row["goal"], row["unit"])
        met = "" if row["goal"] is None else "yes" if is_met(row) else "**no**"
        lines.append(f"| {row['what']} | {written(row['figure'], row['unit'])} |{before} {goal} | {met} | {row['note']} |")
    skipped = [row for row in rows if isinstance(row["figure"], Skipped)]
    if skipped:
        lines += ["", "Skipped:", ""] + [f"- {row['what']}: {row['figure']}" for row in skipped]
    return "\n".join(lines) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--command", type=lambda path: pathlib.Path(path).resolve(strict=True), help="the built `rekognition-iam`")
    arguments.add_argument("--base", metavar="COMMIT", help="a commit to compare with")
    arguments.add_argument("--quick", action="store_true", help="each measurement once and small, to try the scripts")
    arguments.add_argument("--only", metavar="WORD", default="", help=f"a part of one of {', '.join(MEASUREMENTS)}")
    arguments.add_argument("--out", metavar="FILE", type=pathlib.Path, help="write the report here too")
    arguments.add_argument("--json", metavar="FILE", type=pathlib.Path, help="write the figures here as JSON")
    arguments.add_argument("--python", help="a Python that has parliament")
    arguments.add_argument("--node-modules", help="a node_modules that has @cloud-copilot/iam-simulate")
    args = arguments.parse_args()
    chosen = {name: measure for name, measure in MEASUREMENTS.items() if args.only in name}
    if not chosen:
        arguments.error(f"--only {args.only}: expected a part of one of {', '.join(MEASUREMENTS)}")
    rows, begin = [], time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        args.rivals = pathlib.Path(directory)
        for name, measure in chosen.items():
            print(f"measuring {name}", file=sys.stderr, flush=True)
            try:
                rows.extend(measure(args))
            except Skipped as why:
                rows.append(row(name, why))
    text = report(rows, args, time.monotonic() - begin)
    print(text, end="")
    if args.out:
        args.out.write_text(text)
    if args.json:
        args.json.write_text(json.dumps([{**row, "figure": None, "skipped": str(row["figure"])} if isinstance(row["figure"], Skipped) else row for row in rows], indent=2))


if __name__ == "__main__":
    main()
