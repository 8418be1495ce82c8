"""Is it any good: metrics, judged data, reports with intervals, gates, tuning."""
