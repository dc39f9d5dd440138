"""The configuration that `sendback init` writes to begin with."""

SAMPLE = """\
# Sendback's configuration. Every key can be set by the environment too: SENDBACK_SERVER__PORT=50052.
# Secrets never stand here: `token = "env:POST_TOKEN"` names the variable that holds one.

data_dir = "sendback-data"               # beside this file
# database_url = "postgresql://sendback@localhost/sendback"     # SQLite in data_dir unless set
channel = "mail"                # the account that writes to buyers
refunds = "refunds"             # the account that pays where an order's payment names none

[server]
host = "127.0.0.1"
port = 50051

[portal]
base_url = "http://localhost:8080"      # stands before the slug in links and QR codes

[privacy]
retention_months = 0            # so long after its end a return's personal data goes; 0 keeps it
history_months = 120            # so long after their last change orders and their returns go; 0 keeps them

[accounts.local]
plugin = "local"                        # makes labels offline; the one to copy

[accounts.refunds]
plugin = "refund"                       # settled by hand until an endpoint is set

[accounts.mail]
plugin = "email"
settings = {{ outbox = "{outbox}", sender = "returns@example.com" }}

# [accounts.erp]                        # told of events, each until it was taken; see docs/messages.md
# plugin = "webhook"
# settings = {{ url = "https://erp.internal/hook", secret = "env:ERP_SECRET" }}
# [[webhooks]]
# account = "erp"
# types = ["return.*"]

[[routes]]
accounts = ["local"]                    # asked in order; see `sendback plugins` for what is there.
# countries, merchants, formats, min_grams, max_grams narrow a route; {{ local = 70, other = 30 }} shares a place
"""
