"""Sendback in a browser: the buyer's portal, the merchant's console, and the ingress for webhooks.

It knows the service by its API only. `python -m sendback_web serve` runs it; `application.application` makes it.
"""
