"""The missions that are measured."""

import json
import multiprocessing
import time

from benchmark.tools import OUT, wrk

NOOP = {"step_type": "noop"}
TRUE = {"step_type": "command", "parameters": {"command": "/bin/true"}}


def mission(name, steps, **config):
    """A mission of the given steps."""
    return {"name": name, "steps": steps, "config": config}


def shaped(shape, count, step):
    """`count` copies of a step: independent, in 100 layers that each wait for the one before, or a chain."""
    if shape == "independent":
        return [dict(step, id=f"s{n}") for n in range(count)]
    if shape == "chain":
        return [dict(step, id=f"s{n}", depends_on=[f"s{n - 1}"] if n else []) for n in range(count)]
    steps, width, last = [], count // 100 - 1, []
    for layer in range(100):
        steps += [dict(step, id=f"s{layer}_{n}", depends_on=last) for n in range(width)]
        join = {"id": f"j{layer}", "depends_on": [f"s{layer}_{n}" for n in range(width)]}
        steps.append(dict(step, **join))
        last = [join["id"]]
    return steps


def small_mission():
    """About 1 KB, six steps."""
    text = "x" * 60
    steps = [
        {
            "id": f"s{n}",
            "step_type": "noop",
            "parameters": {"message": text},
            "depends_on": [f"s{n - 1}"] if n else [],
        }
        for n in range(6)
    ]
    return mission("bench", steps)


def build_step(number):
    """A step as build missions have them, with about ten values and 500 bytes."""
    return {
        "id": f"step_{number}",
        "name": f"Compile module number {number} of the project",
        "step_type": "command",
        "depends_on": [f"step_{number - 1}", f"step_{number // 2}"] if number > 2 else [],
        "timeout_seconds": 120,
        "parameters": {
            "command": "/usr/bin/cc",
            "args": ["-O2", "-Wall", "-Iinclude", "-c", f"sources/module_{number}.c"],
            "working_dir": "build/objects",
            "environment": {
                "LANG": "C.UTF-8",
                "CFLAGS": "-g -fno-omit-frame-pointer",
                "JOBS": "2",
                "PKG_CONFIG_PATH": "/opt/toolchain/lib/pkgconfig",
            },
        },
    }


def as_yaml(step):
    """One entry of `steps` in block style."""
    lines = []

    def put(value, indent):
        for key, item in value.items():
            if isinstance(item, dict):
                lines.append(f"{indent}{key}:")
                put(item, indent + "  ")
            elif isinstance(item, list):
                lines.append(f"{indent}{key}:" + ("" if item else " []"))
                lines.extend(f"{indent}  - {one}" for one in item)
            else:
                lines.append(f'{indent}{key}: "{item}"' if key == "JOBS" else f"{indent}{key}: {item}")

    put(step, "    ")
    lines[0] = "  - " + lines[0].lstrip()
    return "\n".join(lines) + "\n"


def documents(count):
    """The same mission as YAML and as JSON, about 500 bytes a step; made once."""
    yaml, plain = OUT / f"mission-{count}.yaml", OUT / f"mission-{count}.json"
    if not yaml.exists():
        # In a process of its own: a child's peak memory begins with that of who started it.
        writer = multiprocessing.Process(target=write_documents, args=(count, yaml, plain))
        writer.start()
        writer.join()
        if writer.exitcode != 0:
            raise RuntimeError(f"the mission of {count} steps could not be written")
    return yaml, plain


def write_documents(count, yaml, plain):
    """Writes one mission in both languages."""
    steps = [build_step(n) for n in range(count)]
    plain.write_text(json.dumps(mission(f"{count} steps", steps)))
    with open(yaml, "w") as file:
        file.write(f'name: "{count} steps"\nsteps:\n')
        for step in steps:
            file.write(as_yaml(step))


def filled_state(bench, jobs=100_000, interrupted=200):
    """A state directory with many finished jobs and some that a kill interrupted."""
    kept = OUT / f"state-{jobs}-{interrupted}"
    if kept.exists():
        return kept
    settings = dict(
        executors=max(interrupted, 64),
        retention={"jobs": 10 * jobs},
        limits={"max_running_processes": max(interrupted, 8), "max_queued": 10 * jobs},
    )
    with bench.daemon(**settings) as daemon:
        body = json.dumps(mission("filler", [dict(NOOP, id="only")])).encode()
        left = jobs
        while left > 0:
            rate = wrk(f"{daemon.url}/missions/execute", 64, seconds=2, body=body)["rate"]
            left -= int(rate * 2)
        long = dict(TRUE, id="long", parameters={"command": "sleep 3600"})
        ids = [
            daemon.call("POST", "/missions/execute", mission("long", [long]))["id"]
            for _ in range(interrupted)
        ]
        for job in ids:
            while daemon.call("GET", f"/missions/{job}?include=summary")["status"] != "running":
                time.sleep(0.1)
        daemon.kill()
    daemon.state.rename(kept)
    daemon.remove()
    return kept
