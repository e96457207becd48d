"""Bars without trading: prices that stand still, and volume that is missing or zero."""

import numpy as np

from ml4t_desktop.files.bar_checks import stale_bars
from ml4t_desktop.files.findings import counted
from ml4t_desktop.files.quality.finding import Finding, RepairChoice, taken_back
from ml4t_desktop.files.quality.places import first_bars, places_of
from ml4t_desktop.files.quality.subject import Subject
from ml4t_desktop.market.market import PREVIOUS, VOLUME
from ml4t_desktop.wording import mark, say

_DROP = RepairChoice(key="data.repairs.stale_bar", value="drop", title=mark("Leave these bars out"))


def stale(subject: Subject) -> list[Finding]:
    """Return a finding on bars that repeat the close before and show no trading, with the length so far."""
    length = stale_bars(subject.bars, subject.market.rows[PREVIOUS])
    rows = np.flatnonzero(length)
    if not rows.size:
        return []
    is_dropped = subject.repairs.stale_bar == "drop"
    longest = int(rows[np.argmax(length[rows])])
    symbol = subject.market.symbols[subject.asset[longest]]
    assets = np.unique(subject.asset[rows]).size
    return [
        Finding(
            kind="stale_bar",
            severity="note" if is_dropped or length[longest] < 5 else "warning",
            title=mark("Stale prices"),
            where=subject.source,
            what=say(
                "{size} of {assets} repeat the close before without any sign of trading "
                "({first_bars}; longest: {length} of {symbol})",
                size=counted(rows.size, "bar"),
                assets=counted(assets, "asset"),
                first_bars=first_bars(subject.market, rows),
                length=counted(int(length[longest]), "bar"),
                symbol=symbol,
            ),
            effect=mark("The request leaves them out")
            if is_dropped
            else mark(
                "They look like bars that were filled in: orders fill there though nobody traded"
            ),
            repairs=() if is_dropped else (_DROP,),
            undo=taken_back(_DROP) if is_dropped else None,
            places=places_of(subject.bars, rows, length[rows].astype(np.float64)),
            measure=mark("Bars unchanged"),
        )
    ]


def volumes(subject: Subject) -> list[Finding]:
    """Return notes on volume that is not there or zero."""
    roles = subject.raw.files[0].roles
    volume = subject.market.prices[VOLUME]
    if roles.volume is None or np.isnan(volume).all():
        return [
            Finding(
                kind="no_volume",
                severity="note",
                title=mark("No volume"),
                where=subject.source,
                what=mark("there is no volume"),
                effect=mark(
                    "Limits to a share of the volume, and costs that depend on it, cannot be used"
                ),
            )
        ]
    rows = np.flatnonzero(volume == 0)
    if not rows.size:
        return []
    return [
        Finding(
            kind="zero_volume",
            severity="note",
            title=mark("Volume of zero"),
            where=say("{source}, column '{volume}'", source=subject.source, volume=roles.volume),
            what=say(
                "{size} with a volume of zero ({first_bars})",
                size=counted(rows.size, "bar"),
                first_bars=first_bars(subject.market, rows),
            ),
            effect=mark(
                "Orders limited to a share of the volume do not trade there; others fill "
                "although nobody traded"
            ),
            places=places_of(subject.bars, rows),
        )
    ]
