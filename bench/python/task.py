"""What the processes in Python share: they get a task as JSON and end with a line that has the result."""

import json
import os
import resource
import sys
import time

import numpy as np


def read_rows(array, rows):
    """The first rows of an array that `data.mjs` wrote."""
    shape = [rows, *array["shape"][1:]]
    values = np.fromfile(array["file"], dtype=array["dtype"], count=int(np.prod(shape)))
    return values.reshape(shape)


def since_start():
    """Milliseconds since the process was started."""
    with open("/proc/self/stat") as stat:
        ticks = int(stat.read().rsplit(")", 1)[1].split()[19])
    return 1000 * (time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK"))


def median(values):
    return sorted(values)[len(values) // 2]


def time_of(task, call):
    """The median time of a call in milliseconds, after the first."""
    call()
    times = []
    end = time.perf_counter() + task["seconds"]
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


class EpochTimes:
    """The times of epochs: the first warms up, then so many that they take the seconds of the task."""

    limit = 1000

    def __init__(self, task):
        self.steps = task["steps"]
        self.budget = task["seconds"]
        self.times = []
        self.losses = []

    def begin(self):
        self.start = time.perf_counter()

    def end(self, loss):
        """Whether it was the last epoch."""
        self.times.append(time.perf_counter() - self.start)
        self.losses.append(float(loss))
        return len(self.times) >= 2 and sum(self.times[1:]) >= self.budget

    def result(self):
        first, *times = self.times
        return {
            "ms": 1000 * median(times) / self.steps,
            "firstEpoch": 1000 * first,
            "epochs": len(times),
            "losses": [self.losses[0], self.losses[-1]],
        }


def work_for(works, version):
    task = json.loads(sys.argv[1])
    result = works[task["kind"]](task)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result["peakMemory"] = peak * (1 if sys.platform == "darwin" else 1024)
    print("RESULT", json.dumps({**result, "version": version}), flush=True)
    os._exit(0)
