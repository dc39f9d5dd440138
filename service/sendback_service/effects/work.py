"""In whose name the worker writes."""

from sendback_service.store.transaction import Author

WORKER = Author("effect", "worker")
