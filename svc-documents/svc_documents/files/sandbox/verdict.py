class Refused(Exception):
    """The upload is not accepted; `reason` is for the person who sent it."""

    def __init__(self, reason: str, kind: str = "refused") -> None:
        super().__init__(reason)
        self.reason, self.kind = reason, kind
