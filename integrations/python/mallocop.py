"""Marks for Python programs: say where an operation begins and ends. Needs ctypes and nothing else.

    import mallocop

    with mallocop.operation("parse"):
        parse(document)

Under `mallocop run -- python3 program.py` every call is counted and timed on its own. Without the shim nothing happens.
What is counted are the calls of malloc and its like. CPython serves small objects from pools of its own: set
PYTHONMALLOC=malloc to see each of them. ctypes itself allocates a little for each begin and end.
"""
import contextlib
import ctypes
import typing


class Totals(typing.NamedTuple):
    """What was allocated so far."""

    allocations: int
    bytes: int
    frees: int


class _Totals(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in Totals._fields]


class _Table(ctypes.Structure):
    """struct mallocop_api_v1 of mallocop/abi.h."""

    _fields_ = [
        ("version", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("operation", ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_char_p)),
        ("begin", ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_uint32)),
        ("begin_named", ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_char_p)),
        ("end", ctypes.CFUNCTYPE(None, ctypes.c_uint64)),
        ("end_n", ctypes.CFUNCTYPE(None, ctypes.c_uint64, ctypes.c_uint64)),
        ("thread_totals", ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.POINTER(_Totals))),
        ("process_totals", ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.POINTER(_Totals))),
        ("switch_to", ctypes.CFUNCTYPE(None, ctypes.c_uint64)),
    ]


def _find_table():
    try:
        table = _Table.in_dll(ctypes.CDLL(None), "mallocop_api_v1_table")
    except (OSError, ValueError):
        return None
    return table if table.size >= ctypes.sizeof(_Table) else None


_table = _find_table()
# Looked up once: an attribute of a structure makes a new object at each access.
_api = None if _table is None else {name: getattr(_table, name) for name, _ in _Table._fields_}
_ids = {}


def active() -> bool:
    """Whether the shim is preloaded."""
    return _api is not None


class Call:
    """One call of an operation while it lasts. `iterations`: how many repetitions it stands for."""

    __slots__ = ("iterations", "_call")

    def __init__(self, call):
        self.iterations = 1
        self._call = call


@contextlib.contextmanager
def operation(name: str):
    """One call of the operation `name`, in this thread. May be nested; an exception ends it as well."""
    if _api is None:
        yield Call(0)
        return
    if name not in _ids:
        _ids[name] = _api["operation"](name.encode())
    call = Call(_api["begin"](_ids[name]))
    try:
        yield call
    finally:
        _api["end_n"](call._call, max(1, call.iterations))


def switch_to(coroutine: int) -> None:
    """From here on this thread runs this coroutine; 0 is the thread itself. Calls begun in it are its own."""
    if _api is not None:
        _api["switch_to"](coroutine & ((1 << 60) - 1))


def _totals(function):
    totals = _Totals()
    if _api is not None:
        _api[function](ctypes.byref(totals))
    return Totals(totals.allocations, totals.bytes, totals.frees)


def thread_totals() -> Totals:
    """What this thread allocated so far; zeros if nothing is recorded."""
    return _totals("thread_totals")


def process_totals() -> Totals:
    """What all threads allocated so far; zeros if nothing is recorded."""
    return _totals("process_totals")
