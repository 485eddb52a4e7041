"""All tasks and clips of the account, and how far each of them is."""

from dataclasses import dataclass, field

from sandbox.music_api.clock import Clock
from sandbox.music_api.errors import clip_not_found, persona_not_found, task_not_found
from sandbox.music_api.shelf import Shelf
from sandbox.music_api.songs import Song
from sandbox.music_api.tasks import Clip, State, Task


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Finds tasks and clips by id and says what state they are in right now."""

    clock: Clock
    shelf: Shelf
    tasks: dict[str, Task] = field(default_factory=dict)
    personas: dict[str, Song] = field(default_factory=dict)
    _owners: dict[str, tuple[Task, Clip]] = field(default_factory=dict)

    def add(self, task: Task) -> None:
        """Take in a new task with its clips."""
        self.tasks[task.task_id] = task
        self._owners.update((clip.clip_id, (task, clip)) for clip in task.clips)

    def clear(self) -> None:
        """Forget all of them."""
        self.tasks.clear()
        self.personas.clear()
        self._owners.clear()

    def task(self, task_id: str) -> Task:
        """The task; raises `ApiError` for an id that was never given out."""
        if task_id not in self.tasks:
            raise task_not_found()
        return self.tasks[task_id]

    def persona(self, persona_id: str) -> Song:
        """The song whose singer the persona is; raises `ApiError` for an id that was never given out."""
        if persona_id not in self.personas:
            raise persona_not_found()
        return self.personas[persona_id]

    def clip(self, clip_id: str, provider: str) -> Clip:
        """The provider's clip once it has succeeded; raises `ApiError` before that and for an unknown id."""
        clip = self.known(clip_id)
        if clip.provider != provider or self.state(clip) is not State.SUCCEEDED:
            raise clip_not_found()
        return clip

    def known(self, clip_id: str) -> Clip:
        """The clip, finished or not; raises `ApiError` for an id that was never given out."""
        if clip_id not in self._owners:
            raise clip_not_found()
        return self._owners[clip_id][1]

    def state(self, clip: Clip) -> State:
        """The clip's state now: it succeeds when its turn has come and its sound exists."""
        task, _ = self._owners[clip.clip_id]
        if task.error_message(clip) is not None:
            return State.FAILED
        if task.due(clip, self.clock.now()) and self.shelf.seconds(clip) is not None:
            return State.SUCCEEDED
        return State.RUNNING

    def running(self, task: Task) -> bool:
        """Whether some clip of the task may still change."""
        return any(self.state(clip) is State.RUNNING for clip in task.clips)
