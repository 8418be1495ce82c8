"""Everything that can go wrong, as one tree with stable codes.

    VademecumError
    |-- InputError                 what the person gave cannot be used
    |   |-- ConfigError            vade.toml or an option has a wrong key or value
    |   |-- QuestionError          an empty or oversized question
    |   |-- SourceError            a path cannot be read: missing, no permission
    |   |-- NotFoundError          a name or an id that nothing has
    |   |-- DeniedError            somebody may not do this
    |   |-- ParseError             one file's content cannot be read; the others go on
    |   `-- WorkspaceError         not a workspace, or one of a newer version
    |-- MissingExtraError          an optional package is not installed
    |-- ProviderError              something outside failed
    |   |-- WeightsError           weights cannot be pulled, or fail their hash
    |   `-- EndpointError          a model server is down, slow, or answers nonsense
    |-- LimitError                 a bound was reached: size, time, disk
    |   `-- BusyError              another process is writing to the workspace
    `-- InternalError              a defect of this program

Every message says what failed with the value, what is allowed, and the command that fixes it.
Use: `except VademecumError as error: print(error.code, error)`.
"""

from __future__ import annotations


class VademecumError(Exception):
    """Root of every error this program raises on purpose."""

    code = "vademecum"


class InputError(VademecumError):
    """What the person gave cannot be used."""

    code = "input"


class ConfigError(InputError):
    """A configuration key or value is wrong."""

    code = "config"


class QuestionError(InputError):
    """A question is empty or too long."""

    code = "question"


class SourceError(InputError):
    """A path cannot be read."""

    code = "source"


class NotFoundError(InputError):
    """A name or an id that nothing has."""

    code = "not_found"


class DeniedError(InputError):
    """Somebody may not do this."""

    code = "denied"


class ParseError(InputError):
    """One file's content cannot be read."""

    code = "parse"


class WorkspaceError(InputError):
    """A folder is not a workspace this version can open."""

    code = "workspace"


class MissingExtraError(VademecumError):
    """An optional package is not installed."""

    code = "missing-extra"


class ProviderError(VademecumError):
    """Something outside this program failed."""

    code = "provider"


class WeightsError(ProviderError):
    """Model weights cannot be pulled or fail their hash."""

    code = "weights"


class EndpointError(ProviderError):
    """A model server is down, slow, or answers nonsense."""

    code = "endpoint"


class LimitError(VademecumError):
    """A bound was reached."""

    code = "limit"


class BusyError(LimitError):
    """Another process is writing to the workspace."""

    code = "busy"


class InternalError(VademecumError):
    """A defect of this program."""

    code = "internal"
