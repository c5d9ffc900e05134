"""VROOM through pyvroom: exploration level 5, one thread."""

import datetime

import numpy
import vroom

from problem import NoPlan


def solve(problem, seconds, seed):
    del seed  # It has none.
    model = vroom.Input()
    model.set_durations_matrix("car", problem.matrix.astype(numpy.uint32))
    loads = problem.capacity is not None
    fixed = 1_000_000_000 if problem.kind == "pdptw" else 0
    day = vroom.TimeWindow(*problem.window(0)) if problem.windows[0] else None
    for vehicle in range(problem.fleet):
        model.add_vehicle(
            vroom.Vehicle(
                vehicle,
                start=0,
                end=0,
                capacity=[problem.capacity] if loads else [],
                time_window=day,
                costs=vroom.VehicleCosts(fixed=fixed),
            )
        )

    def step(place):
        windows = [vroom.TimeWindow(*problem.windows[place])] if problem.windows[place] else []
        return dict(id=place, location=place, default_service=problem.services[place], time_windows=windows)

    if problem.kind == "pdptw":
        for pickup, delivery in problem.pairs:
            amount = vroom.Amount([problem.demands[pickup]])
            shipment = vroom.Shipment(vroom.ShipmentStep(**step(pickup)), vroom.ShipmentStep(**step(delivery)), amount)
            model.add_job(shipment)
    else:
        for place in range(1, problem.size):
            amount = vroom.Amount([problem.demands[place]]) if loads else vroom.Amount([])
            model.add_job(vroom.Job(delivery=amount, **step(place)))
    limit = datetime.timedelta(seconds=seconds)
    found = model.solve(exploration_level=5, nb_threads=1, timeout=limit)
    if found.unassigned:
        raise NoPlan(f"it leaves {len(found.unassigned)} stops out")
    routes = {}
    table = found.routes
    for vehicle, kind, place in zip(table["vehicle_id"], table["type"], table["id"]):
        if kind in ("job", "pickup", "delivery"):
            routes.setdefault(vehicle, []).append(int(place))
    return list(routes.values())
