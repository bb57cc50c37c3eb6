"""The rows of the table, and how a line of it is written."""

from benchmark.tools import Daemon

ROWS = {}


def row(function):
    """Registers a row of the table under the function's name."""
    ROWS[function.__name__] = function
    return function


class Bench:
    """What every row needs, and what it writes down."""

    def __init__(self, programs, rounds):
        self.programs, self.rounds, self.lines = programs, rounds, []

    def note(self, what, floor=None, ours=None, goal="", good=None, unit="ms", **raw):
        """Writes one line: what was measured, the floor, ours, the ratio, the least that is accepted."""
        line = dict(what=what, floor=floor, ours=ours, unit=unit, goal=goal, good=good, raw=raw)
        self.lines.append(line)
        number = lambda value: (
            "-" if value is None else f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
        )
        ratio = f"{ours / floor:.2f} x" if floor and ours is not None else "-"
        verdict = {None: "", True: "yes", False: "NO"}[good]
        print(
            f"{what:<52} {number(floor):>9} {number(ours):>9} {unit:<7} {ratio:>8}  {goal:<24} {verdict}",
            flush=True,
        )

    def daemon(self, **settings):
        """A daemon with settings for a benchmark: the disk's free space is not what is measured."""
        return Daemon(self.programs, **settings)
