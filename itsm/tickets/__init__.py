"""Tickets: the common row of all cases, with comments, tasks, approvals, assignments, outages and queues."""
