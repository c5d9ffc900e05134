"""Runs every call of 51Tracking's own Python SDK against a running sandbox.

Usage: python python_sdk.py http://127.0.0.1:PORT

Prints `ok N calls` and exits with 0 when every reply is as documented.
"""

import re
import sys
import time
import uuid
from urllib.parse import urlsplit

import tracking51

API_KEY = "sandbox-51tracking-key"

calls = 0


def call(function, *args):
    """Makes one call and gives its envelope, which must have the documented form."""
    global calls
    calls += 1
    reply = function(*args)
    assert isinstance(reply, dict), f"{function.__name__} answered {reply!r}"
    assert set(reply) == {"meta", "data"}, f"{function.__name__} answered the keys {sorted(reply)}"
    assert set(reply["meta"]) == {"code", "message"}, reply["meta"]
    assert isinstance(reply["meta"]["code"], int), reply["meta"]
    return reply


def accepted(function, *args):
    """Makes a call that must go through and gives its data."""
    reply = call(function, *args)
    assert reply["meta"]["code"] == 200, f"{function.__name__} answered {reply['meta']}"
    return reply["data"]


def refused(code, function, *args):
    """Makes a call that must fail with a code."""
    reply = call(function, *args)
    assert reply["meta"]["code"] == code, f"{function.__name__} answered {reply['meta']}, expected {code}"
    assert reply["data"] is None, reply


def point_at(base_url):
    """The SDK has no setting for its address, and speaks plain HTTP on any port but 443."""
    address = urlsplit(base_url)
    tracking51.request.apiBaseUrl = f"{address.netloc}/51tracking"
    tracking51.request.apiPort = address.port
    tracking51.api_key = API_KEY


def main(base_url):
    point_at(base_url)
    mark = uuid.uuid4().hex[:12].upper()

    couriers = accepted(tracking51.courier.get_all_couriers)
    assert {"posti", "usps"} <= {it["courier_code"] for it in couriers}
    assert all(isinstance(it["support_language"], list) for it in couriers)

    # The bucket of this endpoint holds three calls, which another proof may have used up a moment ago.
    time.sleep(1.1)
    number = f"PY{mark}"
    wanted = {"tracking_number": number, "courier_code": "posti", "order_number": "A-1", "title": ""}
    created = accepted(tracking51.tracking.create_tracking, wanted)
    assert re.fullmatch("[0-9a-f]{32}", created["id"]), created["id"]
    assert created["tracking_number"] == number and created["delivery_status"] == "pending"
    assert created["order_number"] == "A-1" and created["title"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", created["created_at"]), created["created_at"]
    assert created["origin_info"]["trackinfo"] == [] and isinstance(created["transit_time"], int)
    refused(4101, tracking51.tracking.create_tracking, wanted)
    refused(4120, tracking51.tracking.create_tracking, {"tracking_number": "PY-X", "courier_code": "pigeon"})

    time.sleep(1.1)
    expired = accepted(
        tracking51.tracking.create_tracking, {"tracking_number": f"MR-EXPIRED-{mark}", "courier_code": "posti"}
    )
    assert expired["delivery_status"] == "expired"

    batch = accepted(
        tracking51.tracking.batch_create_trackings,
        [
            {"tracking_number": f"MR-DELIVERED-{mark}", "courier_code": "posti"},
            {"tracking_number": number, "courier_code": "posti"},
            {"tracking_number": f"MR-ERR-4110-{mark}", "courier_code": "posti"},
        ],
    )
    assert [it["tracking_number"] for it in batch["success"]] == [f"MR-DELIVERED-{mark}"]
    assert [it["errorCode"] for it in batch["error"]] == [4101, 4110]
    assert batch["error"][0]["id"] == created["id"]

    # The SDK sends the plus signs of these moments unencoded.
    found = accepted(
        tracking51.tracking.get_tracking_results,
        {
            "tracking_numbers": f"{number},MR-DELIVERED-{mark},NOSUCH{mark}",
            "courier_code": "posti",
            "created_date_min": "2020-01-01T00:00:00+00:00",
            "created_date_max": "2099-01-01T00:00:00+00:00",
        },
    )
    by_number = {it["tracking_number"]: it for it in found["success"]}
    assert set(by_number) == {number, f"MR-DELIVERED-{mark}"}
    events = by_number[f"MR-DELIVERED-{mark}"]["origin_info"]["trackinfo"]
    dates = [it["checkpoint_date"] for it in events]
    assert len(dates) > 3 and dates == sorted(dates, reverse=True)
    assert [(it["tracking_number"], it["rejectedCode"]) for it in found["rejected"]] == [(f"NOSUCH{mark}", 4102)]
    late = accepted(tracking51.tracking.get_tracking_results, {"created_date_min": "2099-01-01T00:00:00+00:00"})
    assert late == {"success": [], "rejected": []}

    update = {"customer_name": "Aino", "note": "Call first"}
    updated = accepted(tracking51.tracking.update_tracking_by_id, created["id"], update)
    assert updated["customer_name"] == "Aino" and updated["order_number"] == "A-1"

    refused(4113, tracking51.tracking.retrack_tracking_by_id, created["id"])
    assert accepted(tracking51.tracking.retrack_tracking_by_id, expired["id"])["id"] == expired["id"]

    assert accepted(tracking51.tracking.delete_tracking_by_id, created["id"])["tracking_number"] == number
    refused(4102, tracking51.tracking.delete_tracking_by_id, created["id"])
    refused(4112, tracking51.tracking.delete_tracking_by_id, "7")

    serial = f"{uuid.uuid4().int % 10**8:08}"
    waybill = accepted(tracking51.air_waybill.create_an_air_waybill, {"awb_number": f"235-{serial}"})
    assert waybill["awb_number"] == f"235-{serial}" and isinstance(waybill["flight_info"], dict)
    assert isinstance(waybill["status_number"], str)
    refused(4167, tracking51.air_waybill.create_an_air_waybill, {"awb_number": f"235 {serial}"})
    refused(4161, tracking51.air_waybill.create_an_air_waybill, {"awb_number": f"999-{serial}"})

    tracking51.api_key = "wrong"
    refused(401, tracking51.courier.get_all_couriers)

    print(f"ok {calls} calls")


if __name__ == "__main__":
    main(sys.argv[1])
