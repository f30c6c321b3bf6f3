#!/usr/bin/env python3
"""Measures starts of the assembled distribution: from exec of bin/sluice to the line "Ready.", with the cache of
classes and without. Usage: startup.py [RUNS]; nothing else should run meanwhile."""
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HOME = pathlib.Path(__file__).resolve().parent / "target" / "sluice"
TICKS = os.sysconf("SC_CLK_TCK")


def start(environment, folder):
    """One start; wall and processor time in milliseconds."""
    began = time.monotonic()
    host = subprocess.Popen(
        [HOME / "bin" / "sluice", "run", "--no-console", "--socket", f"{folder}/ctl.sock"], env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if not any(line.startswith(b"Ready.") for line in host.stdout):
        sys.exit("the host did not start")
    wall = time.monotonic() - began
    fields = pathlib.Path(f"/proc/{host.pid}/stat").read_text().rsplit(")", 1)[1].split()
    host.send_signal(signal.SIGTERM)
    host.stdout.read()
    host.wait()
    return wall * 1000, (int(fields[11]) + int(fields[12])) * 1000 / TICKS


def measure(name, runs, environment, folder):
    """Prints the median of some starts."""
    results = [start(environment, folder) for _ in range(runs)]
    walls = [wall for wall, _ in results]
    print(f"{name}: median {statistics.median(walls):.0f} ms ({min(walls):.0f} to {max(walls):.0f}), "
          f"{statistics.median(cpu for _, cpu in results):.0f} ms of processor, {runs} starts")


def main():
    """With and without."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, SLUICE_STATE=folder)
        subprocess.run([HOME / "bin" / "sluice"], env=dict(environment, SLUICE_AOT="make"), check=True)
        measure("with cache", runs, environment, folder)
        measure("without", runs, dict(environment, SLUICE_AOT="off"), folder)


if __name__ == "__main__":
    main()
