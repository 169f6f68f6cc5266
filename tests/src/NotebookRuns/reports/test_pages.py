"""The page of an executed notebook: everything is shown, nothing is taken for markup."""
import base64
import json

import pytest

from NotebookRuns.reports.pages import render

PNG = base64.b64encode(b"a picture").decode()


def page(*outputs, source="print('a')", kind="code"):
    cell = {"cell_type": kind, "source": source, "outputs": list(outputs)}
    return render("reports/one.ipynb", {"cells": [cell]}).decode()


def test_what_papermill_wrote_is_shown(data_folder):
    content = json.loads((data_folder / "notebooks" / "fails.output.ipynb").read_text())
    found = render("fails.ipynb", content).decode()
    assert "<h1>fails.ipynb</h1>" in found and "print(&#x27;never&#x27;)" in found
    assert '<pre class="error">' in found and "ZeroDivisionError" in found and "\x1b" not in found


@pytest.mark.parametrize(("output", "shown"), [
    ({"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]}, '<pre class="stdout">a\nb\n</pre>'),
    ({"output_type": "stream", "name": "stderr", "text": "warning"}, '<pre class="stderr">warning</pre>'),
    ({"output_type": "execute_result", "data": {"text/plain": "7", "text/html": "<b>7</b>"}},
     '<pre class="result">7</pre>'),
    ({"output_type": "display_data", "data": {"image/png": f"{PNG[:4]}\n{PNG[4:]}\n", "text/plain": "<Figure>"}},
     f'<img alt="" src="data:image/png;base64,{PNG}">'),
    ({"output_type": "error", "ename": "E", "evalue": "no"}, '<pre class="error">E: no</pre>')])
def test_every_kind_of_output_is_shown(output, shown):
    assert shown in page(output)


@pytest.mark.parametrize("hostile", [
    {"output_type": "stream", "text": "<script>alert(1)</script>"}, {"output_type": "error", "traceback": ["<script>"]},
    {"output_type": "display_data", "data": {"image/png": '"><script>', "text/html": "<script>"}}])
def test_nothing_is_taken_for_markup(hostile):
    found = page(hostile, source="<script>")
    assert "<script>" not in found and "default-src 'none'" in found
    assert "<script>" not in page(source="<script>", kind="markdown")


@pytest.mark.parametrize("content", [
    {}, {"cells": None}, {"cells": [None, {"cell_type": 7, "source": {}}]},
    {"cells": [{"cell_type": "code", "outputs": [1, {"data": []}], "source": "\ud800"}]}])
def test_whatever_is_in_a_notebook_nothing_is_raised(content):
    assert render("a", content).endswith(b"</html>\n")
