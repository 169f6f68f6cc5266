"""Vega, Vega-Lite and Vega-Embed as one JavaScript module, as vl-convert carries them."""
import subprocess
import sys
from functools import cache

_MODULE = "export { vegaEmbed };"
_PROGRAM = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle(sys.argv[1]).encode())"


@cache
def vega_module() -> bytes:
    """Takes three seconds, the first time, in a process of its own: vl-convert lets no other thread run meanwhile."""
    return subprocess.run([sys.executable, "-c", _PROGRAM, _MODULE], stdout=subprocess.PIPE, check=True).stdout
