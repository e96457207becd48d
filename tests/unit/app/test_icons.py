from PySide6.QtCore import Qt

from ml4t_desktop.app.icons import icon


def picture(name):
    return icon(name, "#000000", "#888888").pixmap(20, 20).toImage()


def test_what_points_back_and_forth_is_mirrored_where_one_reads_from_the_right(qapp):
    back, run = picture("undo"), picture("run")
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert picture("undo") != back
        assert picture("run") == run  # playing goes the same way everywhere
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
