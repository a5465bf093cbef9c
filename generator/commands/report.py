"""`report`: an assessment again, in another format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.console import print_report, report_options, show

if TYPE_CHECKING:
    from generator.assess import Form

__all__ = ["command"]


@click.command("report", short_help="Print a saved report in another format.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), required=False)
@report_options
@click.option("--schema", is_flag=True, help="Print the JSON Schema of such files, and end.")
def command(file: Path | None, form: Form, output: Path | None, schema: bool) -> None:
    """Print the report in FILE, which `assess --format json` wrote, in another format.

    With - the report comes from standard input.
    """
    from assessment.document import read_text
    from assessment.report.json import MAX_BYTES, from_json, json_schema

    if schema:
        show(json_schema().rstrip("\n"))
        return
    if file is None:
        raise click.UsageError("missing argument 'FILE'")
    file = Path("/dev/stdin") if str(file) == "-" else file
    text = read_text(file, "{, as a report in JSON does", MAX_BYTES)
    print_report(from_json(text, str(file)), form, output, (file,))
