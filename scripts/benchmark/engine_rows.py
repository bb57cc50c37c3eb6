"""Rows about the engine: memory, starting, loading, steps."""

import json
import random
import string
import subprocess
import time

from benchmark.documents import NOOP, TRUE, documents, filled_state, mission, shaped
from benchmark.table import row
from benchmark.tools import (
    MIB,
    OUT,
    Daemon,
    alternating,
    commit_ms,
    floor,
    median,
    memory,
    orjson_seconds,
    timed,
)


@row
def idle(bench):
    """Memory of a daemon that does nothing, during and after a job of 10,000 steps."""
    figures, during, after = [], [], []
    for _ in range(bench.rounds):
        with bench.daemon() as daemon:
            # What the start used is given back four seconds later.
            time.sleep(6)
            figures.append(memory(daemon.pid))
            daemon.run(mission("large", shaped("layers", 10_000, TRUE), max_concurrent_steps=2))
            during.append(memory(daemon.pid)["peak"])
            time.sleep(5)
            after.append(memory(daemon.pid)["rss"])
        daemon.remove()
    for name, most in (("rss", 8), ("pss", 6.5), ("anonymous", 1.5)):
        value = median([figure[name] for figure in figures])
        bench.note(
            f"idle {name}", ours=value, unit="MiB", goal=f"<= {most}", good=value <= most, all=figures
        )
    value = median(during)
    bench.note(
        "peak during 10,000 steps", ours=value, unit="MiB", goal="<= 40", good=value <= 40, all=during
    )
    value = median(after)
    bench.note(
        "rss 5 s after 10,000 steps", ours=value, unit="MiB", goal="<= 10", good=value <= 10, all=after
    )


@row
def ready(bench):
    """From exec to READY=1: empty, and with a long history of which 200 jobs were interrupted."""

    def start(state=None):
        with Daemon(bench.programs, state=state, executors=0) as daemon:
            seconds = daemon.ready_seconds
        daemon.remove()
        return seconds * 1e3

    kept = filled_state(bench)
    empty, full = alternating(bench.rounds, start, lambda: start(kept))
    value = median(empty)
    bench.note("ready, empty", ours=value, goal="<= 50", good=value <= 50, all=empty)
    value = median(full)
    bench.note(
        "ready, 100,000 jobs, 200 interrupted", ours=value, goal="<= 1000", good=value <= 1000, all=full
    )


@row
def load(bench):
    """Load, validate and sort: 20 steps, 10,000 steps, 200,000 steps (100 MB)."""
    with bench.daemon(executors=0) as daemon:
        body = json.dumps(mission("twenty", shaped("chain", 20, NOOP))).encode()

        def once():
            start = time.monotonic()
            daemon.call("POST", "/missions/validate", body)
            return (time.monotonic() - start) * 1e3

        values = [once() for _ in range(200)]
        value = median(values)
        bench.note(
            "load 20 steps (through POST /missions/validate)", ours=value, goal="<= 0.5", good=value <= 0.5
        )
    daemon.remove()
    for count in (10_000, 200_000):
        yaml, plain = documents(count)
        ours = lambda file: timed([bench.programs / "mission", "validate", file])
        floors, mine = alternating(bench.rounds, lambda: floor("events", yaml), lambda: ours(yaml))
        base, value = median(floors), median([seconds for seconds, _, _ in mine])
        bench.note(
            f"validate {count:,} steps of YAML ({yaml.stat().st_size / 1e6:.1f} MB)",
            base * 1e3,
            value * 1e3,
            "<= 2.0 x libyaml's events",
            value <= 2.0 * base,
            floors=floors,
            all=mine[0][:2],
        )
        peak(bench, yaml, mine)
        peer = lambda: orjson_seconds(plain)
        peers, mine = alternating(bench.rounds, peer, lambda: ours(plain))
        base, value = median(peers), median([seconds for seconds, _, _ in mine])
        bench.note(
            f"validate {count:,} steps of JSON ({plain.stat().st_size / 1e6:.1f} MB)",
            base * 1e3,
            value * 1e3,
            "<= 1.5 x orjson",
            value <= 1.5 * base,
            floors=peers,
            all=mine[0][:2],
        )
        peak(bench, plain, mine)


def peak(bench, file, runs):
    """Notes the peak memory of some runs over a file."""
    size, value = file.stat().st_size / MIB, median([most for _, most, _ in runs])
    if size > 20:
        bench.note(
            "  its peak memory against the input", size, value, "<= 3 x", value <= 3 * size, unit="MiB"
        )


