"""`python -m benchmarks.bare PORT FILE`: the least that Litestar can do, the bytes of a file, served like the product."""

import sys
from pathlib import Path

import uvicorn
from litestar import Litestar, Response, get


def bare(content: bytes) -> Litestar:
    @get("/page", sync_to_thread=False)
    def page() -> Response[bytes]:
        return Response(content, media_type="text/html")

    return Litestar([page], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    app = bare(Path(sys.argv[2]).read_bytes())
    uvicorn.run(app, port=int(sys.argv[1]), http="httptools", loop="uvloop", access_log=False, log_level="warning")
