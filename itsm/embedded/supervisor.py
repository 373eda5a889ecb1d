"""The supervisor of `make run`: brings everything up, keeps it up, takes it down in good order."""

import http.client
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from itsm.embedded import preparation
from itsm.embedded.addresses import servers_dir
from itsm.embedded.child import Child, wait_until
from itsm.embedded.listening import Stopped, listen, pause
from itsm.embedded.options import ANYWHERE, PROJECT, Options
from itsm.embedded.refusal import Refusal
from itsm.embedded.services import Services, hold, make_var
from itsm.embedded.watch import Watch

WEB_START_SECONDS = 60
WEB_LIMITS = "-c statement_timeout=20000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")  # nobody to talk to
SLIM = {"CELERY_SKIP_CHECKS": "1", "MALLOC_ARENA_MAX": "2"}  # the web server has just passed the checks; few arenas
WORK_LIMITS = "-c lock_timeout=30000 -c idle_in_transaction_session_timeout=60000"


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    print(sentence, flush=True)


@dataclass
class Supervisor:
    """Everything that runs on one data folder."""

    options: Options
    watch: Watch = field(default_factory=lambda: Watch(pause, say))

    def run(self) -> None:
        """Run servers, web, worker and beat until asked to stop.

        :raises Refusal: if it cannot start here
        """
        self.options.check_address()
        self._hold_and(self._serve)

    def services(self) -> None:
        """Run the servers alone until asked to stop.

        :raises Refusal: if they cannot start here
        """
        self._hold_and(self._keep_servers)

    def _hold_and(self, work: Callable[[Mapping[str, str]], None]) -> None:
        make_var(self.options.var_dir)
        with hold(self.options.var_dir):
            listen()
            try:
                environment = self._start_servers()
                work(environment)
            except Stopped:
                say("\nStopping ...")
            finally:
                self.watch.end()
        say("Stopped.")

    def _start_servers(self) -> dict[str, str]:
        options = self.options
        servers = Services(options.var_dir, want_postgres=not options.database_url, want_redis=not options.redis_url)
        servers.prepare()
        if (kept := servers_dir(options.var_dir)).is_symlink():
            say(f"{options.var_dir} is closed to the account of the servers: their data is kept in {kept.resolve()}.")
        servers.start(started=self.watch.add, pause=pause)
        return servers.environment()

    def _keep_servers(self, environment: Mapping[str, str]) -> None:
        for name, value in environment.items():
            say(f"{name}={value}")
        say("The servers run; Ctrl-C stops them.")
        self.watch.keep()

    def _serve(self, environment: Mapping[str, str]) -> None:
        os.environ.update(environment)
        preparation.bring_up_to_date(self.options, pause=pause, say=say)
        self._start_web()
        self._greet()
        self.watch.begin(self._celery("worker", "itsm", "-P", "threads", "-c", "4", *ALONE))
        schedule = f"--schedule={self.options.var_dir / 'beat-schedule'}"
        self.watch.begin(self._celery("beat", "itsm.beat", "--pidfile=", schedule))
        if logins := preparation.demo_logins(self.options, pause=pause):
            say(f"\n{logins}\n")
        elif self.options.database_url:
            say(
                "Your own database gets no demo organisation by itself: `manage.py load_demo` brings it,"
                " `manage.py createsuperuser` makes an administrator.\n"
            )
        self.watch.keep()

    def _start_web(self) -> None:
        argv = [sys.executable, "-m", "gunicorn", "--config", "python:itsm.embedded.web", "itsm.wsgi:application"]
        web = self._child("web", argv, WEB_LIMITS)
        self.watch.begin(web)
        if not wait_until(self._web_answers, child=web, seconds=WEB_START_SECONDS, pause=pause):
            raise Refusal(f"The web server does not start: {web.last_words(lines=1)} (all of it: {web.log})")

    def _celery(self, name: str, app: str, *arguments: str) -> Child:
        argv = [sys.executable, "-m", "celery", "-A", app, name, "--loglevel=WARNING", *arguments]
        return self._child(name, argv, WORK_LIMITS)

    def _child(self, name: str, argv: list[str], limits: str) -> Child:
        own = {"PGOPTIONS": f"{os.environ.get('PGOPTIONS', '')} {limits}".strip(), **SLIM}
        env = os.environ | self.options.environment() | own
        return Child(name, argv, self.options.var_dir / "log" / f"{name}.log", env, cwd=PROJECT)

    def _web_answers(self) -> bool:
        host = "127.0.0.1" if self.options.bind in ANYWHERE else self.options.bind
        connection = http.client.HTTPConnection(host, self.options.port, timeout=10)
        try:
            connection.request("GET", "/livez", headers={"Host": "localhost"})
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    def _greet(self) -> None:
        say(
            f"\nThe service desk runs at {self.options.site_url}/  (Ctrl-C stops it; data and logs are in {self.options.var_dir})"
        )
        if self.options.demo_public:
            say("DEMO_PUBLIC is set: everyone who reaches this address can sign in with the demo logins.")
