"""OR-Tools' routing library: guided local search from its parallel cheapest insertion (cheapest arc for one tour)."""

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from problem import NoPlan


def prepare(problem, seconds, seed):
    del seconds, seed
    return problem.matrix.tolist()


def solve(problem, seconds, seed, rows):
    del seed  # It has none.
    manager = pywrapcp.RoutingIndexManager(problem.size, problem.fleet, 0)
    model = pywrapcp.RoutingModel(manager)
    way = model.RegisterTransitMatrix(rows)
    model.SetArcCostEvaluatorOfAllVehicles(way)
    if problem.kind in ("cvrp", "vrptw", "pdptw"):
        load = model.RegisterUnaryTransitVector(problem.demands)
        model.AddDimension(load, 0, problem.capacity, True, "load")
    if problem.kind in ("vrptw", "pdptw"):
        times = [[cell + service for cell in row] for row, service in zip(rows, problem.services)]
        day = problem.horizon()
        model.AddDimension(model.RegisterTransitMatrix(times), day, day, False, "time")
        clock = model.GetDimensionOrDie("time")
        for place in range(1, problem.size):
            early, late = problem.window(place)
            clock.CumulVar(manager.NodeToIndex(place)).SetRange(early, min(late, day))
        for vehicle in range(problem.fleet):
            clock.CumulVar(model.Start(vehicle)).SetRange(*problem.window(0))
            clock.CumulVar(model.End(vehicle)).SetRange(*problem.window(0))
        for pickup, delivery in problem.pairs:
            first, second = manager.NodeToIndex(pickup), manager.NodeToIndex(delivery)
            model.AddPickupAndDelivery(first, second)
            model.solver().Add(model.VehicleVar(first) == model.VehicleVar(second))
            model.solver().Add(clock.CumulVar(first) <= clock.CumulVar(second))
    if problem.kind == "pdptw":
        model.SetFixedCostOfAllVehicles(1_000_000_000)
    search = pywrapcp.DefaultRoutingSearchParameters()
    starts = routing_enums_pb2.FirstSolutionStrategy
    search.first_solution_strategy = (
        starts.PATH_CHEAPEST_ARC if problem.kind in ("tsp", "cvrp") else starts.PARALLEL_CHEAPEST_INSERTION
    )
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.FromMilliseconds(max(1, round(seconds * 1000)))
    found = model.SolveWithParameters(search)
    if found is None:
        raise NoPlan("no feasible plan in its time")
    routes = []
    for vehicle in range(problem.fleet):
        route, index = [], found.Value(model.NextVar(model.Start(vehicle)))
        while not model.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = found.Value(model.NextVar(index))
        if route:
            routes.append(route)
    return routes
