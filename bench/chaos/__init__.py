"""Nothing lost: orders are driven while everything is killed, and a separate checker counts what is left."""
