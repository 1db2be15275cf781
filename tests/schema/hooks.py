"""What schemathesis does not know: bodies that are bytes of a file (tus)."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def piece(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
