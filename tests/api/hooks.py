"""What the requests of schemathesis need and no description can say."""

import base64
import itertools
import os

import schemathesis
from hypothesis import strategies

CREDENTIALS = {"username": "bob", "password": os.environ["QUARTFEED_PASSWORD"]}

# Bodies that succeed. The first request of each operation gets its body, the others are left as they are.
GOOD_BODIES = {
    "createSession": CREDENTIALS,
    "createToken": CREDENTIALS,
    "refreshToken": {"refresh_token": os.environ["QUARTFEED_REFRESH_TOKEN"]},
    "hide": {"kind": "words", "value": "spoiler", "for": "2h", "where": "home"},
}

# The program looks at the bytes of a picture, not at its media type.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
schemathesis.openapi.media_type(
    "image/png", strategies.just(PICTURE), aliases=["image/jpeg", "image/gif", "image/webp"]
)

# Nobody may like what they wrote themselves, so these are alice's.
LIKED = {
    "likePost": os.environ["QUARTFEED_POST"],
    "likeComment": os.environ["QUARTFEED_COMMENT"],
}

numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    # Cases share their parts, so no part is changed in place.
    operation = case.operation.definition.raw.get("operationId")
    is_valid = case.meta is None or case.meta.generation.mode.is_positive
    if is_valid and operation in GOOD_BODIES:
        case.body = GOOD_BODIES.pop(operation)
    if is_valid and operation in LIKED:
        case.path_parameters = {**case.path_parameters, "id": LIKED[operation]}
    # schemathesis sends the same short key with many bodies, and 422 is the right answer to that.
    headers = dict(case.headers or {})
    if is_valid and len(headers.get("Idempotency-Key", "")) in range(1, 240):
        headers["Idempotency-Key"] = f"{next(numbers)} {headers['Idempotency-Key']}"
        case.headers = headers
