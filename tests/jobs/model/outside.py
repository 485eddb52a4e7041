"""What all models of what may go wrong share: a world, a process that comes and goes, and its end."""

from typing import Generic, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.jobs.model.world import CHANNELS, World

W = TypeVar("W", bound=World)


class Outside(RuleBasedStateMachine, Generic[W]):
    """A world, in which a process may be killed or stopped and a channel closed. `steps` counts all steps."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.world: W | None = None
        self.sound = True

    def _check(self) -> None:
        """Raise `Broken` for what does not hold."""
        raise NotImplementedError

    def _end(self) -> None:
        """Bring all to its end, and check that."""
        raise NotImplementedError

    @property
    def here(self) -> W:
        assert self.world is not None
        return self.world

    @property
    def alive(self) -> bool:
        return self.here.process is not None

    @rule(channel=st.sampled_from(CHANNELS), closed=st.booleans())
    def a_channel_is_closed_or_opened(self, channel: int, *, closed: bool) -> None:
        if closed:
            self.here.channels.close(channel)
        else:
            self.here.channels.closed.discard(channel)

    @precondition(lambda self: self.alive)
    @rule()
    def the_bot_is_killed(self) -> None:
        self.here.kill()

    @precondition(lambda self: self.alive)
    @rule()
    def the_bot_is_stopped(self) -> None:
        self.here.stop()

    @invariant()
    def nothing_is_broken(self) -> None:
        type(self).steps += 1
        if self.world is not None:
            self.sound = False
            self._check()
            self.sound = True

    def teardown(self) -> None:
        if self.world is None:
            return
        try:
            if self.sound:
                self._end()
        finally:
            self.world.close()
