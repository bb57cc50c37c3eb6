"""Rows about the data step types."""

import random

from benchmark.documents import mission
from benchmark.table import row
from benchmark.tools import MIB, OUT, median, memory

SIZE = 1_000_000_000


def table():
    """A table of 1 GB: numbers, words of few and of many kinds, and cells that are missing."""
    file = OUT / "table.csv"
    if file.exists() and file.stat().st_size >= SIZE:
        return file
    dice = random.Random(1)
    regions = ["north", "south", "east", "west"]
    rows = "".join(
        f"{number},{regions[number % 4]},customer {dice.randrange(100_000)},{dice.randrange(1000)},"
        f"{dice.random() * 1000:.2f},{'delivered' if number % 3 else ''}\n"
        for number in range(200_000)
    )
    with file.open("w") as out:
        out.write("id,region,customer,amount,price,note\n")
        while out.tell() < SIZE:
            out.write(rows)
    return file


@row
def tables(bench):
    """A table of 1 GB by csv_process: filtered into a file, and its statistics; speed and peak memory."""
    file = table()
    large = {"where": [{"column": "amount", "op": "ge", "value": 500}], "output_file": "large.csv"}
    for words, parameters in (
        ("filtered into a file", dict(operation="filter", **large)),
        ("statistics", dict(operation="statistics", max_records=0)),
    ):
        step = {"id": "table", "step_type": "csv_process", "parameters": dict(file=str(file), **parameters)}
        speeds, peaks = [], []
        for _ in range(min(bench.rounds, 3)):
            with bench.daemon(paths={"read": [str(OUT)]}) as daemon:
                job = daemon.run(mission("table", [step]))
                peaks.append(memory(daemon.pid)["peak"] * MIB / 1e6)
            daemon.remove()
            speeds.append(file.stat().st_size / 1e3 / job["total_duration_ms"])
        speed, peak = median(speeds), median(peaks)
        bench.note(
            f"1 GB of CSV, {words}", ours=speed, unit="MB/s", goal=">= 150", good=speed >= 150, all=speeds
        )
        bench.note("  peak memory", ours=peak, unit="MB", goal="<= 50", good=peak <= 50, all=peaks)
