"""Remove old rows beside the work, where the operator wants that (KEEP_DAYS).

In steps of a few milliseconds with pauses between them, so that no order and no delivery waits for it.
"""

import asyncio
import logging

from jobs.context import JobContext
from jobs.store.queries.upkeep import prune as queries

log = logging.getLogger(__name__)

_DAY_SECONDS = 24 * 3600.0
# After the start, and between two rounds.
_FIRST_SECONDS, _ROUND_SECONDS = 300.0, 6 * 3600.0
# Rows looked at in a step, and the pause after it.
_STEP, _PAUSE_SECONDS = 200, 0.2


async def keep_pruned(context: JobContext, keep_days: int) -> None:
    """Prune again and again, until it is cancelled. Survives every error of the store."""
    wait = _FIRST_SECONDS
    while True:
        await asyncio.sleep(wait)
        wait = _ROUND_SECONDS
        if not context.slots.leads:
            continue
        try:
            rows = await prune(context, keep_days)
        except Exception:
            log.exception("old rows could not be removed")
        else:
            if rows:
                log.info("%s rows of more than %s days ago were removed", rows, keep_days)


async def prune(context: JobContext, keep_days: int) -> int:
    """Remove all that is old, step by step; return how many rows that were."""
    store, now = context.store, context.clock.now()
    before = now - keep_days * _DAY_SECONDS
    removed, last = 0, 0
    while True:
        ids, last_seen = await store.read(queries.without_use, before=before, after_id=last, limit=_STEP)
        if last_seen is None:
            break
        last = last_seen
        if ids:
            removed += await store.write(queries.remove_jobs, ids, before=before)
        await asyncio.sleep(_PAUSE_SECONDS)
    while rows := await store.write(queries.remove_rest, now=now, before=before, limit=_STEP):
        removed += rows
        await asyncio.sleep(_PAUSE_SECONDS)
    context.metrics.pruned(removed)
    return removed
