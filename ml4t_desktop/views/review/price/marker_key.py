"""What the marks of the price chart mean."""

from ml4t_desktop.plots.price.trade_marks import long_colour, short_colour
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.theme import Theme


def marker_key(theme: Theme) -> str:
    """Return what each mark of a trade means, as one line of HTML in the colours of a theme."""
    marks = (
        ("▲", long_colour(theme), tr("long entry")),
        ("▼", short_colour(theme), tr("short entry")),
        ("■", theme.gain, tr("exit of a long")),
        ("◆", theme.gain, tr("exit of a short")),
        ("□", theme.loss, tr("at a loss")),
        ("┊", theme.warning, tr("decided")),
    )
    return " &nbsp; ".join(
        f"<span style='color:{tint}'>{mark}</span>&nbsp;{title.replace(' ', '&nbsp;')}"
        for mark, tint, title in marks
    )
