"""Rows about steps that talk to servers and databases."""

import contextlib
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from benchmark.documents import mission
from benchmark.table import row
from benchmark.tools import MIB, OUT, alternating, await_port, median, memory, timed

GETS, AT_ONCE = 1000, 16
GIB = 1024 * MIB


class TLSNginx:
    """One nginx worker behind TLS with a certificate of its own; serves a small and a large file."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="nginx-tls-", dir=OUT))
        (self.directory / "small").write_bytes(b"x" * 1024)
        with open(self.directory / "large", "wb") as large:
            large.truncate(GIB)
        self.authority = self.directory / "cert.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
            + ["-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=bench"]
            + ["-addext", "subjectAltName=IP:127.0.0.1"],
            cwd=self.directory,
            check=True,
            capture_output=True,
        )

    def __enter__(self):
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        (self.directory / "nginx.conf").write_text(f"""
            daemon off; master_process off; pid nginx.pid;
            events {{ worker_connections 512; }}
            http {{
              access_log off; keepalive_requests 1000000000; tcp_nodelay on; client_body_temp_path tmp;
              proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
              server {{
                listen 127.0.0.1:{port} ssl; root {self.directory};
                ssl_certificate cert.pem; ssl_certificate_key key.pem;
              }}
            }}""")
        program = shutil.which("nginx", path="/usr/sbin:/sbin:/usr/bin:/bin")
        command = [program, "-p", self.directory, "-c", "nginx.conf", "-e", "error"]
        self.process = subprocess.Popen(list(map(str, command)))
        self.url = f"https://127.0.0.1:{port}"
        await_port(port)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def step(name, step_type, **parameters):
    """A step by itself."""
    return {"id": name, "step_type": step_type, "parameters": parameters}


@row
def fetches(bench):
    """1,000 GETs of 1 KB over TLS from one job against one curl process, equally many at once."""
    with TLSNginx() as nginx:
        lines = f'url = "{nginx.url}/small"\noutput = "/dev/null"\n' * GETS
        (nginx.directory / "curl").write_text(lines)
        parallel = ["--parallel", "--parallel-max", AT_ONCE, "--parallel-immediate"]
        command = ["curl", "-sS", "--no-progress-meter", *parallel]
        command += ["--cacert", nginx.authority, "-K", nginx.directory / "curl"]
        steps = [
            step(f"get{number}", "http", url=f"{nginx.url}/small", ca_file=str(nginx.authority))
            for number in range(GETS)
        ]
        with bench.daemon(paths={"read": [str(nginx.directory)]}) as daemon:

            def ours():
                start = time.monotonic()
                daemon.run(mission("fetches", steps, max_concurrent_steps=AT_ONCE))
                return 1e3 * (time.monotonic() - start)

            ours()
            peers, values = alternating(bench.rounds, lambda: 1e3 * timed(command)[0], ours)
        daemon.remove()
    base, value = median(peers), median(values)
    bench.note(
        f"{GETS:,} GETs over TLS, {AT_ONCE} at once, curl beside",
        base,
        value,
        "<= 1.5 x",
        value <= 1.5 * base,
        floors=peers,
        all=values,
    )


def growth(daemon, steps):
    """How far the daemon's peak was over what it held when it was idle, in MiB, and the seconds."""
    time.sleep(4)
    idle = memory(daemon.pid)["rss"]
    # From here on the peak counts anew: proc(5), clear_refs.
    pathlib.Path(f"/proc/{daemon.pid}/clear_refs").write_text("5")
    start = time.monotonic()
    daemon.run(mission("large", steps))
    return memory(daemon.pid)["peak"] - idle, time.monotonic() - start


@row
def streams(bench):
    """1 GiB into a file by http and by sql_query: the peak of the daemon's memory over idle."""
    with TLSNginx() as nginx, bench.daemon(paths={"read": [str(nginx.directory)]}) as daemon:
        fetch = dict(url=f"{nginx.url}/large", ca_file=str(nginx.authority), timeout=280)
        # A million rows of a kilobyte.
        rows = """
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000)
            SELECT n, printf('%01060d', n) AS text FROM numbers"""
        query = dict(connection="sqlite:bench.db", query=rows, output_format="csv")
        for words, steps in (
            ("http, 1 GiB to a file", [step("fetch", "http", output_file="large", **fetch)]),
            ("sql_query, 1 GiB to a file", [step("query", "sql_query", output_file="large", **query)]),
        ):
            value, seconds = growth(daemon, steps)
            bench.note(
                f"{words}: peak over idle", ours=value, unit="MiB", goal="<= 30", good=value <= 30, s=seconds
            )
    daemon.remove()
