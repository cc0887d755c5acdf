"""Stopwatch: how long each step of one question took."""

import time


class Stopwatch:
    """Milliseconds of the steps of one question, and of all of them."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._began = self._last = time.perf_counter()

    def finish(self, step: str) -> None:
        """The step ends here, and the next one begins; a step taken again adds up."""
        now = time.perf_counter()
        self.steps[step] = round(self.steps.get(step, 0.0) + (now - self._last) * 1000, 2)
        self._last = now

    @property
    def took_ms(self) -> float:
        """From the beginning to the end of the last step."""
        return round((self._last - self._began) * 1000, 1)
