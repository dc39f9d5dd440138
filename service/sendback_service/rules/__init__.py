"""The rules: pure, without clock or database, to be read in half an hour.

Start with `states` (what can become of a return), then `window`, `territory`, `eligibility` and `labels` (what a buyer
may do), then `worth` and `quote` (what it comes to). `policy` is what a merchant decides, `clauses` and `differences`
say whom a change of it serves, `requested_return` and `simulation` what it would have made of past orders. The order is
`sendback_sdk.orders.Order`.
"""
