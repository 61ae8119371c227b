"""Questions that span tables, answered in SQL over one-row-a-case tables; never counters."""
