"""The row about the document store."""

import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmark.documents import mission
from benchmark.table import row
from benchmark.tools import OUT, Daemon, median, memory

CHUNKS, DIMENSIONS = 100_000, 384
CHANCE = random.Random(11)
NUMBERS = [f"{CHANCE.gauss(0, 1):.5f}" for _ in range(1 << 18)]


def vector():
    """A vector as text: a piece of one long list of normal numbers, each from another place."""
    start = CHANCE.randrange(len(NUMBERS) - DIMENSIONS)
    return "[" + ",".join(NUMBERS[start : start + DIMENSIONS]) + "]"


class Embedder(BaseHTTPRequestHandler):
    """OpenAI's embeddings, at random."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        """Answers each text with a vector."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        entries = ",".join(
            f'{{"index":{index},"embedding":{vector()}}}' for index in range(len(body["input"]))
        )
        data = f'{{"model":"random","data":[{entries}]}}'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Says nothing."""


def filled_store(bench):
    """A state directory whose document store has many chunks; made once."""
    kept = OUT / f"store-{CHUNKS}"
    if kept.exists():
        return kept
    server = ThreadingHTTPServer(("127.0.0.1", 0), Embedder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/v1"
    with bench.daemon(ai={"openai": {"base_url": address}}) as daemon:
        for number in range(CHUNKS // 1000):
            texts = [f"passage {number * 1000 + place} of the bench" for place in range(1000)]
            step = {
                "id": "add",
                "step_type": "rag_add",
                "parameters": {"id": f"document-{number}", "contents": texts, "provider": "openai"},
            }
            daemon.run(mission("fill", [step]))
        daemon.kill()
    server.shutdown()
    daemon.state.rename(kept)
    daemon.remove()
    return kept


@row
def vectors(bench):
    """The nearest of 100,000 chunks of 384 dimensions, exactly, and the memory of the daemon after it."""
    kept, times, after = filled_store(bench), [], []
    for _ in range(min(bench.rounds, 3)):
        with Daemon(bench.programs, state=kept) as daemon:
            for _ in range(20):
                step = {
                    "id": "search",
                    "step_type": "similarity_search",
                    "parameters": {"query_embedding": json.loads(vector()), "top_k": 10},
                }
                job = daemon.call("POST", "/missions/execute?wait=30", mission("search", [step]))
                result = job["step_results"]["search"]
                assert result["output"]["count"] == 10, result
                times.append(result["duration_ms"])
            time.sleep(5)
            after.append(memory(daemon.pid)["rss"])
        daemon.remove()
    value = median(times)
    bench.note(
        f"nearest of {CHUNKS:,} chunks, exact", ours=value, goal="<= 60", good=value <= 60, all=times
    )
    value = median(after)
    bench.note(
        "rss 5 s after searches", ours=value, unit="MiB", goal="<= 12", good=value <= 12, all=after
    )
