"""What falls due."""

from chassis.schedule import every
from svc_notify import config, feed, notifications, reminders


@every(seconds=60)
def remind() -> None:
    reminders.write_due()


@every(seconds=3600)
def forget() -> None:
    feed.prune(config.current().feed_days)
    notifications.prune()
