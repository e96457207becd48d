"""What a rule and its parts let through, in words."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.rule_nodes import Node, Path

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.rules.rule_counts import PartCount, RuleCounts


def counted_path(root: Node, path: Path) -> Path:
    """Return where a part is counted: what is switched off stands one place deeper in the tree."""
    places: list[int] = []
    node = root
    for place in path:
        node = node.children[place]
        places += [place, 0] if node.is_off else [place]
    return tuple(places)


def part_words(counts: "RuleCounts", root: Node, path: Path, locale: QLocale) -> str:
    """Return what a part lets through alone, and what is left together with the others."""
    part, parent = counts.parts.get(counted_path(root, path)), root.at(path[:-1])
    if part is None:
        return ""
    alone = share_words(part.alone, counts.bars, locale)
    if root.at(path).is_off:
        return tr("Switched off. {alone} of bars alone.", alone=alone)
    live = sum(not child.is_off for child in parent.children)
    if live < 2 or part.without is None:
        return tr("{alone} of bars", alone=alone)
    together = share_words(part.together, counts.bars, locale)
    without = share_words(part.without, counts.bars, locale)
    if parent.joint == "any":
        return tr("{alone} of bars alone, {without} without it", alone=alone, without=without)
    return tr(
        "{alone} of bars alone, {together} together ({without} without it)",
        alone=alone,
        together=together,
        without=without,
    )


def part_tip(counts: "RuleCounts", root: Node, path: Path, locale: QLocale) -> str:
    """Return the numbers behind `part_words`."""
    part: PartCount | None = counts.parts.get(counted_path(root, path))
    if part is None:
        return ""
    alone, bars = (locale.toString(number) for number in (part.alone, counts.bars))
    lines = [tr("It holds for {alone} of {bars} bars.", alone=alone, bars=bars)]
    if part.without is not None and not root.at(path).is_off:
        together, without = (locale.toString(number) for number in (part.together, part.without))
        lines.append(tr("It and its group hold for {together}.", together=together))
        lines.append(tr("Without it the group would hold for {without}.", without=without))
    return "\n".join(lines)


def rule_words(counts: "RuleCounts", locale: QLocale) -> str:
    """Return what a whole rule lets through."""
    share = share_words(counts.passed, counts.bars, locale)
    passed, bars, at, times = (
        locale.toString(number)
        for number in (counts.passed, counts.bars, counts.times_passed, counts.times)
    )
    return tr(
        "{share} of bars pass: {passed} of {bars}, at {at} of {times} times.",
        share=share,
        passed=passed,
        bars=bars,
        at=at,
        times=times,
    )


def share_words(count: int, total: int, locale: QLocale) -> str:
    """Return a share as per cent: never 0 % of something, never all of less than all."""
    if count == 0 or not total:
        return f"{locale.toString(0)} %"
    share = 100 * count / total
    if share < 0.05:
        return f"{format_value(max(share, 0.0001), 'number', locale)} %"
    return f"{locale.toString(share if count == total else min(share, 99.9), 'f', 1)} %"
