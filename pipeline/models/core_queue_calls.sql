select * from raw_calls where false
