"""What newborns of the nursery need not import any more."""

from sendback_service.command import loaded

loaded()

import sendback_service.server  # noqa: E402
import sendback_service.store.postgres  # noqa: E402
import sendback_service.worker  # noqa: E402, F401
