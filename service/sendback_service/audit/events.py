"""The spine: events in order, each with its subject, its place in the feed, and nothing after the end."""

from sendback_service.audit.finding import rows

_SUBJECTS = (
    ("return", "returns"),
    ("parcel", "parcel"),
    ("order", "orders"),
    ("erasure", "erasure"),
    ("arrival", "arrival"),
    ("credit", "credit_entry"),
    ("work_item", "work_item"),
)
_MISSING = " OR ".join(
    f"""t.subject_type = '{type}' AND NOT EXISTS (
        SELECT 1 FROM {table} s WHERE s.merchant_id = t.merchant_id AND s.id = t.subject_id)"""
    for type, table in _SUBJECTS
)
_SAME = "SELECT 1 FROM event e WHERE e.merchant_id = t.merchant_id AND e.subject_id = t.subject_id"
# Where the feed begins to be whole.
_FLOOR = "coalesce((SELECT CAST(i.value AS BIGINT) FROM installation i WHERE i.name = 'feed_floor'), 0)"
_FINAL = "'return.declined', 'return.cancelled', 'return.expired', 'return.closed'"

CHECKS = (
    rows(
        "event_unrelayed",
        "events",
        "event",
        "t.position IS NULL AND t.time < :late",
        "{type} was never relayed: nobody follows it, and what it asks for was not begun",
        "see that a worker runs (`sendback worker`), and what its log says of the relay",
    ),
    rows(
        "event_unsorted",
        "events",
        "event",
        """t.time < :late AND t.position > (SELECT CAST(i.value AS BIGINT) FROM installation i
             WHERE i.name = 'sorted_position')""",
        "{type} has its place in the feed, and was not sorted for those who are told of events",
        "see that a worker runs (`sendback worker`), and what its log says of sorting",
    ),
    rows(
        "event_without_subject",
        "events",
        "event",
        _MISSING,
        "{type} is about {subject_type} {subject_id}, which is not there",
        "rows go with their events, or not at all: restore it from a backup",
    ),
    rows(
        "event_sequence_gap",
        "events",
        "event",
        f"""t.sequence <> 1 AND NOT EXISTS ({_SAME} AND e.sequence = t.sequence - 1)
            AND NOT ({_FLOOR} > 0 AND t.subject_type NOT IN ('order', 'return', 'parcel', 'arrival')
              AND NOT EXISTS ({_SAME} AND e.sequence < t.sequence))""",
        "the event before number {sequence} of {subject_id} is not there",
        "events go by their age alone, and those of an order together: restore it from a backup",
    ),
    rows(
        "event_sequence_twice",
        "events",
        "event",
        f"EXISTS ({_SAME} AND e.sequence = t.sequence AND e.id <> t.id)",
        "number {sequence} of {subject_id} is another event's too",
        "see which is right by the rows; then make the unique index event_subject again",
    ),
    rows(
        "event_after_end",
        "8",
        "event",
        f"""t.type IN ('return.requested', 'return.approved', {_FINAL})
            AND EXISTS ({_SAME} AND e.type IN ({_FINAL}) AND e.sequence < t.sequence)""",
        "{type} came after return {subject_id} had ended",
        "final states stay final: set the decision that ended it, and correct by a linked return",
    ),
    rows(
        "feed_place_twice",
        "events",
        "event",
        "EXISTS (SELECT 1 FROM event e WHERE e.position = t.position AND e.id <> t.id)",
        "place {position} of the feed is another event's too: readers miss one of them",
        "give one of them the place behind the last; then make the unique index event_position again",
    ),
    rows(
        "feed_gap",
        "events",
        "event",
        f"""t.position > {_FLOOR} + 1
            AND NOT EXISTS (SELECT 1 FROM event e WHERE e.position = t.position - 1)""",
        "no event has the place before {position} of the feed",
        "behind its floor the feed is whole: restore the event from a backup",
    ),
    rows(
        "feed_end_wrong",
        "events",
        "feed",
        f"""t.position <> (SELECT max(p.place) FROM (SELECT max(e.position) AS place FROM event e
             UNION ALL SELECT {_FLOOR}) p)""",
        "the feed ends at {position}, and the last event has another place",
        "set feed.position to the highest position of an event, after restoring what is missing",
    ),
)
