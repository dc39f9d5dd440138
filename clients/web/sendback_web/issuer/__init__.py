"""A small OpenID Connect provider for demos and tests: whoever sits at this machine says who they are, without a
password. It refuses every address but loopback, its own and those of its clients.

    client = Client("console", "secret", "http://localhost:8080/console/callback")
    issuer = Issuer("http://127.0.0.1:8090", client, people)
    uvicorn.run(issuer.app, host="127.0.0.1", port=8090)

It speaks the authorization code flow with PKCE (S256), signs with a key of its own that lives as long as the process,
and tells discovery, JWKS and the end of a session as any provider would."""

from sendback_web.issuer.app import Issuer
from sendback_web.issuer.grants import Client, NotLoopback, Person

__all__ = ["Client", "Issuer", "NotLoopback", "Person"]
