"""Rows about the HTTP server, and the floors alone."""

import json
import socket
import threading

from benchmark.documents import TRUE, documents, filled_state, mission, shaped, small_mission
from benchmark.table import row
from benchmark.tools import Daemon, Nginx, alternating, floor, median, orjson_seconds, rows_a_second, wrk


@row
def submit(bench):
    """Accepted and synced submissions against rows that C commits."""
    body = json.dumps(small_mission()).encode()
    limits = {"max_queued": 100_000_000}
    # Without it the daemon would be busy removing the stored jobs that are too many.
    retention = {"jobs": 100_000_000}
    for stored in (0, 100_000):
        kept = filled_state(bench) if stored else None
        for connections, least in ((1, 0.6), (8, 0.35), (64, 0.35)):

            def ours():
                settings = dict(executors=0, limits=limits, retention=retention)
                with Daemon(bench.programs, state=kept, **settings) as daemon:
                    daemon.wait_for_checks()
                    figures = wrk(f"{daemon.url}/missions/execute", connections, body=body)
                daemon.remove()
                return figures

            floors, figures = alternating(bench.rounds, lambda: rows_a_second(connections), ours)
            base, value = median(floors), median([figure["rate"] for figure in figures])
            late = median([figure["p99_ms"] for figure in figures])
            clean = not any(figure["refused"] or figure["broken"] for figure in figures)
            good = value >= least * base and clean and (connections < 64 or late <= 12)
            words = f">= {least} x" + (f", p99 {late:.1f} <= 12" if connections == 64 else "")
            bench.note(
                f"POST, {connections} connections, {stored:,} stored",
                base,
                value,
                words,
                good,
                "1/s",
                floors=floors,
                all=figures,
            )
    with bench.daemon(limits=limits) as daemon:
        figures = wrk(f"{daemon.url}/missions/execute", 64, body=body)
    daemon.remove()
    bench.note(
        "POST, 64 connections, executors on", ours=figures["rate"], unit="1/s", goal="reported", all=figures
    )


@row
def poll(bench):
    """GET of a finished job against nginx and the same bytes in a file."""
    with bench.daemon() as daemon:
        job = daemon.run(small_mission())
        path = f"/missions/{job['id']}"
        content = daemon.fetch("GET", path)
        with Nginx(content) as nginx:
            for words, connections, close, least in (
                ("64 connections", 64, False, 0.8),
                ("1 connection", 1, False, 0.85),
                ("a new connection each", 64, True, 0.8),
            ):
                peers, figures = alternating(
                    bench.rounds,
                    lambda: wrk(nginx.url, connections, close=close),
                    lambda: wrk(daemon.url + path, connections, close=close),
                )
                base, value = (median([figure["rate"] for figure in side]) for side in (peers, figures))
                clean = not any(figure["refused"] for figure in figures)
                bench.note(
                    f"GET, {words}",
                    base,
                    value,
                    f">= {least} x nginx",
                    value >= least * base and clean,
                    "1/s",
                    floors=peers,
                    all=figures,
                )
    daemon.remove()


class Crowd:
    """Connections that send nothing, and others that send a byte now and then."""

    def __init__(self, port, idle=1000, slow=400):
        self.sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(idle + slow)]
        self.slow, self.port, self.is_over = self.sockets[:slow], port, threading.Event()
        self.thread = threading.Thread(target=self.drip, daemon=True)

    def drip(self):
        """Gives each slow connection one more byte of a header, and a new connection where it was closed."""
        while not self.is_over.wait(0.2):
            for index, slow in enumerate(self.slow):
                try:
                    slow.send(b"G")
                except OSError:
                    self.slow[index] = socket.create_connection(("127.0.0.1", self.port))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()
        for one in self.sockets + self.slow:
            one.close()


@row
def beside(bench):
    """The same GET with a crowd of idle and slow clients, and with a large job running."""
    with bench.daemon() as daemon:
        path = f"/missions/{daemon.run(small_mission())['id']}"
        poll = lambda: wrk(daemon.url + path, 64)["p99_ms"]

        def crowded():
            with Crowd(daemon.port):
                return poll()

        def busy():
            job = daemon.call(
                "POST",
                "/missions/execute",
                mission("busy", shaped("independent", 10_000, TRUE), max_concurrent_steps=2),
            )
            value = poll()
            daemon.call("POST", f"/missions/{job['id']}/cancel", expect=(202, 409))
            while (
                daemon.call("GET", f"/missions/{job['id']}?include=summary&wait=10")["status"] == "running"
            ):
                pass
            return value

        alone, crowd, large = alternating(bench.rounds, poll, crowded, busy)
    daemon.remove()
    base = median(alone)
    for words, values in (("1,000 idle and 400 slow", crowd), ("a running 10,000-step job", large)):
        value = median(values)
        bench.note(
            f"GET p99 beside {words}", base, value, "<= 2 x", value <= 2 * base, floors=alone, all=values
        )


@row
def floors(bench):
    """The floors alone, without missiond."""
    for shape, width, layers in (("independent", 2, 1), ("layers", 2, 100), ("chain", 1, 1000)):
        values = [
            1e3 * floor("spawn", 1000, width, layers, "/bin/true") / 1000 for _ in range(bench.rounds)
        ]
        bench.note(f"spawn in C, 1,000, {shape}, a step", median(values), all=values)
    for rows in (1, 8, 64, 100):
        values = [rows_a_second(rows) for _ in range(bench.rounds)]
        bench.note(f"SQLite FULL in C, {rows} rows a commit", median(values), unit="1/s", all=values)
    yaml, plain = documents(10_000)
    values = [1e3 * floor("events", yaml) for _ in range(bench.rounds)]
    bench.note("libyaml events, 10,000 steps", median(values), all=values)
    values = [1e3 * orjson_seconds(plain) for _ in range(bench.rounds)]
    bench.note("orjson, 10,000 steps", median(values), all=values)
    with Nginx(b"x" * 1024) as nginx:
        for words, connections, close in (("64", 64, False), ("1", 1, False), ("new each", 64, True)):
            values = [
                wrk(nginx.url, connections, seconds=2, close=close)["rate"] for _ in range(bench.rounds)
            ]
            bench.note(f"nginx GET, connections: {words}", median(values), unit="1/s", all=values)