def per_step(bench, steps, width=None):
    """Milliseconds a step of a job through a fresh daemon, as the job itself counts them."""
    with bench.daemon() as daemon:
        config = {"max_concurrent_steps": width} if width else {}
        job = daemon.run(mission("steps", steps, **config))
    daemon.remove()
    return job["total_duration_ms"] / len(steps)


@row
def noop(bench):
    """No-op steps, every result durable."""
    for shape, most in (("independent", 0.050), ("layers", 0.080)):
        steps = shaped(shape, 10_000, NOOP)
        values = [per_step(bench, steps) for _ in range(bench.rounds)]
        value = median(values)
        bench.note(
            f"10,000 no-op steps, {shape}, a step",
            ours=value,
            goal=f"<= {most}",
            good=value <= most,
            all=values,
        )
    steps = shaped("chain", 10_000, NOOP)
    floors, values = alternating(bench.rounds, commit_ms, lambda: per_step(bench, steps))
    base, value = median(floors), median(values)
    bench.note(
        "10,000 no-op steps, chain, a step",
        base,
        value,
        "<= 1.4 x a commit",
        value <= 1.4 * base,
        floors=floors,
        all=values,
    )


@row
def processes(bench):
    """`true` steps, two at once, against the loop in C."""
    for shape, goal in (("independent", 1.45), ("layers", 1.5), ("chain", None)):
        seen = {}
        for count in (1_000, 10_000):
            steps = shaped(shape, count, TRUE)
            layers = {"independent": 1, "layers": 100, "chain": count}[shape]
            bare = lambda: 1e3 * floor("spawn", count, 2, layers, "/bin/true") / count
            floors, values = alternating(bench.rounds, bare, lambda: per_step(bench, steps, width=2))
            base, value = median(floors), median(values)
            if goal:
                good, words = value <= goal * base, f"<= {goal} x the loop"
            else:
                commit = median([commit_ms() for _ in range(bench.rounds)])
                good, words = (
                    value <= base + 1.25 * commit,
                    f"<= {base + 1.25 * commit:.3f} (+1.25 commits)",
                )
            bench.note(
                f"{count:,} true steps, {shape}, a step",
                base,
                value,
                words,
                good,
                floors=floors,
                all=values,
            )
            seen[count] = value
        growth = seen[10_000] / seen[1_000]
        bench.note(
            f"  growth from 1,000 to 10,000, {shape}",
            ours=growth,
            unit="x",
            goal="<= 1.05",
            good=growth <= 1.05,
        )


@row
def processors(bench):
    """Two processor-bound steps at once against one at a time."""
    step = {"step_type": "command", "parameters": {"command": str(OUT / "burn"), "args": ["2000"]}}
    steps = shaped("independent", 2, step)
    ones, twos = alternating(
        bench.rounds, lambda: per_step(bench, steps, width=1), lambda: per_step(bench, steps, width=2)
    )
    value = median(ones) / median(twos)
    bench.note(
        "two processor-bound steps at once, rate",
        ours=value,
        unit="x",
        goal=">= 1.9",
        good=value >= 1.9,
        one=ones,
        two=twos,
    )


@row
def one_step(bench):
    """A mission of one step: by `mission run`, and through a running daemon."""
    file = OUT / "one.json"
    document = mission("one", [dict(TRUE, id="only")])
    file.write_text(json.dumps(document))
    run = (
        lambda: 1e3
        * timed([bench.programs / "mission", "run", file], stderr=subprocess.DEVNULL, cwd=OUT)[0]
    )
    values = [run() for _ in range(bench.rounds * 4)]
    value = median(values)
    bench.note("one-step mission, mission run", ours=value, goal="<= 15", good=value <= 15, all=values)
    with bench.daemon() as daemon:

        def through():
            start = time.monotonic()
            job = daemon.call("POST", "/missions/execute?wait=10", document)
            assert job["status"] == "completed", job
            return (time.monotonic() - start) * 1e3

        values = [through() for _ in range(bench.rounds * 40)]
    daemon.remove()
    value = median(values)
    bench.note("one-step mission, through a running daemon", ours=value, goal="<= 3", good=value <= 3)


