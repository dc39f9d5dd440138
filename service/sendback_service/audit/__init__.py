"""The audit: what must hold whatever happens, asked of a database that may be at work meanwhile.

snapshots = Snapshots(url, clock)
broken = list(Auditor(snapshots.look, Scope(Patience(relay, intent))).findings())

Every finding, its table and columns, and what to do about it: service/docs/audit.md.
"""

from sendback_service.audit.auditor import CHECKS, NAMES, Auditor, Scope, is_somebody
from sendback_service.audit.engine import NoEngine, engine_at
from sendback_service.audit.finding import Check, Finding
from sendback_service.audit.window import Patience

__all__ = [
    "CHECKS",
    "NAMES",
    "Auditor",
    "Check",
    "Finding",
    "NoEngine",
    "Patience",
    "Scope",
    "engine_at",
    "is_somebody",
]
