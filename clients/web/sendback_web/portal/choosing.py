"""The form in which buyers choose: read, its photos handed on, and what is missing in it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from grpc import StatusCode
from sendback.v1.policy_pb2 import Evidence
from sendback.v1.portal_service_pb2 import ReturnableLine, ReturnableOrder, UploadEvidenceRequest
from sendback_client import SendbackError
from starlette.datastructures import FormData, UploadFile

from sendback_web.portal.draft import MOST_LINES, Choice, Draft
from sendback_web.portal.front import Front
from sendback_web.service import answer
from sendback_web.words import N_

NOTHING = N_("Choose at least one item.")
TOO_LONG = N_(
    "This is more than one form can hold. Shorten your comments or leave out some photos, "
    "or return some of the items in another return."
)
_REASON = N_("Choose a reason.")
_COMMENT = N_("Describe briefly what is wrong.")
_PHOTO = N_("Add a photo.")
_SEAL = N_("Items sealed for hygiene can only come back sealed. Confirm that the seal is intact.")
_PICTURE = N_("This picture cannot be used. Choose a JPEG, PNG or WebP photo of 10 MB at most.")
# The field of a line that a problem is about.
FIELDS = {_REASON: "reason", _COMMENT: "comment", _PHOTO: "photo", _PICTURE: "photo", _SEAL: "seal"}
_MOST_PHOTOS, _LONGEST_COMMENT = 5, 1000
_PIECE = 1024 * 1024
_LARGEST_PHOTO = 10 * 1024 * 1024


@dataclass(slots=True)
class Chosen:
    """`problems` by line id."""

    choices: tuple[Choice, ...] = ()
    problems: dict[str, str] = field(default_factory=dict)


async def chosen(at: Front, form: FormData, order: ReturnableOrder) -> Chosen:
    found = Chosen()
    for line in order.lines:
        if line.returnable_quantity and form.get(f"take:{line.order_line_id}"):
            photos = await _photos(at, form, line.order_line_id, found)
            found.choices += (_choice(form, line, photos),)
    return found


def ticked(form: FormData) -> dict[str, int]:
    """Lines that are ticked, with how many of each, where a form asks no more."""
    lines = [name.removeprefix("take:") for name in form if name.startswith("take:")][:MOST_LINES]
    return {line: quantity_of(form, "quantity", line) for line in lines if 0 < len(line) <= 128}


def quantity_of(form: FormData, name: str, line: str) -> int:
    """One where a form says nothing, or nothing that a page of ours offers."""
    said = str(form.get(f"{name}:{line}", ""))
    return min(max(int(said), 1), 10_000) if said.isascii() and said.isdecimal() and len(said) < 6 else 1


def _choice(form: FormData, line: ReturnableLine, photos: tuple[str, ...]) -> Choice:
    def said(name: str) -> str:
        value = form.get(f"{name}:{line.order_line_id}", "")
        return value.strip() if isinstance(value, str) else ""

    return Choice(
        line_id=line.order_line_id,
        quantity=min(quantity_of(form, "quantity", line.order_line_id), line.returnable_quantity),
        reason=said("reason")[:64],
        comment=said("comment")[:_LONGEST_COMMENT],
        photos=photos,
        seal=bool(said("seal")),
    )


async def _photos(at: Front, form: FormData, line_id: str, found: Chosen) -> tuple[str, ...]:
    """Those that were there before, and those that came with this form."""
    ids = [str(value) for value in form.getlist(f"kept:{line_id}")]
    for file in form.getlist(f"photo:{line_id}"):
        if isinstance(file, UploadFile) and file.filename and len(ids) < _MOST_PHOTOS:
            try:
                ids.append(await _uploaded(at, file))
            except SendbackError as refused:
                if refused.reason not in ("IMAGE_REFUSED", "TOO_LARGE", "INVALID_FIELD"):
                    raise
                found.problems[line_id] = _PICTURE
    return tuple(ids[:_MOST_PHOTOS])


async def _uploaded(at: Front, file: UploadFile) -> str:
    if (file.size or 0) > _LARGEST_PHOTO:
        raise SendbackError(StatusCode.INVALID_ARGUMENT, "TOO_LARGE")

    async def pieces() -> AsyncIterator[UploadEvidenceRequest]:
        while data := await file.read(_PIECE):
            yield UploadEvidenceRequest(session_token=at.signed_in_as, data=data)

    image = await answer(at.client.portal.UploadEvidence(pieces(), metadata=at.metadata))
    return str(image.id)


def problems(draft: Draft, order: ReturnableOrder) -> dict[str, str]:
    """What the buyer has to add, by line id; under no id, what concerns the whole."""
    if not draft.choices:
        return {"": NOTHING}
    evidence = {reason.code: reason.evidence for reason in order.reasons}
    lines = {line.order_line_id: line for line in order.lines}
    found = {}
    for choice in draft.choices:
        if problem := _problem(choice, lines[choice.line_id], evidence):
            found[choice.line_id] = problem
    return found


def _problem(choice: Choice, line: ReturnableLine, evidence: dict[str, Evidence.Kind]) -> str:
    if evidence and choice.reason not in evidence:
        return _REASON
    needed = evidence.get(choice.reason)
    if needed == Evidence.COMMENT and not choice.comment:
        return _COMMENT
    if needed == Evidence.PHOTO and not choice.photos:
        return _PHOTO
    return _SEAL if line.seal_required and not choice.seal else ""
