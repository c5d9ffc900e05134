"""PyVRP: iterated local search, its defaults."""

import numpy
import pyvrp
import pyvrp.stop

from problem import NoPlan

# What one more vehicle weighs where vehicles come first: more than any plan is long, and small enough to multiply.
VEHICLE = 1_000_000_000


def solve(problem, seconds, seed):
    matrix = problem.matrix.astype(numpy.int64)
    early, late = problem.window(0)
    places = range(1, problem.size)
    clients, shipments = [], []
    if problem.kind == "pdptw":
        for pickup, delivery in problem.pairs:
            (pickup_early, pickup_late), (delivery_early, delivery_late) = map(problem.window, (pickup, delivery))
            shipments.append(
                pyvrp.Shipment(
                    pickup,
                    delivery,
                    pickup_tw_early=pickup_early,
                    pickup_tw_late=pickup_late,
                    pickup_service_duration=problem.services[pickup],
                    delivery_tw_early=delivery_early,
                    delivery_tw_late=delivery_late,
                    delivery_service_duration=problem.services[delivery],
                    amount=[problem.demands[pickup]],
                )
            )
    else:
        for place in places:
            window = problem.window(place)
            loads = [] if problem.capacity is None else [problem.demands[place]]
            clients.append(
                pyvrp.Client(
                    place,
                    delivery=loads,
                    service_duration=problem.services[place],
                    tw_early=window[0],
                    tw_late=window[1],
                )
            )
    vehicles = pyvrp.VehicleType(
        problem.fleet,
        [] if problem.capacity is None else [problem.capacity],
        fixed_cost=VEHICLE if problem.kind == "pdptw" else 0,
        tw_early=early,
        tw_late=late,
    )
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(problem.size)],
        clients=clients,
        depots=[pyvrp.Depot(0, early, late)],
        vehicle_types=[vehicles],
        distance_matrices=[matrix],
        duration_matrices=[matrix],
        shipments=shipments,
    )
    result = pyvrp.solve(data, stop=pyvrp.stop.MaxRuntime(seconds), seed=seed, collect_stats=False)
    if not result.is_feasible():
        raise NoPlan("no feasible plan in its time")
    return [list(filter(None, (place_of(data, it) for it in route))) for route in result.best.routes()]


def place_of(data, scheduled):
    activity = scheduled.activity if hasattr(scheduled, "activity") else scheduled
    if activity.is_client():
        return data.client(activity.idx).location
    if activity.is_pickup():
        return data.shipment(activity.idx).pickup.location
    if activity.is_delivery():
        return data.shipment(activity.idx).delivery.location
    return None
