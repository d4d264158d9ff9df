"""Marks in Python: mallocop run -- python3 marks.py, with integrations/python in PYTHONPATH."""
import mallocop


def parse(size):
    return bytearray(size)


before = mallocop.thread_totals()
for _ in range(10):
    with mallocop.operation("parse"):
        parse(100_000)
with mallocop.operation("batch") as batch:
    for _ in range(20):
        parse(100_000)
    batch.iterations = 20
after = mallocop.thread_totals()
print("active" if mallocop.active() else "not active", after.bytes - before.bytes >= 30 * 100_000)
