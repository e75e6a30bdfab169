"""Kills before every single call of one cycle into the kernel.

strace holds the child at the k-th call of a name and lets SIGKILL come instead of it, so that
between two calls no moment is left out. Every trial begins on the same copy of a database with
news in it, and ends with an undisturbed cycle and the count.
"""

import os
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass

from tests.kills.harness import Figures, Plan, Sight, cycle, finish, undisturbed, warmed, way_out
from tests.kills.world import World, count, emptied

CALL = re.compile(r"^\d+ +(\w+)\(", re.MULTILINE)


def is_possible() -> bool:
    """Whether strace is here and may look at our children."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False)
    return tried.returncode == 0


def every_call(plan: Plan, *, step: int = 1) -> Figures:
    """One kill before every `step`th call of a cycle."""
    figures, began = Figures(), time.monotonic()
    with way_out(plan) as sight:
        warmed(plan, sight)
        stage = Stage(plan, sight, prepared(plan, sight))
        calls = [
            (name, number)
            for name, many in sorted(stage.calls().items())
            for number in range(1, many + 1)
        ]
        for name, number in calls[::step]:
            if time.monotonic() - began > plan.seconds:
                break
            stage.kill_before(name, number, figures)
    figures.seconds = time.monotonic() - began
    return figures


def prepared(plan: Plan, sight: Sight) -> World:
    """A life in which something was told already and more is to be told."""
    world = World(emptied(plan.home / "life"), random.Random(plan.seed))
    world.subscribe()
    world.publish()
    undisturbed(world, plan.composition, sight)
    world.publish()
    shutil.copytree(world.home, emptied(plan.home / "begin") / "home")
    shutil.copytree(sight.folder, plan.home / "begin" / "mails")
    return world


@dataclass
class Stage:
    """The same scene again and again."""

    plan: Plan
    sight: Sight
    world: World

    def again(self) -> World:
        """Everything as it was at the beginning."""
        begin = self.plan.home / "begin"
        shutil.rmtree(self.world.home)
        shutil.copytree(begin / "home", self.world.home)
        self.sight.clear()
        shutil.copytree(begin / "mails", self.sight.folder, dirs_exist_ok=True)
        return deepcopy(self.world)

    def calls(self) -> Counter[str]:
        """How often a cycle makes which call."""
        log = self.plan.home / "calls"
        assert not self.traced(self.again(), "-o", str(log)), "the cycle did not finish"
        self.sight.settle()
        return Counter(CALL.findall(log.read_text()))

    def kill_before(self, name: str, number: int, figures: Figures) -> None:
        """One trial."""
        world = self.again()
        inject = f"inject={name}:signal=SIGKILL:when={number}"
        if self.traced(world, "-o", "/dev/null", "-e", f"trace={name}", "-e", inject):
            figures.kills += 1
        else:
            figures.finished += 1
        self.sight.settle()
        finish(world, self.plan.composition, self.sight)
        figures.add(count(world, self.sight.folder))

    def traced(self, world: World, *options: str) -> bool:
        """A cycle under strace; whether it was killed."""
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.read(ours, 1)
                cycle(world, self.plan.composition, self.sight)
                status = 0
            finally:
                os._exit(status)
        watcher = subprocess.Popen(
            ["strace", "-f", *options, "-p", str(child)], stderr=subprocess.PIPE
        )
        assert watcher.stderr is not None
        assert b"attached" in watcher.stderr.readline()
        os.write(theirs, b"!")
        _, status = os.waitpid(child, 0)
        watcher.communicate()
        for end_of_pipe in (ours, theirs):
            os.close(end_of_pipe)
        return os.WIFSIGNALED(status)
