"""What the model servers of the tests have in common: they answer on the loopback, say where, and stay."""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status, message, headers=None):
        self.status, self.message, self.headers = status, message, headers or {}


class Handler(BaseHTTPRequestHandler):
    """Reads and writes JSON, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def body(self):
        return json.loads(self.rfile.read(int(self.headers["content-length"])))

    def send(self, status, text, headers=None):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    # Tests come many at once.
    request_queue_size = 256


def start(handler):
    """Serves on a free port and returns the address."""
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def own_output():
    """Standard output for `stay` alone: what libraries write there goes to standard error from now on."""
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return output


def stay(addresses, output=sys.stdout):
    """Prints one line of JSON with the addresses, and serves until the process is ended."""
    print(json.dumps(addresses), file=output, flush=True)
    threading.Event().wait()
