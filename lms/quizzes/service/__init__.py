"""Every write of a quiz: start, take the pen, save, close, regrade."""

from lms.quizzes.service.close import close_if_over, send
from lms.quizzes.service.regrade import regrade
from lms.quizzes.service.save import Saved, save_batch
from lms.quizzes.service.start import start, take_over

__all__ = ["Saved", "close_if_over", "regrade", "save_batch", "send", "start", "take_over"]
