"""`python -m infra.replay`: list what failed for good, or deliver it again.

Of the local stack (`--local`), or of a deployment (`--project P`): with `--subscription S` the dead letters
of events, else dead tasks and dead entries of the outbox.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from infra.groups import entries
from infra.replay.events import replay_events
from infra.replay.letters import Replayed, Selection
from infra.replay.stored import replay_queue, replay_stored
from shared.services import Services
from shared.settings import Settings
from shared.store.firestore import FirestoreBackend


async def replay_local(settings: Settings, *, selection: Selection, dry: bool = False) -> Replayed:
    """Replay what failed in the local stack on DATA_DIR, running or not."""
    services = Services(settings)
    try:
        queued = await replay_queue(services, selection=selection, dry=dry)
        stored = await replay_stored(services, selection=selection, dry=dry)
    finally:
        await services.database.aclose()
    return Replayed(queued.letters + stored.letters, queued.left + stored.left)


async def replay_deployed(
    *, project: str, database: str, selection: Selection, dry: bool = False
) -> Replayed:
    """Replay dead tasks and dead entries of a deployment, with the application default credentials."""
    services = Services(Settings(), _backend=FirestoreBackend(project=project, database=database))
    try:
        return await replay_stored(services, selection=selection, dry=dry)
    finally:
        await services.store.aclose()


def _select_consumer(name: str) -> Selection:
    """Return the selection of the events of one consumer. Raises LookupError."""
    for entry in entries():
        if event := entry.load().handlers.consumers.get(name):
            return Selection(name=event, group=entry.name, consumer=name)
    raise LookupError(f"no consumer has the name {name}")


def _parse_arguments(argv: Sequence[str] | None) -> tuple[argparse.Namespace, Selection]:
    parser = argparse.ArgumentParser(prog="python -m infra.replay", description="Deliver dead letters again.")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--local", action="store_true", help="the local stack on DATA_DIR")
    target.add_argument("--project", help="the Google Cloud project")
    parser.add_argument("--database", default="(default)", help="its Firestore database")
    parser.add_argument("--subscription", help="dead letters of events: the subscription of their topic")
    parser.add_argument("--list", action="store_true", help="list them and change nothing")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--name", default="", help="a task's name or an event's type; all others stay")
    choice.add_argument("--consumer", help="the one consumer to which events are delivered again")
    arguments = parser.parse_args(argv)
    if arguments.local and arguments.subscription:
        parser.error("--subscription belongs to --project")
    if arguments.project and arguments.consumer and not arguments.subscription:
        parser.error("--consumer needs --subscription")
    try:
        selection = _select_consumer(arguments.consumer) if arguments.consumer else Selection(arguments.name)
    except LookupError as error:
        parser.error(str(error.args[0]))
    return arguments, selection


async def _run(arguments: argparse.Namespace, selection: Selection) -> Replayed:
    if arguments.local:
        return await replay_local(Settings(), selection=selection, dry=arguments.list)
    if arguments.subscription:
        return await replay_events(
            project=arguments.project,
            subscription=arguments.subscription,
            now=Services(Settings()).clock.now(),
            selection=selection,
            dry=arguments.list,
        )
    return await replay_deployed(
        project=arguments.project, database=arguments.database, selection=selection, dry=arguments.list
    )


def main(argv: Sequence[str] | None = None) -> int:
    """List dead letters or deliver them again, and print their numbers."""
    arguments, selection = _parse_arguments(argv)
    replayed = asyncio.run(_run(arguments, selection))
    for letter in replayed.left:
        print(letter.format_line())
    if arguments.list:
        print(f"[aksio] {len(replayed.left)} dead letters")
    else:
        print(
            f"[aksio] {len(replayed.letters)} dead letters will be delivered again; {len(replayed.left)} stay"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
