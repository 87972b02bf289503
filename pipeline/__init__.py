"""Call-centre quality and KPI analytics: from log files to a weekly report that sets speed beside quality."""
