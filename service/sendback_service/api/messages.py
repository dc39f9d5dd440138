"""MessageService: what buyers are written."""

from collections.abc import Iterable, Sequence

from sendback.v1 import message_pb2, message_service_pb2_grpc
from sendback.v1 import message_service_pb2 as pb

from sendback_service.api.caller import call_for, merchant_named
from sendback_service.api.interceptor import Context
from sendback_service.message_settings import MessagePreferences, MessageSettings
from sendback_service.message_templates import MessageTemplate, MessageTemplates, Preview
from sendback_service.messages import Occasion
from sendback_service.refusal import invalid
from sendback_service.text.wording import Wording
from sendback_service.text.words import LANGUAGES

_Occasion = message_pb2.MessageOccasion.Occasion


class MessageServicer(message_service_pb2_grpc.MessageServiceServicer):
    def __init__(self, templates: MessageTemplates, preferences: MessagePreferences) -> None:
        self._templates = templates
        self._preferences = preferences

    async def ListMessageTemplates(
        self, request: pb.ListMessageTemplatesRequest, context: Context
    ) -> pb.ListMessageTemplatesResponse:
        occasions = [_occasion(number) for number in request.occasions] or list(Occasion)
        found = await self._templates.list(
            merchant_named(request.merchant_id), occasions, _languages(request.language_codes)
        )
        return pb.ListMessageTemplatesResponse(templates=map(_template_message, found))

    async def UpdateMessageTemplate(
        self, request: pb.UpdateMessageTemplateRequest, context: Context
    ) -> message_pb2.MessageTemplate:
        given = request.template
        call = call_for(request, merchant_named(request.merchant_id))
        return _template_message(
            await self._templates.save(
                call, _occasion(given.occasion), given.language_code, _wording(given), given.etag
            )
        )

    async def DeleteMessageTemplate(
        self, request: pb.DeleteMessageTemplateRequest, context: Context
    ) -> pb.DeleteMessageTemplateResponse:
        call = call_for(request, merchant_named(request.merchant_id))
        await self._templates.delete(call, _occasion(request.occasion), request.language_code)
        return pb.DeleteMessageTemplateResponse()

    async def PreviewMessage(
        self, request: pb.PreviewMessageRequest, context: Context
    ) -> pb.PreviewMessageResponse:
        found = await self._templates.preview(
            merchant_named(request.merchant_id),
            _occasion(request.occasion),
            _languages(request.language_codes),
            _wording(request.draft) if request.HasField("draft") else None,
        )
        return pb.PreviewMessageResponse(previews=map(_preview_message, found))

    async def GetMessageSettings(
        self, request: pb.GetMessageSettingsRequest, context: Context
    ) -> message_pb2.MessageSettings:
        return _settings_message(await self._preferences.get(merchant_named(request.merchant_id)))

    async def UpdateMessageSettings(
        self, request: pb.UpdateMessageSettingsRequest, context: Context
    ) -> message_pb2.MessageSettings:
        call = call_for(request, merchant_named(request.merchant_id))
        rules = _rules(request.settings.rules)
        return _settings_message(await self._preferences.update(call, rules, request.settings.etag))


def _occasion(number: int) -> Occasion:
    return Occasion[_Occasion.Name(number)]


def _languages(codes: Sequence[str]) -> Sequence[str]:
    for code in codes:
        if code not in LANGUAGES:
            raise invalid("language_codes", f"each must be one of {', '.join(LANGUAGES)}")
    return list(codes) or LANGUAGES


def _wording(message: message_pb2.MessageTemplate) -> Wording:
    return Wording(message.subject, message.body, message.button)


def _rules(rules: Iterable[message_pb2.MessageRule]) -> dict[Occasion, tuple[str, ...]]:
    found: dict[Occasion, tuple[str, ...]] = {}
    for rule in rules:
        occasion = _occasion(rule.occasion)
        if occasion in found:
            raise invalid("settings.rules", f"{occasion.name} stands there twice")
        found[occasion] = tuple(rule.channels)
    return found


def _template_message(template: MessageTemplate) -> message_pb2.MessageTemplate:
    return message_pb2.MessageTemplate(
        occasion=template.occasion.name,
        language_code=template.language,
        subject=template.wording.subject,
        body=template.wording.body,
        button=template.wording.button,
        own=template.own,
        variables=template.variables,
        etag=str(template.version),
    )


def _preview_message(preview: Preview) -> message_pb2.MessagePreview:
    return message_pb2.MessagePreview(
        language_code=preview.language,
        subject=preview.letter.subject,
        text=preview.letter.text,
        html=preview.letter.html,
        own=preview.own,
    )


def _settings_message(settings: MessageSettings) -> message_pb2.MessageSettings:
    rules = [
        message_pb2.MessageRule(occasion=occasion.name, channels=channels)
        for occasion, channels in settings.rules.items()
    ]
    return message_pb2.MessageSettings(
        rules=rules, offered_channels=settings.offered, etag=str(settings.version)
    )
