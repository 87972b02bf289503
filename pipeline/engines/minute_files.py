"""Files of calls whose times are written to the minute."""

LEAST_TIMES, NEARLY_ALL = 20, 0.98
WHOLE = "avg(cast({0} = date_trunc('minute', {0}) as integer)) >= " + str(NEARLY_ALL)
MINUTE_FILES = f"""
select file_id
from (
    select file_id, coalesce(queued_at, offered_at) as began_at, coalesce(answered_at, ended_at) as left_at
    from raw_calls
    where wait_s is null and channel in ('voice', 'video'))
where left_at <> began_at
group by file_id
having count(*) >= {LEAST_TIMES} and ({WHOLE.format("began_at")} or {WHOLE.format("left_at")})"""
"""SQL: the files whose calls, of which only instants tell how long they waited, begin or are answered on whole minutes: one in
sixty does by chance. Those answered in the instant in which they began tell nothing: they may have been `lifted`. Chats and
letters wait for hours, of which a minute is nothing."""
