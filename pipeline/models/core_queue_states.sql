select * from raw_agent_states where false
