"""Command line: ``python -m itsm.embedded run | services | with [--throwaway] -- COMMAND``."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from itsm.embedded import options
from itsm.embedded.refusal import Refusal, explain
from itsm.embedded.services import AlreadyRuns, Services, hold, make_var, running, throwaway
from itsm.embedded.supervisor import Supervisor


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; 2 and one sentence when that cannot be done here."""
    asked = _parser().parse_args(arguments)
    try:
        return _do(asked)
    except Refusal as refusal:
        sentence = str(refusal)
    except OSError as error:
        sentence = str(explain(error))
    print(sentence, file=sys.stderr)
    return 2


def _do(asked: argparse.Namespace) -> int:
    chosen = options.from_environment()
    if asked.what == "run":
        Supervisor(chosen).run()
    elif asked.what == "services":
        Supervisor(chosen).services()
    else:
        with throwaway() if asked.throwaway else _of(chosen) as environment:
            return subprocess.run(asked.command, env=os.environ | environment, check=False).returncode
    return 0


@contextmanager
def _of(chosen: options.Options) -> Iterator[dict[str, str]]:
    """Give the servers of the data folder: those that run, else ones started for as long as the command runs."""
    make_var(chosen.var_dir)
    servers = Services(chosen.var_dir, want_postgres=not chosen.database_url, want_redis=not chosen.redis_url)
    with ExitStack() as stack:
        try:
            stack.enter_context(hold(chosen.var_dir))
        except AlreadyRuns:
            environment = {"VAR_DIR": str(chosen.var_dir)}
        else:
            environment = stack.enter_context(running(servers))
        yield environment


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m itsm.embedded", description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("run", help="everything: servers, web, worker, beat")
    what.add_parser("services", help="PostgreSQL and Redis alone")
    with_servers = what.add_parser("with", help="run a command beside PostgreSQL and Redis")
    with_servers.add_argument("--throwaway", action="store_true", help="new servers that forget everything")
    with_servers.add_argument("command", nargs="+", help="after --")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
