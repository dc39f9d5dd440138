"""What a merchant should see to, in words."""

from sendback_service.hints import Hint, HintKind
from sendback_service.policy_page import PageCheck
from sendback_service.text.words import N_, words
from sendback_service.websites import Outcome

_HINTS: dict[HintKind, str] = {
    HintKind.FEE_MISSING: N_(
        "Your orders in {currency} have no label fee: the policy names no amount for this currency."
    ),
    HintKind.NO_CARRIER: N_(
        "No carrier on route serves your countries, so buyers get instructions instead of labels."
    ),
    HintKind.POLICY_PAGE_MISSING: N_("Say in your brand’s settings where your return policy can be read."),
    HintKind.POLICY_PAGE_UNCHECKED: N_(
        "Your policy has changed. Update the return policy on your shop, then have the page checked."
    ),
    HintKind.PORTAL_NOT_LINKED: N_(
        "Your page with the return policy does not link to the portal. Add the link."
    ),
    HintKind.FEE_NOT_TOLD: N_("Your page with the return policy does not tell the label’s fee. Add it."),
    HintKind.SUPPORT_MISSING: N_("Say in your brand’s settings where buyers find help."),
}
_OUTCOMES: dict[Outcome, str] = {
    Outcome.READ: N_("The page was read."),
    Outcome.REFUSED: N_("This address cannot be opened by visitors from outside, so it was not read."),
    Outcome.UNREACHABLE: N_("The site did not answer in time. Try again later."),
    Outcome.ERROR_STATUS: N_("The site answered with an error. Check the address."),
    Outcome.NOT_A_PAGE: N_("What was found there is not a web page that can be read."),
}


def hint_text(hint: Hint, language: str) -> str:
    return words(language)(_HINTS[hint.kind], currency=hint.currency)


def findings(check: PageCheck, language: str) -> list[str]:
    """How the reading went, then each thing that was looked for."""
    say = words(language)
    found = [say(_OUTCOMES[check.outcome])]
    if check.outcome is not Outcome.READ:
        return found
    if check.links_to_portal:
        found.append(say(N_("It links to the portal.")))
    else:
        found.append(
            say(N_("No link to the portal was found in it. Links that a script adds cannot be seen here."))
        )
    if check.fee_expected:
        told = (
            N_("It tells the label’s fee.")
            if check.fee_mentioned
            else N_("The label’s fee was not found in it.")
        )
        found.append(say(told))
    return found
