"""Merchants' own accounts between the wire and the domain. Secrets go one way."""

from google.protobuf.json_format import MessageToDict
from sendback.v1 import merchant_service_pb2 as pb

from sendback_service.connections import Connectable, Connected, Connection
from sendback_service.refusal import invalid


def connection_of(message: pb.AccountToConnect) -> Connection:
    try:
        settings = MessageToDict(message.settings) if message.HasField("settings") else {}
    except ValueError:
        raise invalid("account.settings", "holds a number that is none, or has no end") from None
    whole = {key: _number(value) for key, value in settings.items()}
    return Connection(message.name, message.plugin, whole, dict(message.secrets), message.sandbox)


def connected_message(connected: Connected) -> pb.ConnectedAccount:
    message = pb.ConnectedAccount(
        account=connected.account,
        name=connected.name,
        plugin=connected.plugin,
        kind=connected.kind,
        secret_names=connected.secret_names,
        sandbox=connected.sandbox,
        failure=connected.failure,
    )
    message.settings.update(dict(connected.settings))
    return message


def plugin_message(plugin: Connectable) -> pb.ConnectablePlugin:
    return pb.ConnectablePlugin(
        name=plugin.name,
        kind=plugin.kind,
        settings=[
            pb.PluginSetting(
                name=setting.name,
                kind=setting.kind,
                required=setting.required,
                secret=setting.secret,
                default_text=setting.default,
                choices=setting.choices,
                description=setting.description,
            )
            for setting in plugin.settings
        ],
    )


def _number(value: object) -> object:
    """A Struct knows only floating numbers; settings are mostly whole ones."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
