"""The page of the policy: reasons and every other term, with a preview of what a change means, and former versions."""

from sendback.v1.merchant_service_pb2 import GetPolicyRequest
from sendback.v1.policy_change_pb2 import DiffPoliciesRequest
from sendback.v1.policy_pb2 import Policy
from sendback_client import SendbackError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sendback_web.console import names
from sendback_web.console.entries import Entry, typed
from sendback_web.console.particulars import particular_rows
from sendback_web.console.publishing import Preview, current, previewed, publish, refused_entry
from sendback_web.console.terms import FIELDS, GRADES, reason_rows, terms_entry, with_terms
from sendback_web.console.visit import Visit

_SHOWN_VERSIONS = 20


async def show(visit: Visit) -> Response:
    policy = await current(visit)
    return _page(visit, policy, terms_entry(policy))


async def save(visit: Visit) -> Response:
    """Shows what differs, or publishes."""
    entry = typed(await visit.form())
    policy = await current(visit)
    draft, entry = with_terms(policy, entry, visit.say)
    if not entry.sound:
        return _page(visit, policy, entry, status=422)
    try:
        if entry.one("action") != "publish":
            return _page(visit, policy, entry, preview=await previewed(visit, draft))
        return visit.go(visit.href("policy"), await publish(visit, draft, entry))
    except SendbackError as refused:
        return _page(visit, policy, refused_entry(visit, refused, entry, FIELDS), status=422)


async def compare(visit: Visit) -> Response:
    """What a former version said otherwise than the one in force."""
    said = visit.request.path_params["version"]
    version = int(said) if said.isdecimal() and len(said) < 8 else 0
    if version < 1:
        raise HTTPException(404)
    merchants = visit.desk.merchants
    former = await merchants.GetPolicy(GetPolicyRequest(version=version))
    policy = await current(visit)
    diff = await merchants.DiffPolicies(DiffPoliciesRequest(version=version, other_version=policy.version))
    return visit.show("policy_version.html", former=former, policy=policy, diff=diff, names=names)


def _page(
    visit: Visit, policy: Policy, entry: Entry, *, preview: Preview | None = None, status: int = 200
) -> Response:
    versions = range(policy.version - 1, max(0, policy.version - 1 - _SHOWN_VERSIONS), -1)
    return visit.show(
        "policy.html",
        status=status,
        policy=policy,
        entry=entry,
        preview=preview,
        reasons=reason_rows(entry),
        particulars=particular_rows(entry),
        grades=GRADES,
        versions=versions,
        names=names,
    )
