"""How the machine is run: the same steps every time, or new ones each time."""

import math
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.stateful import run_state_machine_as_test

from tests.jobs.model.jams.machine import JamsMachine
from tests.jobs.model.machine import JobsMachine

STEPS = 40
Machine = JobsMachine | JamsMachine


def focused(names: frozenset[str], machine: type[Machine] = JobsMachine) -> type[Machine]:
    """A machine with these rules only."""

    class Focused(machine):  # type: ignore[misc, valid-type] # one of two
        @classmethod
        def setup_state(cls) -> Any:  # noqa: ANN401 - hypothesis does not name its type
            genuine = super().setup_state()
            chosen = [rule for rule in genuine.rules if rule.function.__name__ in names]
            assert {rule.function.__name__ for rule in chosen} == names
            return replace(genuine, rules=chosen)

    return Focused


def run(
    rounds: int,
    machine: type[Machine] = JobsMachine,
    *,
    steps: int = STEPS,
    enough: float = math.inf,
    seed: int | None = None,
    anew: bool = False,
    shrink: bool = True,
) -> int:
    """Let the machine run in so many worlds; how many steps it made.

    Args:
        rounds: Worlds.
        steps: The most steps in each of them.
        enough: After how many steps in all no other world begins.
        seed: Other steps for another one.
        anew: Other steps each time.
        shrink: Whether to look for a shorter way to what was found.

    Raises:
        Broken: Something does not hold; its notes tell the steps that lead there.
    """
    before, goes_on = machine.steps, ConjectureRunner.should_generate_more
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    with ExitStack() as stack:
        # What `hypothesis.seed` notes on a test, which a machine is not.
        stack.enter_context(patch.object(machine, "_hypothesis_internal_use_seed", seed, create=True))
        # Near copies of what has held find little: every world is drawn anew.
        stack.enter_context(patch.object(ConjectureRunner, "generate_mutations_from", lambda *_: None))
        stack.enter_context(
            patch.object(
                ConjectureRunner,
                "should_generate_more",
                lambda self: machine.steps - before < enough and goes_on(self),
            )
        )
        if not anew:
            # It likes numbers that it has read in the modules that are loaded: others in each process.
            stack.enter_context(
                patch.object(HypothesisProvider, "_maybe_draw_constant", lambda *_, **__: None)
            )
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=rounds,
                stateful_step_count=steps,
                derandomize=not anew,
                phases=phases,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    return machine.steps - before
