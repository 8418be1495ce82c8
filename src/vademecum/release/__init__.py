"""The stage that keeps trained models and says which one is in use."""

from vademecum.release.registry import Models

__all__ = ["Models"]
