"""Every chart that a profile's page shows has its pictures, its data and its frame."""

from __future__ import annotations

import re
from html import unescape

from comity.api import Comity
from tests import web

PROFILE = "/cooperation/KOR/ILO/?years=2018-2022"


def test_every_chart_of_the_page_can_be_shown_taken_and_embedded(starter_store: Comity) -> None:
    client = web.client(starter_store)
    page = client.get(PROFILE).content.decode()
    found = set(re.findall(r'(?:src|srcset|href)="(/cooperation/KOR/ILO/charts/[^"]+)"', page))
    frames = set(
        re.findall(r"&lt;iframe src=&#34;http://testserver(/cooperation/[^&]+(?:&amp;[^&]+)*)&#34;", page)
    )
    names = {re.split(r"[/.]", path.partition("/charts/")[2])[0] for path in found}
    assert {"contributions", "standards", "timeline", "stated-ILO"} <= names
    assert len(frames) == len(names)
    for path in found | {unescape(unescape(frame)) for frame in frames}:
        answer = client.get(unescape(path))
        assert answer.status_code == 200, path
        assert answer.content
