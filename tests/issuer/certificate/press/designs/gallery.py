"""Designs that try to make a page depend on its name in ways that a printer in a hurry overlooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STYLE: Final = """
@page { size: A4 landscape; margin: 15mm }
body { font: 14pt "EB Garamond", "Noto Serif", "Noto Naskh Arabic", "Noto Serif CJK SC", serif; margin: 0; color: #222 }
.q { width: 30mm; height: 30mm } .n { font-size: 40pt; font-weight: 500; color: #800 }
.at { position: absolute } .foot { font: 8pt Inter, "Noto Sans", sans-serif }
"""
CODE: Final = '<img class="q" alt="Code of {id}" src="{code}">'
REST: Final = f'{CODE}<p class="foot">{{date}} {{id}} {{url}}</p>'
FIXED: Final = f'<div class="at" style="top:120mm;left:0;right:0">{REST}</div>'


@dataclass(frozen=True)
class Design:
    """The body of a page with its own style; `is_fast` tells that a plain name is printed the fast way."""

    body: str
    style: str = ""
    root: str = 'lang="en"'
    is_fast: bool = True


DESIGNS: Final = {
    "flow, heights of their own": Design(
        '<h1>Certificate</h1><p class="n" style="text-align:center">{name}</p>'
        "<p>has completed the course on {date}. What follows moves when the name wraps.</p>" + REST
    ),
    "justified paragraph with holes in it": Design(
        '<p class="at" style="text-align:justify;top:50mm;left:20mm;width:150mm;hyphens:auto">This is to certify that'
        " <b>{name}</b> has, on <i>{date}</i>, successfully completed the extensive twenty-four-hour professional"
        " programme and demonstrated the required competencies in assessment, reporting and peer review.</p>" + FIXED
    ),
    "capitals, tracking, underline": Design(
        '<p class="at" style="top:0;left:20mm;width:220mm;text-align:center;text-transform:uppercase;'
        'letter-spacing:2pt">{name}</p>'
        '<p class="at" style="top:60mm;text-decoration:underline wavy red;left:0;right:0">{date} {name}</p>'
        '<p class="at" style="top:80mm;right:10mm;width:100mm;text-align:right;word-spacing:3pt">{id}</p>'
        '<p class="at" style="top:90mm;left:0;width:200mm;font-feature-settings:\'smcp\'">{name}</p>' + FIXED
    ),
    "small capitals, line through, full width": Design(
        '<p class="at" style="top:0;left:0;width:200mm;font-variant-caps:small-caps;text-decoration:line-through">'
        '{name}</p><p class="at" style="top:30mm;left:0;width:200mm;text-transform:lowercase">{name}</p>'
        '<p class="at" style="top:60mm;left:0;width:200mm;text-transform:full-width;letter-spacing:-.5pt">{name}</p>'
        + FIXED
    ),
    "each word capitalized": Design(
        '<p class="n" style="height:40mm;text-transform:capitalize">{name}</p>' + REST, is_fast=False
    ),
    "written from the right": Design(
        '<h1>شهادة إتمام</h1><p class="n" style="height:40mm;margin:0">{name}</p><p>{date}</p>' + REST,
        root='lang="ar" dir="rtl"',
    ),
    "each line its own way": Design(
        '<p class="n" dir="auto" style="height:40mm;unicode-bidi:plaintext">{name}</p>'
        '<p style="height:30mm"><bdo dir="rtl">{name}</bdo> – <bdi>{name}</bdi> – {date}</p>' + REST
    ),
    "centred by flex": Design(
        '<div style="display:flex;justify-content:center;align-items:center;height:60mm"><p class="n">{name}</p></div>'
        + REST,
        is_fast=False,
    ),
    "placed by a grid": Design(
        '<div style="display:grid;grid-template-columns:auto 1fr"><p>{name}</p><p>beside the name</p></div>' + REST,
        is_fast=False,
    ),
    "cells of a table": Design(
        f'<p class="n" style="height:40mm">{{name}}</p>{CODE}<table style="width:100%"><tr><td>{{date}}</td>'
        "<td>{name}</td><td>{id} {url}</td></tr></table>",
        is_fast=False,
    ),
    "hung from below, as high as it is": Design(
        '<p class="at" style="bottom:20mm;left:10mm;width:60mm;border:1pt solid red;background:#eee">{name}</p>' + REST
    ),
    "as wide as it is": Design(
        '<p class="at" style="top:20mm;left:10mm;border:1pt solid;background:#eee">{name}</p>' + FIXED, is_fast=False
    ),
    "beside a float": Design(
        '<p style="float:right;background:#eee">{name}</p><p style="height:40mm">Text that flows around it.</p>' + REST,
        is_fast=False,
    ),
    "around a float": Design(
        '<div style="float:left;width:60mm;height:15mm;background:#ddd"></div>'
        '<p class="n" style="height:50mm;margin:0">{name}</p>' + REST
    ),
    "rotated": Design(
        '<div class="at" style="transform:rotate(-4deg);top:40mm;left:30mm;width:200mm">'
        '<p class="n" style="text-align:center;height:30mm">{name}</p></div>' + FIXED
    ),
    "scaled itself": Design(
        '<p class="n at" style="transform:scale(.8) skewX(5deg);top:10mm;left:10mm;width:200mm;height:30mm">{name}</p>'
        + FIXED
    ),
    "in a group of one opacity": Design(
        '<div style="opacity:.6"><p class="n" style="height:40mm">{name}</p></div>' + REST, is_fast=False
    ),
    "see-through ink": Design(
        '<p class="n" style="height:40mm;color:rgba(120,0,0,.5)">{name}</p><p style="color:#0808">{date}</p>' + REST
    ),
    "one word see-through": Design(
        '<p class="n" style="height:40mm"><span style="opacity:.5">{name}</span> Ph.D.</p>' + REST, is_fast=False
    ),
    "a heading that is a bookmark": Design('<h1 class="n">{name}</h1>' + REST, is_fast=False),
    "a bookmark that says the name": Design(
        '<p class="n" style="height:40mm;bookmark-level:1;bookmark-label:\'Of \' attr(title)" title="{name}">{name}</p>'
        + REST,
        is_fast=False,
    ),
    "first letter": Design(
        '<p class="n f" style="height:60mm">{name}</p>' + REST,
        ".f::first-letter { font-size: 200%; color: blue }",
    ),
    "first line": Design(
        '<p class="n f" style="height:60mm">{name} and then some words that go on</p>' + REST,
        ".f::first-line { color: blue; font-variant: small-caps }",
    ),
    "ellipsis": Design(
        '<p class="n" style="width:80mm;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;height:20mm">'
        "{name}</p>" + REST
    ),
    "links": Design(
        '<p class="n" style="height:40mm;margin:0;overflow:hidden">{name}</p><a href="{link}">' + CODE + "</a>"
        '<p>ID {id}, verify at <a href="{link}">{url}</a> or <a href="https://example.org/help">help</a></p><p>{date}</p>'
    ),
    "a link around the name": Design(
        '<p class="n" style="height:60mm">By <a href="{link}">{name}</a>, see <a href="#end">below</a></p>'
        + REST
        + '<p id="end">The end of {date}.</p>'
    ),
    "a link that says the name": Design(
        '<p><a href="https://example.org/?name={name}">{date}</a></p>' + REST, is_fast=False
    ),
    "the same letters at other sizes": Design(
        '<p class="at" style="font-size:8pt;top:0">{name}</p>'
        '<p class="at" style="top:20mm">What never changes, in the same letters: AVATAR To Ada Lovelace</p>'
        '<p class="at" style="font-size:31.7pt;top:30mm;width:250mm;height:60mm;left:0">{name}</p>'
        '<p class="at" style="font-size:11pt;top:100mm">More of the same: {date}</p>' + FIXED,
        is_fast=False,
    ),
    "one text right behind another": Design(
        '<div class="at" style="top:0;left:0;width:250mm">Before</div>'
        '<div class="at" style="top:10mm;left:0;width:250mm">{name}</div>'
        '<div class="at" style="top:30mm;left:0;width:250mm">{date}</div>'
        '<div class="at" style="top:50mm;left:0;width:250mm">After, with a <b>bold</b> word</div>' + FIXED
    ),
    "markers and what comes before": Design(
        "<ul><li>{name}</li><li>{date}</li></ul><ol><li>{id}</li></ol>" + REST,
        'li::before { content: "→ " } li::after { content: " (" attr(class) counter(list-item) ")" }',
    ),
    "markers outside": Design('<ul><li style="height:30mm">{name}</li></ul>' + REST),
    "a stack as high as it is": Design(
        '<div class="at" style="top:20mm;left:20mm;width:200mm"><p>{name}</p><p>{date}</p><p>What stands under it</p>'
        "</div>" + FIXED
    ),
    "a stack hung from below": Design(
        '<div class="at" style="bottom:60mm;left:20mm;width:200mm"><h2>What stands over it</h2><p>{name}</p>'
        "<p>{date}</p></div>" + FIXED
    ),
    "in the margin of the page": Design(
        '<p class="n" style="string-set:who content();height:40mm">{name}</p>' + REST,
        "@page { @top-center { content: string(who) } @bottom-right { content: counter(page) } }",
        is_fast=False,
    ),
    "in columns": Design(
        '<div style="columns:2;height:60mm"><p>{name}</p><p>'
        + "Words that fill the columns. " * 12
        + "</p></div>"
        + REST,
    ),
    "among small blocks in a line": Design(
        '<p>Given to <span style="display:inline-block;width:80mm;border-bottom:1pt solid">{name}</span> today</p>'
        + REST,
        is_fast=False,
    ),
    "hidden, raised and lowered": Design(
        '<p style="height:50mm">a<sup>{id}</sup> b<sub style="visibility:hidden">{name}</sub> <span'
        ' style="vertical-align:5pt;background:#dde;border-left:2pt solid">{name}</span></p>' + REST
    ),
    "white space kept": Design(
        '<p class="n" style="white-space:pre-wrap;height:60mm;tab-size:4">{name}  and {date}</p>' + REST
    ),
    "indented, broken anywhere": Design(
        '<p class="n" style="text-indent:20mm;word-break:break-all;height:70mm;width:70mm;line-height:1">{name}</p>'
        + REST
    ),
    "hyphenated": Design(
        '<p style="hyphens:auto;width:40mm;height:90mm;text-align:justify" lang="it">{name} ha partecipato alla'
        " serata straordinaria</p>" + REST
    ),
    "emphasis, language by language": Design(
        '<p class="n" lang="tr" style="text-transform:uppercase;height:40mm">{name}</p>'
        '<p lang="nl" style="text-transform:uppercase;height:20mm">{name}</p>'
        '<p lang="ja" style="height:20mm">{name}</p>' + REST
    ),
    "a page that may become two": Design(
        '<p class="n" style="margin-top:70mm;font-size:50pt">{name}</p><p>{date}</p>' + REST
    ),
    "said aloud": Design(
        '<p class="n" style="height:40mm">{name}</p><img alt="Portrait of {name}" src="{code}" class="q">' + REST
    ),
    "attributes that are printed": Design(
        '<p style="height:20mm" title="{name}" class="t"></p><p class="n" style="height:40mm">{name}</p>' + REST,
        ".t::after { content: attr(title) }",
    ),
    "nothing around it but itself": Design('<p class="n">{name}</p>'),
    "a frame as high as it is": Design(
        '<div style="border:2pt solid #800;border-radius:4mm;padding:5mm;background:linear-gradient(#fff,#eee)">'
        '<p class="n" style="margin:0">{name}</p></div>' + FIXED
    ),
    "over and under": Design(
        '<p class="n at" style="z-index:2;top:10mm;left:0;width:200mm;height:40mm;background:#ffd">{name}</p>'
        '<p class="n at" style="z-index:-1;top:15mm;left:5mm;width:200mm;height:40mm;color:#080">{name}</p>'
        '<p class="n at" style="z-index:1;top:20mm;left:10mm;width:200mm;height:40mm;color:#008">{date}</p>' + FIXED
    ),
}
"""What each tries, and the design."""
