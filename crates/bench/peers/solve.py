"""Lets one peer solve one problem: `python solve.py PEER PROBLEM ROUTES SECONDS SEED`.

Prints {"routes": [[customer, ...], ...], "wall_s": seconds}, or {"skip": why}, or {"nothing": why, "wall_s": seconds}
as its last line. The clock runs from having the problem in memory, and the package loaded, to having the routes.
"""

import importlib
import json
import sys
import time

from problem import NoPlan, Problem, Unsupported


def main():
    peer, path, _routes, seconds, seed = sys.argv[1:]
    module = importlib.import_module(f"with_{peer}")
    problem = Problem(path)
    try:
        prepared = module.prepare(problem, float(seconds), int(seed)) if hasattr(module, "prepare") else None
        begun = time.perf_counter()
        try:
            arguments = (problem, float(seconds), int(seed)) + ((prepared,) if prepared is not None else ())
            routes = module.solve(*arguments)
        except NoPlan as why:
            answer = {"nothing": str(why), "wall_s": time.perf_counter() - begun}
        else:
            answer = {"routes": problem.numbered(routes), "wall_s": time.perf_counter() - begun}
    except Unsupported as why:
        answer = {"skip": str(why)}
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
