"""The monitoring stage: what happened during calls, kept, sent out, and told to whoever watches."""

from vademecum.monitor.calls import Calls
from vademecum.monitor.chat import RecordedChat
from vademecum.monitor.conventions import EMBEDDED
from vademecum.monitor.record import Call, Watcher, recorded

__all__ = ["EMBEDDED", "Call", "Calls", "RecordedChat", "Watcher", "recorded"]
