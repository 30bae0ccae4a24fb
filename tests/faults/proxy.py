"""nginx, as deploy/nginx sets it up, is reloaded and restarted while people work."""

import os
import signal
from collections.abc import Callable
from functools import partial
from random import Random

from tests import serving
from tests.faults import trainee
from tests.faults.databases import Template
from tests.faults.kills import supervised
from tests.faults.outcome import Outcome, judged, trainees_of
from tests.faults.product import Web
from tests.nodes.nginx import Nginx


def restarted(seed: int, template: Template) -> Outcome:
    moments = Random(seed)
    ways = [moments.choice(("reload", "restart", "kill")) for _ in range(moments.randint(1, 3))]
    with template.copy() as place:
        held = serving.hold_port()
        web = Web(place.with_settings(LMS_TRUSTED_PROXIES="1"), serving.number(held))
        nginx = Nginx(place.folder, [web.port], blobs=place.folder / "blobs")
        nginx.port, nginx.settings["LISTEN"] = place.port, f"127.0.0.1:{place.port}"  # what the pages name
        with held, supervised(web):
            try:
                nginx.start()
                people = trainees_of(place, nginx.port, seed)
                steps = [partial(_work, one, moments.randint(10, 20)) for one in people]
                threads = trainee.started(steps)
                for way in ways:
                    threads[0].join(moments.uniform(0.05, 0.5))
                    _again(nginx, way, lambda: threads[0].join(moments.uniform(0, 0.3)))
                for thread in threads:
                    thread.join()
            finally:
                nginx.stop()
        return judged(place.url, people, f"nginx: {', '.join(ways)}")


def _work(one: trainee.Trainee, steps: int) -> None:
    one.run(steps)
    one.finish()


def _again(nginx: Nginx, way: str, wait: Callable[[], None]) -> None:
    if way == "reload":
        os.kill(nginx.pid, signal.SIGHUP)
        return
    nginx.end(signal.SIGKILL if way == "kill" else signal.SIGTERM)
    serving.wait_until_closed(nginx.port)
    wait()
    nginx.start()
