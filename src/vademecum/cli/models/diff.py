"""`vade models diff`: in what two trained models differ."""

from __future__ import annotations

import typer

from vademecum.cli.models.card import ModelArgument
from vademecum.cli.options import JsonOption, WorkspaceOption, find_workspace


def diff(
    first: ModelArgument,
    second: ModelArgument,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show two trained models side by side: data, base, settings, versions and figures that differ.

    Example: vade models diff reader-1a2b reader-3c4d
    """
    from vademecum.cli.output import print_json
    from vademecum.release import Models
    from vademecum.release.card import differences

    models = Models.of(find_workspace(workspace))
    left, right = models.get(first), models.get(second)
    rows = differences(left, right)
    if as_json:
        print_json([{"what": what, left.id: one, right.id: other} for what, one, other in rows])
        return
    wide = max((len(one) for _, one, _ in rows), default=0)
    typer.echo(f"{'':<28}{left.id:<{max(wide, len(left.id)) + 2}}{right.id}")
    for what, one, other in rows:
        typer.echo(f"{what:<28}{one:<{max(wide, len(left.id)) + 2}}{other}")
