"""The faults, in the order in which they run."""

from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType

from chaos.cases import data, mail_server, senders, services, sweeps
from chaos.ground import Ground
from chaos.measures import Finding
from chaos.world import World, world

CASES: MappingProxyType[str, Callable[[World], Finding]] = MappingProxyType(
    {
        "kill": senders.kill_random_sender,
        "terminate": senders.terminate,
        "freeze": senders.freeze,
        "broker": services.broker_killed,
        "database": services.database_restarted,
        "refuses": mail_server.refuses,
        "busy": mail_server.busy,
        "strict": mail_server.strict,
        "forgetful": mail_server.forgetful,
        "slow": mail_server.slow,
        "moved": data.deadline_moved,
        "poison": data.poison,
        "three_days": sweeps.three_days,
        "a_month": sweeps.a_month,
        "together": sweeps.together,
    }
)
UNSCALED = frozenset({"slow"})
TOGETHER_IF_QUICK = (
    ("kill", "terminate", "freeze"),
    ("broker", "database", "refuses", "busy", "strict", "forgetful", "moved", "poison"),
    ("a_month",),
    ("together",),
)
"""Cases that share their processes in a quick run; the others are left out of it."""


def groups(names: Sequence[str], *, quick: bool) -> list[list[str]]:
    """The cases that share a world. Without names: all, or those of a quick run."""
    if not quick:
        return [[name] for name in names or CASES]
    wanted = names or [name for group in TOGETHER_IF_QUICK for name in group]
    shared = [[name for name in group if name in wanted] for group in TOGETHER_IF_QUICK]
    known = {name for group in shared for name in group}
    return [group for group in shared if group] + [[n] for n in wanted if n not in known]


def run(ground: Ground, group: Sequence[str], *, quick: bool) -> Iterator[tuple[str, Finding]]:
    """The findings of one world."""
    scaled = UNSCALED.isdisjoint(group)
    with world(ground, group[0], quick=quick, scaled=scaled) as made:
        for name in group:
            made.begin()
            yield name, CASES[name](made)
