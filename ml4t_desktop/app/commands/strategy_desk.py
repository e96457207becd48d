"""The commands about presets of strategies, and the dialogs they open."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.app.dialogs import PRESET_FILES, Dialogs
from ml4t_desktop.errors import InputError
from ml4t_desktop.project.strategy_presets import StrategyPreset, file_name
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.setup.presets.preset_name import PresetNameDialog
from ml4t_desktop.views.setup.presets.strategy_presets import StrategyPresetsDialog


class StrategyDesk(QObject):
    """Opens the presets, and saves, renames, imports and exports them."""

    def __init__(self, session: Session, desk: Desk, dialogs: Dialogs, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._dialogs, self._window = session, dialogs, window
        self._presets = session.strategy_presets
        desk.add({"strategy.presets": self.open_presets, "strategy.save": self.ask_name})
        desk.presets_dropped.connect(self.take)

    def open_presets(self) -> StrategyPresetsDialog:
        """Open the list of presets."""
        dialog = StrategyPresetsDialog(self._presets, self._window)
        dialog.save_asked.connect(partial(self.ask_name, dialog))
        dialog.import_asked.connect(partial(self._import, dialog))
        dialog.rename_asked.connect(partial(self._rename, dialog))
        dialog.export_asked.connect(partial(self._export, dialog))
        dialog.show()
        return dialog

    def ask_name(self, over: StrategyPresetsDialog | None = None) -> PresetNameDialog:
        """Ask under which name the present strategy is kept, and keep it."""
        name = str(self._session.request.draft.get("name") or "")
        save = partial(self._save, over)
        asked = PresetNameDialog(
            tr("Save the strategy as a preset"), name, "", save, over or self._window,
            has_parts=True,
        )  # fmt: skip
        asked.open()
        return asked

    def take(self, paths: list[Path]) -> None:
        """Take presets from files, and show the last one of them."""
        try:
            taken = [self._presets.take(path) for path in paths]
        except InputError as error:
            notices = (Notice(problem) for problem in error.problems)
            self._session.notices.show(tr("The preset was not taken"), notices)
            return
        self.open_presets().choose(taken[-1])

    def _save(
        self,
        over: StrategyPresetsDialog | None,
        name: str,
        note: str,
        is_whole: bool,  # noqa: FBT001 (the dialog's)
    ) -> None:
        made = self._presets.save(name, note, is_whole=is_whole)
        if over is not None:
            over.choose(made)
        else:
            text = tr(
                "The strategy is kept as the preset “{name}”; the menu Edit has all of them.",
                name=made.name,
            )
            self._session.notices.show(text)

    def _rename(self, over: StrategyPresetsDialog, preset: StrategyPreset) -> None:
        def rename(name: str, note: str, _is_whole: bool) -> None:  # noqa: FBT001 (the dialog's)
            over.choose(self._presets.rename(preset, name, note))

        asked = PresetNameDialog(
            tr("Rename the preset"), preset.name, preset.note, rename, over, has_parts=False
        )
        asked.open()

    def _import(self, over: StrategyPresetsDialog) -> None:
        def take(paths: list[Path]) -> None:
            for path in paths:
                over.attempt(partial(self._presets.take, path))

        self._dialogs.open_files(tr("Import a preset"), PRESET_FILES, take)

    def _export(self, over: StrategyPresetsDialog, preset: StrategyPreset) -> None:
        def write(path: Path) -> None:
            def do() -> StrategyPreset:
                self._presets.export(preset, path)
                return preset

            over.attempt(do)

        proposed = Path.home() / file_name(preset.name)
        self._dialogs.save_file(tr("Export the preset"), proposed, PRESET_FILES, write)
