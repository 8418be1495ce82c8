"""The monitoring stage: what happened during calls, told to whoever watches."""

from vademecum.monitor.record import Call, Watcher, recorded

__all__ = ["Call", "Watcher", "recorded"]
