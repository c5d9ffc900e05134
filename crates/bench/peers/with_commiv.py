"""commiv: a tight ruin-and-recreate (SISR).

Its cooling is paced by a number of iterations, so that number is found before the clock starts, by two short runs
that tell its speed on this very problem; that favours it a little.
"""

import time

import commiv

from problem import NoPlan


def call(problem, seed, iterations, seconds=None):
    day = problem.horizon()
    ready = [problem.window(place)[0] for place in range(problem.size)]
    due = [min(problem.window(place)[1], day) for place in range(problem.size)]
    try:
        if problem.kind == "cvrp":
            found = commiv.solve_cvrp(problem.matrix, problem.demands, problem.capacity, seed=seed, iters=iterations)
        else:
            found = commiv.solve_vrptw(
                problem.matrix,
                problem.demands,
                problem.capacity,
                ready,
                due,
                problem.services,
                seed=seed,
                iters=iterations,
                wall_ms=0 if seconds is None else max(1, round(seconds * 1000)),
            )
    except commiv.InfeasibleError as why:
        raise NoPlan(str(why)) from why
    return found.routes


def timed(problem, seed, iterations):
    begun = time.perf_counter()
    call(problem, seed, iterations)
    return time.perf_counter() - begun


def prepare(problem, seconds, seed):
    if problem.kind not in ("cvrp", "vrptw"):
        return 0
    few, most = 500, max(0.25, seconds / 10)
    first = timed(problem, seed, few)
    many, more = few, 0.0
    # What both runs spend on preparing themselves cancels out.
    while more < most and many < 10_000_000:
        many *= 4
        more = timed(problem, seed, many) - first
    rate = (many - few) / max(more, 1e-6)
    start = max(first - few / rate, 0.0)
    return max(1_000, int(rate * max(seconds - start, seconds / 10)))


def solve(problem, seconds, seed, iterations):
    if problem.kind == "tsp":
        # It stops by itself; it has no limit of time.
        _, tour = commiv.solve_atsp(problem.matrix, seed=seed)
        at = tour.index(0)
        return [tour[at + 1 :] + tour[:at]]
    if problem.kind == "pdptw":
        return pairs(problem, seconds, seed)
    return call(problem, seed, iterations, seconds)


def pairs(problem, seconds, seed):
    try:
        found = commiv.solve_pdptw(
            problem.matrix,
            [pickup for pickup, _ in problem.pairs],
            [delivery for _, delivery in problem.pairs],
            [problem.demands[pickup] for pickup, _ in problem.pairs],
            problem.capacity,
            [problem.window(place)[0] for place in range(problem.size)],
            [problem.window(place)[1] for place in range(problem.size)],
            problem.services,
            seed=seed,
            fleet_min=True,
            wall_ms=max(1, round(seconds * 1000)),
        )
    except commiv.InfeasibleError as why:
        raise NoPlan(str(why)) from why
    return found.routes
