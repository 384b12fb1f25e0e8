"""Anki's schema 11: its tables, and the JSON in its one row of settings."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.decks.models import NoteType

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE col (
    id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL,
    ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL,
    conf text NOT NULL, models text NOT NULL, decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL
);
CREATE TABLE notes (
    id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL,
    usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL,
    csum integer NOT NULL, flags integer NOT NULL, data text NOT NULL
);
CREATE TABLE cards (
    id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL,
    mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL,
    due integer NOT NULL, ivl integer NOT NULL, factor integer NOT NULL, reps integer NOT NULL,
    lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL, odid integer NOT NULL,
    flags integer NOT NULL, data text NOT NULL
);
CREATE TABLE revlog (
    id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL,
    ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL,
    type integer NOT NULL
);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
CREATE INDEX ix_notes_guid ON notes (guid);
"""

_LATEX = {
    "latexPre": "\\documentclass[12pt]{article}\n\\special{papersize=3in,5in}\n\\usepackage[utf8]{inputenc}\n"
    "\\usepackage{amssymb,amsmath}\n\\pagestyle{empty}\n\\setlength{\\parindent}{0in}\n\\begin{document}\n",
    "latexPost": "\\end{document}",
}


def build_column(
    kinds: Mapping[int, NoteType],
    decks: Mapping[str, int],
    *,
    started: datetime,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[int, int, int, str, str, str, str]:
    """Return the times of creation and change, and the JSON of settings, models, decks and options."""
    milliseconds = int(now.timestamp() * 1000)
    offset = started.astimezone(zone).utcoffset()
    conf = {
        "nextPos": 1, "estTimes": True, "activeDecks": [1], "sortType": "noteFld", "timeLim": 0,
        "sortBackwards": False, "addToCur": True, "curDeck": 1, "newSpread": 0, "dueCounts": True,
        "curModel": None, "collapseTime": 1200, "schedVer": 2, "sched2021": True,
        "creationOffset": -int(offset.total_seconds() // 60) if offset else 0,
    }  # fmt: skip
    models = {str(number): build_model(kind, number) for number, kind in kinds.items()}
    named = {str(number): _build_deck(name, number, now) for name, number in decks.items()}
    texts = (json.dumps(each, ensure_ascii=False) for each in (conf, models, named, {"1": _OPTIONS}))
    conf_text, models_text, decks_text, options_text = texts
    seconds = int(started.timestamp())
    return seconds, milliseconds, milliseconds, conf_text, models_text, decks_text, options_text


def build_model(kind: NoteType, number: int) -> dict[str, Any]:
    """Return a note type as schema 11 stores it."""
    fields: list[dict[str, Any]] = [
        {"name": field.name, "ord": position, "sticky": field.sticky, "rtl": field.rtl, "font": field.font,
         "size": field.size, "media": [], "description": field.description, "plainText": field.plain_text,
         "collapsed": field.collapsed, "excludeFromSearch": field.exclude_from_search,
         "preventDeletion": field.prevent_deletion, "tag": field.tag}
        for position, field in enumerate(kind.fields)
    ]  # fmt: skip
    templates = [
        {"name": template.name, "ord": position, "qfmt": template.question, "afmt": template.answer,
         "bqfmt": template.browser_question, "bafmt": template.browser_answer, "did": None,
         "bfont": template.browser_font, "bsize": template.browser_size}
        for position, template in enumerate(kind.templates)
    ]  # fmt: skip
    latex = {"latexPre": kind.latex_pre, "latexPost": kind.latex_post} if kind.latex_pre else _LATEX
    return {
        "id": number, "name": kind.name, "type": int(kind.cloze), "mod": 0, "usn": -1, "did": None,
        "sortf": min(kind.sort_field, len(fields) - 1), "css": kind.css, "latexsvg": kind.latex_svg,
        "flds": fields, "tmpls": templates, "tags": [], "vers": [], "req": [], **latex,
        **({"originalStockKind": kind.stock_kind} if kind.stock_kind else {}),
    }  # fmt: skip


def _build_deck(name: str, number: int, now: datetime) -> dict[str, Any]:
    nothing = [0, 0]
    return {
        "id": number, "mod": int(now.timestamp()), "name": name, "usn": -1, "lrnToday": nothing,
        "revToday": nothing, "newToday": nothing, "timeToday": nothing, "collapsed": False,
        "browserCollapsed": False, "desc": "", "dyn": 0, "conf": 1, "extendNew": 0, "extendRev": 0,
    }  # fmt: skip


_OPTIONS = {
    "id": 1, "mod": 0, "name": "Default", "usn": 0, "maxTaken": 60, "autoplay": True, "timer": 0,
    "replayq": True, "dyn": False,
    "new": {"bury": False, "delays": [1.0, 10.0], "initialFactor": 2500, "ints": [1, 4, 0], "order": 1,
            "perDay": 20},
    "rev": {"bury": False, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2},
    "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
}  # fmt: skip
