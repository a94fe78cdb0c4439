"""The faults, in the order in which they run."""

from collections.abc import Callable
from types import MappingProxyType

from chaos.cases import data, mail_server, senders, services, sweeps
from chaos.ground import Ground
from chaos.measures import Finding
from chaos.world import World, world

Case = Callable[[World], Finding]

IN_ONE_WORLD: MappingProxyType[str, Case] = MappingProxyType(
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
        "three_days": sweeps.three_days,
        "a_month": sweeps.a_month,
        "moved": data.deadline_moved,
        "poison": data.poison,
    }
)
UNSCALED = frozenset({"slow"})
NAMES = (*IN_ONE_WORLD, "together")


def run(ground: Ground, name: str, *, quick: bool) -> Finding:
    """One case, in a world of its own."""
    if name == "together":
        return sweeps.together(ground, quick=quick)
    with world(ground, name, quick=quick, scaled=name not in UNSCALED) as made:
        return IN_ONE_WORLD[name](made)
