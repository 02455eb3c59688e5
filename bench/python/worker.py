"""Runs numpy's side of the measurements: one JSON request per line on stdin, one JSON answer per line on stdout.

A request names `module.function` of this folder, the arrays that it takes, as raw float32 files, and its numbers; with `output`, what
it returns is written to a file of that kind.
"""
import importlib
import json
import sys
import time

import numpy

loaded = {}


def load(path, shape):
    """Each file is read once; its array is then shared by all requests."""
    if path not in loaded:
        loaded[path] = numpy.fromfile(path, dtype=numpy.float32).reshape(shape)
    return loaded[path]


def run(function, arrays, numbers, output=None):
    module, name = function.split(".")
    work = getattr(importlib.import_module(module), name)
    arguments = [load(**array) for array in arrays]
    begin = time.perf_counter()
    result = work(*arguments, **numbers)
    seconds = time.perf_counter() - begin
    if output is not None:
        numpy.asarray(result, dtype=numpy.float32).tofile(output)
    return {"seconds": seconds}


for line in sys.stdin:
    try:
        answer = run(**json.loads(line))
    except Exception as error:  # The other side decides what a failure means.
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
