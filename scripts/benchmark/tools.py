"""What scripts/bench measures with: programs built and started, memory read, rounds and medians."""

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OUT = ROOT / ".build" / "bench"
FLOORS = pathlib.Path(__file__).parent / "floors"
MIB = 1024 * 1024


def build_floors():
    """Compiles every C floor that is older than its source."""
    OUT.mkdir(parents=True, exist_ok=True)
    libraries = {"commit": ["-lsqlite3"], "events": ["-lyaml"]}
    for source in sorted(FLOORS.glob("*.c")):
        target = OUT / source.stem
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["cc", "-O2", "-o", target, source, *libraries.get(source.stem, [])], check=True)


def build_release():
    """Builds both programs as scripts/install does and returns the directory they are in."""
    command = ". scripts/release.sh; release_build"
    return pathlib.Path(subprocess.check_output(["bash", "-euc", command], cwd=ROOT, text=True).split()[-1])


def floor(name, *arguments):
    """Runs a C floor and returns the number that it prints."""
    return float(subprocess.check_output([OUT / name, *map(str, arguments)], text=True))


def rows_a_second(group):
    """Rows that C puts into SQLite FULL, so many a commit."""
    for file in OUT.glob("commit.db*"):
        file.unlink()
    return floor("commit", OUT / "commit.db", group, 2)


def commit_ms():
    """Milliseconds of one SQLite FULL commit of one row."""
    return 1e3 / rows_a_second(1)


def orjson_seconds(file):
    """How long python's orjson takes to read a file into values."""
    program = (
        "import sys, time, orjson\n"
        "start = time.monotonic()\n"
        "orjson.loads(open(sys.argv[1], 'rb').read())\n"
        "print(time.monotonic() - start)"
    )
    return float(subprocess.check_output([sys.executable, "-c", program, str(file)]))


def wrk(url, connections, seconds=4, body=None, close=False):
    """Loads a URL and returns wrk's figures."""
    environment = dict(os.environ)
    if body is not None:
        path = OUT / "body"
        path.write_bytes(body)
        environment["BODY"] = str(path)
    if close:
        environment["CLOSE"] = "1"
    command = [
        "wrk",
        f"-t{min(connections, 2)}",
        f"-c{connections}",
        f"-d{seconds}s",
        "-s",
        FLOORS / "load.lua",
        url,
    ]
    output = subprocess.check_output(command, env=environment, text=True, stderr=subprocess.STDOUT)
    return json.loads(output.strip().splitlines()[-1])


def memory(pid):
    """RSS, PSS, anonymous and peak memory of a process, in MiB."""
    wanted = {"Rss": "rss", "Pss": "pss", "Anonymous": "anonymous"}
    figures = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name = line.split(":")[0]
        if name in wanted:
            figures[wanted[name]] = int(line.split()[1]) / 1024
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            figures["peak"] = int(line.split()[1]) / 1024
    return figures


def timed(command, **options):
    """Runs a command to its end and returns the seconds, its peak memory in MiB and its output."""
    start = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, **options)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command}: exit {process.returncode}")
    return seconds, usage.ru_maxrss / 1024, output


def median(values):
    """The middle of some figures."""
    return statistics.median(values)


def alternating(rounds, *sides):
    """Measures each side in turn, round by round, so that a busy minute meets all; returns lists."""
    results = [[] for _ in sides]
    for _ in range(rounds):
        for side, values in zip(sides, results):
            values.append(side())
    return results


class Daemon:
    """A missiond with a state directory of its own, killed when the block ends."""

    def __init__(self, programs, state=None, **settings):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="missiond-bench-", dir=OUT))
        self.state = self.directory / "state"
        if state is not None:
            shutil.copytree(state, self.state)
            # A copy that the kernel still has to write would be written by the first checkpoint's sync.
            os.sync()
        self.settings = settings
        self.programs = programs

    def __enter__(self):
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (self.directory / "missiond.yaml").write_text(json.dumps(self.settings))
        notice = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notice.bind(str(self.directory / "notify"))
        notice.settimeout(60)
        environment = dict(
            os.environ, NOTIFY_SOCKET=str(self.directory / "notify"), XDG_RUNTIME_DIR=str(self.directory)
        )
        command = [
            self.programs / "missiond",
            "--config",
            self.directory / "missiond.yaml",
            "--listen",
            f"127.0.0.1:{self.port}",
            "--state-dir",
            self.state,
        ]
        self.log = open(self.directory / "log", "wb")
        start = time.monotonic()
        self.process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=self.log)
        try:
            while b"READY=1" not in notice.recv(4096):
                pass
        except TimeoutError:
            self.__exit__()
            raise RuntimeError(f"missiond was not ready within 60 s; see {self.directory}/log") from None
        self.ready_seconds = time.monotonic() - start
        self.url = f"http://127.0.0.1:{self.port}"
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()

    @property
    def pid(self):
        """The daemon's process id."""
        return self.process.pid

    def wait_for_checks(self):
        """Returns when it has looked through what is stored, as it does after each start."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            log = (self.directory / "log").read_text()
            if "the database is sound" in log and "the audit trail verifies" in log:
                return
            time.sleep(0.01)
        raise RuntimeError(f"missiond has not checked its database within 60 s; see {self.directory}/log")

    def kill(self):
        """Ends it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def remove(self):
        """Deletes everything it kept."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def call(self, method, path, body=None, expect=(200, 202)):
        """Makes one request on a kept connection and returns the decoded answer."""
        return json.loads(self.fetch(method, path, body, expect))

    def fetch(self, method, path, body=None, expect=(200, 202)):
        """Makes one request on a kept connection and returns the answer's bytes."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        self.connection.request(method, path, data, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in expect:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content

    def run(self, mission):
        """Submits a mission, waits to its end and returns the job's summary."""
        job = self.call("POST", "/missions/execute", mission)
        while job["status"] in ("queued", "running"):
            job = self.call("GET", f"/missions/{job['id']}?wait=60&include=summary")
        if job["status"] != "completed":
            raise RuntimeError(f"{mission['name']}: {job['status']}: {job['error']}")
        return job


def await_port(port):
    """Returns when somebody listens there; raises ConnectionRefusedError after ten seconds."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


class Nginx:
    """One nginx worker that serves a directory of files; the peer for status polls."""

    def __init__(self, content):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="nginx-bench-", dir=OUT))
        # The worker drops its rights, and must still reach the file.
        for path in (self.directory, OUT, OUT.parent):
            path.chmod(path.stat().st_mode | 0o055)
        (self.directory / "job").write_bytes(content)

    def __enter__(self):
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        user = "user root;" if os.geteuid() == 0 else ""
        (self.directory / "nginx.conf").write_text(f"""
            {user} worker_processes 1; daemon off; pid {self.directory}/pid; error_log {self.directory}/error;
            events {{ worker_connections 4096; }}
            http {{
              access_log off; keepalive_requests 1000000000; default_type application/json;
              open_file_cache max=100; tcp_nodelay on; client_body_temp_path {self.directory}/body;
              server {{ listen 127.0.0.1:{self.port} backlog=4096; root {self.directory}; }}
            }}""")
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        self.process = subprocess.Popen(
            [program, "-c", self.directory / "nginx.conf", "-p", self.directory]
        )
        self.url = f"http://127.0.0.1:{self.port}/job"
        await_port(self.port)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
