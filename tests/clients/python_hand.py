"""The hand of Python: see `hands`."""

import json
import sys
import threading
import traceback
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from sendback.v1 import (
    event_service_pb2,
    label_service_pb2,
    merchant_service_pb2,
    order_pb2,
    returns_service_pb2,
)
from sendback_client import Client, SendbackError, minor_units, money
from sendback_client.papers import DocumentBroken

_clients: dict[str, Client] = {}
_telling = threading.Lock()


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        if task["do"] == "connect":
            _answer(task)  # what comes next is asked of it
        else:
            threading.Thread(target=_answer, args=(task,), daemon=True).start()


def _answer(task: dict[str, Any]) -> None:
    try:
        _tell(task, {"is": _done(task)})
    except SendbackError as error:
        _tell(task, {"refused": _told(error)})
    except DocumentBroken as broken:
        _tell(task, {"broken": str(broken)})
    except Exception:
        _tell(task, {"wrong": traceback.format_exc()})


def _done(task: dict[str, Any]) -> Any:
    if task["do"] == "connect":
        _clients[task["on"]] = _connected(task)
        return True
    client = _clients[task["on"]]
    limit = task["timeoutMs"] / 1000 if "timeoutMs" in task else None
    match task["do"]:
        case "createReturn":
            request = _read(task, returns_service_pb2.CreateReturnRequest())
            return _json(client.returns.CreateReturn(request, timeout=limit))
        case "cancelReturn":
            return _json(client.returns.CancelReturn(_read(task, returns_service_pb2.CancelReturnRequest())))
        case "createLabel":
            return _json(client.labels.CreateLabel(_read(task, label_service_pb2.CreateLabelRequest())))
        case "createAccessKey":
            request = _read(task, merchant_service_pb2.CreateAccessKeyRequest())
            return _json(client.merchants.CreateAccessKey(request))
        case "importOrders":
            orders = (json_format.ParseDict(order, order_pb2.Order()) for order in task["orders"])
            return _json(client.import_orders(orders))
        case "saveLabel":
            return str(client.save_label(task["parcelId"], task["at"]))
        case "watch":
            return _watched(client, task)
        case "close":
            client.close()
            return True
        case "money":
            amount = money(int(task["minor"]), task["currency"])
            return f"{amount.units} {amount.nanos} {minor_units(amount)}"
    raise ValueError(f"no hand for {task['do']}")


def _connected(task: dict[str, Any]) -> Client:
    tls = None
    if "roots" in task:
        with open(task["roots"], "rb") as file:
            tls = file.read()
    own = {name: task.get(name, "") for name in ("language", "actor")}
    return Client(task["target"], key=task["key"], tls=tls, **own)


def _watched(client: Client, task: dict[str, Any]) -> int:
    """Events one by one, until there are as many as wanted or no more."""
    wanted = _read(task, event_service_pb2.WatchEventsRequest())
    seen = 0
    for event in client.watch_events(wanted.resume_token, list(wanted.types), stop_at_end=wanted.stop_at_end):
        _tell(task, {"event": _json(event)})
        seen += 1
        if seen == task.get("count"):
            break
    return seen


def _read(task: dict[str, Any], into: Any) -> Any:
    return json_format.ParseDict(task.get("request", {}), into)


def _json(message: Message) -> Any:
    return json_format.MessageToDict(message)


def _told(error: SendbackError) -> dict[str, Any]:
    return {
        "code": error.code.name,
        "reason": error.reason,
        "message": error.message,
        "metadata": error.metadata,
        "fields": [problem.field for problem in error.fields],
        "retryAfterMs": round((error.retry_after or 0) * 1000),
    }


def _tell(task: dict[str, Any], said: dict[str, Any]) -> None:
    with _telling:
        print(json.dumps({"id": task["id"], **said}), flush=True)


if __name__ == "__main__":
    main()
