# ours: kept current by mlops-maturity upgrade
"""Answer every row of a table with the trained model."""

import argparse
import sys
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("questions", type=Path, help="CSV or Parquet with the features")
    parser.add_argument("answers", type=Path, help="CSV or Parquet to write")
    parser.add_argument("--model", type=Path, help="another model file, beside its card")
    parser.add_argument("--force", action="store_true", help="overwrite the answers")


def run(options: argparse.Namespace) -> int:
    """Predict; ends with 0, or writes nothing."""
    from ..settings import read_settings
    from ..source_file import FileSource
    from ..tables import check_target, read_table, write_table
    from ..wiring import model_source

    check_target(options.answers, options.questions, options.force)
    table = read_table(options.questions)
    settings = read_settings()
    source = model_source(settings)
    if options.model:
        source = FileSource(options.model, settings.trusted)
    model = source.load()
    from ..prediction import predict

    answers = predict(model, table)
    write_table(answers, options.answers)
    known = {column.name for column in model.features} | {model.card.get("key")}
    for note in filter(None, (*model.notes, model.trouble)):
        print(f"note: {note}", file=sys.stderr)
    for column in model.features:
        seen = table[column.name].dropna().astype(str).unique() if column.categories else ()
        if new := sorted(set(seen) - set(column.categories)):
            print(f"note: {column.name}: not known: {', '.join(new[:5])}", file=sys.stderr)
    if ignored := [str(name) for name in table if name not in known]:
        print(f"note: columns that the model does not use: {', '.join(ignored)}", file=sys.stderr)
    print(f"{len(answers):,} answers in {options.answers}", file=sys.stderr)
    return 0
