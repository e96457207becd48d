"""Commands about the Python file of the request."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ml4t_desktop.app.dialogs import SCRIPT_FILES, Dialogs
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.session.session import Session

_EXAMPLE = "examples/confident_strategy.py"


class ScriptDesk:
    """Opens Python files, and sees to it that none is run before the user agrees."""

    def __init__(
        self, session: Session, dialogs: Dialogs, carry_out: Callable[[str], object]
    ) -> None:
        self._session, self._dialogs, self._carry_out = session, dialogs, carry_out

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What the commands do, by their ids."""
        return {
            "file.open_script": self._open,
            "file.new_script": self._new,
            "run.trust_script": partial(self._ask, _nothing),
            "file.export_code": self._export,
        }

    def take(self, paths: list[Path]) -> None:
        """Let a class of the first file decide."""
        if paths:
            self._session.scripts.open(paths[0].absolute())

    def trusted_then(self, then: Callable[[], object]) -> None:
        """Go on at once, or when the user agrees to run the file."""
        scripts = self._session.scripts
        if not scripts.is_python or scripts.is_trusted or scripts.script is None:
            then()
        else:
            self._ask(then)

    def _ask(self, then: Callable[[], object]) -> None:
        scripts = self._session.scripts
        if scripts.script is not None:
            agreed = partial(self._on_agreed, scripts.script.digest, then)
            self._dialogs.ask_trust(scripts.script, agreed, is_changed=scripts.was_trusted)

    def _on_agreed(self, digest: str, then: Callable[[], object]) -> None:
        """Remember the answer; when the file changed while it was read, ask again."""
        scripts = self._session.scripts
        if scripts.script is None or scripts.script.digest != digest:
            self._ask(then)
            return
        try:
            scripts.agree()
        except InputError as error:
            self._tell(tr("The answer could not be kept"), error)
        else:
            then()

    def _open(self) -> None:
        self._dialogs.open_files(tr("Open a Python strategy"), SCRIPT_FILES, self.take)

    def _new(self) -> None:
        files = self._session.request.draft.files
        folder = self._session.request.resolved(files[0]).parent if files else Path.home()
        self._dialogs.save_file(
            tr("Write an example strategy"), folder / "my_strategy.py", SCRIPT_FILES, self._write
        )

    def _write(self, path: Path) -> None:
        try:
            shutil.copyfile(resource_path(_EXAMPLE), path)
        except OSError as error:
            what = tr("cannot be written ({strerror})", strerror=error.strerror)
            self._tell(
                tr("The example was not written"), InputError(Problem(where=str(path), what=what))
            )
            return
        self.take([path])
        self._carry_out("view.script")

    def _export(self) -> None:
        request = self._session.request
        files = request.draft.files
        folder = request.path.parent if request.path else request.resolved(files[0]).parent
        stem = request.path.stem if request.path is not None else "strategy"
        self._dialogs.save_file(
            tr("Export the rules as Python"),
            folder / f"{stem}.py",
            SCRIPT_FILES,
            self._session.code.export,
        )

    def _tell(self, title: str, error: InputError) -> None:
        self._session.notices.show(title, (Notice(item, Step.STRATEGY) for item in error.problems))


def _nothing() -> None:
    """Go on with nothing."""
