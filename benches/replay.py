#!/usr/bin/env python3
"""How fast `replay` reads a trail, next to `jq -c` over the same files and `evaluate --stdin` fed line by line.

usage: benches/replay.py COMMAND [--records N] [--rounds N] [--json]

COMMAND is a release build of rekognition-iam. Makes N records (by default 1,000,000) with benches/trail.py below the system's
temporary directory, as one file of plain JSON and as 50 files in gzip, and times, the ways taking turns:
  one core   replay over the plain file
  all cores  replay over the files in gzip
  jq         `jq -c '.Records[]'` over the plain file, if jq is installed: reading and printing alone
  evaluate   `evaluate --stdin --summary`, fed with the requests that `replay --emit requests` prints
Prints records per second of the best round; records per second of processor time, which is what counts on a busy machine; and the
largest memory of each program in MB (`ru_maxrss` of that process).
"""
import argparse, json, os, pathlib, shutil, subprocess, sys, tempfile, time

import trail

POLICY = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Images", "Effect": "Allow", "Action": ["rekognition:DetectLabels", "rekognition:DetectFaces", "rekognition:DetectText"], "Resource": "*"},
    {"Sid": "Collections", "Effect": "Allow", "Action": ["rekognition:IndexFaces", "rekognition:SearchFacesByImage", "rekognition:ListFaces"],
     "Resource": f"arn:aws:rekognition:*:{trail.ACCOUNT}:collection/staff-1*"},
    {"Sid": "Video", "Effect": "Allow", "Action": "rekognition:Start*", "Resource": "*"},
    {"Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole", "Resource": f"arn:aws:iam::{trail.ACCOUNT}:role/VideoNotify",
     "Condition": {"StringEquals": {"iam:PassedToService": "rekognition.amazonaws.com"}}},
    {"Sid": "Photos", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"},
    {"Sid": "Network", "Effect": "Deny", "Action": "rekognition:DetectLabels", "Resource": "*",
     "Condition": {"NotIpAddress": {"aws:SourceIp": "198.51.100.0/25"}}}]}


def timed(arguments, stdin=None, stdout=subprocess.DEVNULL):
    """Seconds, seconds of all cores, and the most memory that the process had, in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdin=stdin, stdout=stdout)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{arguments}: exit code {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    command = str(pathlib.Path(given.command).resolve())
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        policy = place / "policy.json"
        policy.write_text(json.dumps(POLICY))
        # By another process: what this one has in memory would count as that of the programs that it starts.
        make = [sys.executable, trail.__file__, "--records", str(given.records)]
        subprocess.run([*make, "--files", "1", place / "plain"], check=True)
        [plain] = (place / "plain").rglob("*.json")
        packed = place / "packed"
        subprocess.run([*make, "--files", "50", "--gzip", packed], check=True)
        replay = [command, "replay", "--policy", str(policy), "--format", "json", "--quiet"]
        asked = place / "asked.jsonl"
        with open(asked, "wb") as out:
            timed([command, "replay", "--emit", "requests", str(plain)], stdout=out)
        ways = {
            "one core": lambda: timed([*replay, str(plain)]),
            "all cores": lambda: timed([*replay, str(packed)]),
            "evaluate": lambda: timed([command, "evaluate", "--policy", str(policy), "--stdin", "--summary"], stdin=open(asked, "rb")),
        }
        if shutil.which("jq"):
            ways["jq"] = lambda: timed(["jq", "-c", ".Records[]", str(plain)])
        best = {name: (float("inf"), float("inf"), 0.0) for name in ways}
        for _ in range(given.rounds):
            for name, way in ways.items():
                seconds, of_cores, memory = way()
                known = best[name]
                best[name] = (min(known[0], seconds), min(known[1], of_cores), max(known[2], memory))
        found = {name: {"seconds": round(seconds, 2), "records_per_second": round(given.records / seconds),
                        "records_per_core_second": round(given.records / of_cores), "memory_mb": round(memory, 1)}
                 for name, (seconds, of_cores, memory) in best.items()}
        if given.json:
            print(json.dumps({"records": given.records, "bytes": plain.stat().st_size, "cores": os.cpu_count(), **found}))
            return
        print(f"{given.records:,} records, {plain.stat().st_size / 1e6:.0f} MB of JSON, {os.cpu_count()} cores")
        for name, result in found.items():
            print(f"{name:10} {result['seconds']:8.2f} s {result['records_per_second']:>10,} records/s "
                  f"{result['records_per_core_second']:>10,} records/s of a core {result['memory_mb']:7.1f} MB")


if __name__ == "__main__":
    main()