@row
def output(bench):
    """A step that writes 1 GB of lines, and the whole log read back.

    Lines and not zeros: of zeros the 1 MiB that the result keeps would be 6 MiB of JSON.
    """
    line = "cc -O2 -Wall -Iinclude -c sources/module.c -o objects/module.o"
    command = f"yes '{line}' | head -c 1000000000"
    step = {"id": "big", "step_type": "command", "parameters": {"command": command, "shell": True}}
    peaks, seconds = [], []
    for _ in range(min(bench.rounds, 3)):
        with bench.daemon() as daemon:
            start = time.monotonic()
            job = daemon.run(mission("big", [step]))
            seconds.append(time.monotonic() - start)
            daemon.connection.request("GET", f"/missions/{job['id']}/steps/big/log?stream=stdout")
            answer, size = daemon.connection.getresponse(), 0
            while chunk := answer.read(MIB):
                size += len(chunk)
            assert size == 1_000_000_000, f"{size} bytes came back"
            peaks.append(memory(daemon.pid)["peak"])
        daemon.remove()
    value = median(peaks)
    bench.note(
        "1 GB of output, peak rss",
        ours=value,
        unit="MiB",
        goal="<= 20",
        good=value <= 20,
        all=peaks,
        seconds=seconds,
    )


@row
def masking(bench):
    """A step that writes 1 GB of a build's text, with no secret and with 50."""
    text, folder = OUT / "build.log", OUT / "secrets"
    if not text.exists():
        dice = random.Random(50)
        signs = b"abcdefghijklmnopqrstuvwxyz_/.-"
        words = [bytes(dice.choices(signs, k=dice.randint(2, 12))) for _ in range(5000)]
        lines = (b" ".join(dice.choices(words, k=12)) + b"\n" for _ in range(600_000))
        text.write_bytes(b"".join(lines)[: 50 * 1000 * 1000])
    folder.mkdir(exist_ok=True)
    for number in range(50):
        secret = folder / f"s{number}"
        secret.write_text("".join(random.Random(number).choices(string.ascii_letters + string.digits, k=32)))
        secret.chmod(0o600)
    step = {"id": "big", "step_type": "command", "parameters": {"command": "cat", "args": [str(text)] * 20}}

    def seconds(**settings):
        with bench.daemon(**settings) as daemon:
            job = daemon.run(mission("big", [step]))
        daemon.remove()
        assert job["status"] == "completed", job
        return job["total_duration_ms"] / 1e3

    bare, masked = alternating(
        bench.rounds, seconds, lambda: seconds(secrets={"directory": str(folder)})
    )
    base, value = median(bare), median(masked)
    bench.note(
        "1 GB of output with 50 secrets",
        base,
        value,
        "<= 1.1 x without",
        value <= 1.1 * base,
        unit="s",
        floors=bare,
        all=masked,
    )


@row
def confinement(bench):
    """What a sandbox adds to the start of each process: Landlock, bubblewrap, and limits alone."""
    count, home = 500, OUT / "home"
    home.mkdir(exist_ok=True)
    steps = mission("confined", shaped("independent", count, TRUE), max_concurrent_steps=1)

    def each(**settings):
        with bench.daemon(environment={"home": str(home)}, **settings) as daemon:
            job = daemon.run(steps)
        daemon.remove()
        return job["total_duration_ms"] / count

    limits = {"memory_bytes": 1 << 30, "cpu_seconds": 60, "open_files": 1024, "file_bytes": 1 << 30}
    # As installed: what stays closed lies among what is open.
    closed = {"paths": {"deny": ["/etc/ssl/private", "/var/lib/dpkg"]}}
    sides = {
        "no sandbox": lambda: each(),
        "limits": lambda: each(limits=limits),
        "landlock": lambda: each(sandbox="landlock"),
        "landlock, much closed": lambda: each(sandbox="landlock", policy=closed),
        "bubblewrap": lambda: each(sandbox="bubblewrap"),
    }
    goals = {"limits": 0.1, "landlock": 0.5, "landlock, much closed": 0.5, "bubblewrap": None}
    figures = dict(zip(sides, alternating(bench.rounds, *sides.values())))
    bare = median(figures["no sandbox"])
    for name, goal in goals.items():
        value = median(figures[name])
        good = None if goal is None else value <= bare + goal
        words = "" if goal is None else f"<= {goal} ms more"
        bench.note(
            f"a true step, {name}", bare, value, words, good, floors=figures["no sandbox"], all=figures[name]
        )
