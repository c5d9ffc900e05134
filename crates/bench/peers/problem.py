"""The problem as the benchmark hands it over, and what a peer may answer instead of routes."""

import json

import numpy


class Unsupported(Exception):
    """The peer cannot do this kind of problem."""


class NoPlan(Exception):
    """The peer has found no plan in its time."""


class Problem:
    """Times and distances are whole numbers in the same unit; `matrix` has them by origin and destination.

    Peers number places by their position in `nodes`, which begins with the depot, so that it is 0 for all of them.
    """

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            raw = json.load(file)
        self.kind = raw["kind"]
        self.capacity = raw["capacity"]
        self.fleet = raw["fleet"]
        depot, size = raw["depot"], len(raw["demands"])
        self.nodes = [depot] + [node for node in range(size) if node != depot]
        self.size = size
        place = {node: at for at, node in enumerate(self.nodes)}
        self.demands = [raw["demands"][node] for node in self.nodes]
        self.services = [raw["services"][node] for node in self.nodes]
        self.windows = [raw["windows"][node] for node in self.nodes]
        self.pairs = [(place[pickup], place[delivery]) for pickup, delivery in raw["pairs"]]
        matrix = numpy.fromfile(raw["matrix"], dtype="<i4").reshape(size, size)
        self.matrix = numpy.ascontiguousarray(matrix[numpy.ix_(self.nodes, self.nodes)]) if depot else matrix

    def window(self, place):
        """The window of a place; the whole day, and more than any route takes, if it has none."""
        return self.windows[place] or (0, self.horizon())

    def horizon(self):
        """A time that no plan reaches."""
        day = self.windows[0]
        return day[1] if day else 100_000_000

    def numbered(self, routes):
        """Routes by the instance's own numbers."""
        return [[self.nodes[place] for place in route] for route in routes]
