"""The commands that settle a batch: take it out, let it pass although a check stopped it, keep nothing else of its records."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.commands.options import settings_of
from pipeline.commands.terminal import working

app = typer.Typer()


@app.command()
def undo(context: typer.Context, batch: int) -> None:
    """Take a batch's rows out of the warehouse. The next build publishes without them.

    What the batch had replaced under the same file name does not come back. `run` skips the batch's files until they change,
    and prints the command that loads each as it is: `load data/inbox/calls/w6.csv --source csv --mapping
    data/inbox/calls/mapping.toml`.

    Example: python -m pipeline undo 12
    """
    from pipeline.engines.warehouse import open_warehouse
    from pipeline.loading.batches import undo as undo_batch

    with open_warehouse(settings_of(context)) as opened:
        files = undo_batch(opened, batch)
    print(f"batch {batch}: {files} files taken out")


@app.command()
def erase(context: typer.Context, batch: int) -> None:
    """Overwrite older deliveries of a batch's records. Also rewrites the warehouse file.

    The warehouse keeps older deliveries in case the batch is undone. Afterwards, what the batch has emptied of a customer is
    nowhere in it. Figures stay as they are. Needs as much free disk space as the warehouse takes.

    Example: python -m pipeline erase 12
    """
    from pipeline.engines.warehouse import open_warehouse
    from pipeline.loading.batches import erase as erase_older

    with open_warehouse(settings_of(context)) as opened, working("erasing"):
        records = erase_older(opened, batch)
        opened.write_anew()
    print(f"batch {batch}: {records} older records written over")


@app.command()
def accept(
    context: typer.Context,
    batch: int,
    reason: Annotated[str, typer.Option(help="why it is right after all; shown on the data-quality page")],
) -> None:
    """Let a batch pass although a check stopped it.

    Example: python -m pipeline accept 12 --reason "holiday: the centre was closed for three days"
    """
    from pipeline.engines.warehouse import open_warehouse
    from pipeline.loading.batches import accept as accept_batch

    with open_warehouse(settings_of(context)) as opened:
        accept_batch(opened, batch, reason)
    print(f"batch {batch}: accepted")
