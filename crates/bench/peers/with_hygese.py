"""HGS-CVRP through hygese: its defaults, stopped by time alone."""

import hygese
import numpy

from problem import NoPlan, Unsupported


def solve(problem, seconds, seed):
    if problem.kind in ("vrptw", "pdptw"):
        raise Unsupported("hygese does capacitated routes only, without time windows")
    if problem.kind == "tsp":
        raise Unsupported("hygese does capacitated routes, not one tour")
    parameters = hygese.AlgorithmParameters(timeLimit=seconds, seed=seed, nbIter=2_000_000_000)
    data = {
        "distance_matrix": problem.matrix.astype(numpy.float64),
        "demands": problem.demands,
        "vehicle_capacity": problem.capacity,
        "num_vehicles": problem.fleet,
        "service_times": problem.services,
        "depot": 0,
    }
    found = hygese.Solver(parameters=parameters, verbose=False).solve_cvrp(data)
    if not found.routes:
        raise NoPlan("no feasible plan in its time")
    return found.routes
