"""Whole lists as files: short ones at once, long ones as work that is carried on piece by piece and told of when done.

    blueprints=[…, *exports.blueprints(Source(name="orders", listing=…, select=…, args=OrderArgs))], schedules=[tasks, exports.tasks]

The rows are kept by the service that owns them: a job and its pieces commit together, no disk is shared between processes,
and who may load the file is decided where the rights are known. A sheet is written here, a PDF is printed by svc-documents
from the rows kept, with the letterhead that it alone knows.
"""

from chassis.exports import tasks
from chassis.exports.routes import blueprints
from chassis.exports.sources import Source

__all__ = ["Source", "blueprints", "tasks"]
