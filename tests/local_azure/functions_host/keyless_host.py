"""A functions host as Core Tools start one: plain HTTP and no keys: `keyless_host.py PORT [HOW]`.

HOW is one of its faults: "no functions" or "another key". `/told` is what it was told.
"""
import http.server
import json
import os
import sys

HOW = sys.argv[2] if len(sys.argv) > 2 else ""
FUNCTIONS = [] if HOW == "no functions" else [{"name": "PipelineRunMonitor"}]


class Host(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        told = {"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ),
                "process_id": os.getpid()}
        found = {"/admin/host/ping": (200, ""), "/told": (200, told),
                 "/admin/functions": (401, "") if HOW == "another key" else (200, FUNCTIONS)}
        status, body = found.get(self.path, (404, ""))
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Host).serve_forever()
