"""A change of the policy: what it means is shown before it is published, and published only over what was seen."""

import asyncio
from dataclasses import dataclass

from sendback.v1.merchant_service_pb2 import GetPolicyRequest, PublishPolicyRequest
from sendback.v1.policy_change_pb2 import (
    DiffPoliciesRequest,
    DiffPoliciesResponse,
    PolicySimulation,
    SimulatePolicyRequest,
)
from sendback.v1.policy_pb2 import Policy
from sendback_client import SendbackError

from sendback_web.console.entries import Entry, told
from sendback_web.console.visit import Visit
from sendback_web.words import N_

_UNTRIED = {"NOTHING_TO_SIMULATE", "DEADLINE_EXCEEDED"}
_SIMULATION_SECONDS = 8.0
PUBLISHED = N_("The new version of your policy is in force.")
UNCHANGED = N_("Nothing differs from the policy in force, so nothing was published.")
STALE = N_(
    "Somebody published another version meanwhile. Below is what you typed; look at what differs now, then publish."
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft changes, and what it would have changed for past orders, where that could be tried."""

    diff: DiffPoliciesResponse
    simulation: PolicySimulation | None


async def current(visit: Visit) -> Policy:
    return await visit.desk.merchants.GetPolicy(GetPolicyRequest())


async def previewed(visit: Visit, draft: Policy) -> Preview:
    diff, simulation = await asyncio.gather(_differing(visit, draft), _tried(visit, draft))
    return Preview(diff, simulation)


async def _differing(visit: Visit, draft: Policy) -> DiffPoliciesResponse:
    return await visit.desk.merchants.DiffPolicies(DiffPoliciesRequest(draft=draft))


async def _tried(visit: Visit, draft: Policy) -> PolicySimulation | None:
    try:
        return await visit.desk.merchants.SimulatePolicy(
            SimulatePolicyRequest(draft=draft), timeout=_SIMULATION_SECONDS
        )
    except SendbackError as refused:
        if refused.reason in _UNTRIED or refused.code.name in _UNTRIED:
            return None
        raise


async def publish(visit: Visit, draft: Policy, entry: Entry) -> str:
    """The notice of what was done. Raises SendbackError; an etag that the entry carries must still hold."""
    draft.etag = entry.one("etag")
    if not (await _differing(visit, draft)).differences:
        return UNCHANGED
    await visit.desk.merchants.PublishPolicy(
        PublishPolicyRequest(policy=draft, request_id=entry.one("request_id"))
    )
    visit.console.zones.pop(visit.shop, None)
    return PUBLISHED


def refused_entry(visit: Visit, error: SendbackError, entry: Entry, fields: dict[str, str]) -> Entry:
    """The entry with what the service found wrong with it; raises again what no typing can mend."""
    if error.reason == "ETAG_STALE":
        return entry.wrong({}, visit.say(STALE))
    if error.code.name not in ("INVALID_ARGUMENT", "FAILED_PRECONDITION"):
        raise error
    drafts = {path.replace("policy.", "draft.", 1): field for path, field in fields.items()}
    found = told(error, {**fields, **drafts})
    return entry.wrong(found.problems, found.trouble)
