"""All stores of one window, made together."""

from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.inside import real_file
from ml4t_desktop.project.scripts.trust import TrustList
from ml4t_desktop.session.data.data_store import DataStore
from ml4t_desktop.session.data.intake import Intake
from ml4t_desktop.session.data.leaks import LeakStore
from ml4t_desktop.session.data.markets import MarketStore
from ml4t_desktop.session.data.quality import QualityStore
from ml4t_desktop.session.document.autosave import Autosave
from ml4t_desktop.session.document.comparison import ComparisonStore
from ml4t_desktop.session.document.document import DocumentStore
from ml4t_desktop.session.document.file_changes import FileChanges
from ml4t_desktop.session.document.history import HistoryStore
from ml4t_desktop.session.document.recovery import Keeping
from ml4t_desktop.session.document.reopening import Reopening
from ml4t_desktop.session.jobs import JobRunner
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.looks import Look
from ml4t_desktop.session.notices import NoticeStore
from ml4t_desktop.session.problem_words import place_words
from ml4t_desktop.session.request.columns import RuleColumn, rule_columns
from ml4t_desktop.session.request.draft import Draft, FieldProblem
from ml4t_desktop.session.request.new_requests import NewRequests
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.steps import StepState, step_states, step_title
from ml4t_desktop.session.review.exclusions import WithoutStore
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.periods import PeriodStore
from ml4t_desktop.session.review.reports import ReportStore
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.review.signals import SignalStore
from ml4t_desktop.session.review.stability import StabilityStore
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.review.time_range import TimeRange
from ml4t_desktop.session.review.validity import ValidityStore
from ml4t_desktop.session.review.why import WhyStore
from ml4t_desktop.session.runs.engine_store import EngineStore
from ml4t_desktop.session.runs.live import LiveStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.runs.runs import RunStore
from ml4t_desktop.session.runs.scripts import ScriptStore
from ml4t_desktop.session.runs.sweeps import SweepStore
from ml4t_desktop.session.runs.trials import TrialStore
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.session.setup.code_exports import CodeExports
from ml4t_desktop.session.setup.rule_counts import RuleCountStore
from ml4t_desktop.session.setup.sizing_examples import SizingStore
from ml4t_desktop.session.setup.strategy_presets import StrategyPresetStore
from ml4t_desktop.session.table_exports import TableExports
from ml4t_desktop.session.window.arrangements import ArrangementStore
from ml4t_desktop.session.window.tour import TourStore
from ml4t_desktop.session.window.updates import UpdateStore
from ml4t_desktop.session.work import Work
from ml4t_desktop.session.worker_threads import worker_threads


@dataclass(frozen=True, slots=True, eq=False)
class _KnownSteps:
    """The steps of a request, and what they were made of: at every change several parts ask for them."""

    draft: Draft
    looks: tuple[Look, ...]
    failed: tuple[FieldProblem, ...]
    states: tuple[StepState, ...]

    def is_of(
        self, draft: Draft, looks: tuple[Look, ...], failed: tuple[FieldProblem, ...]
    ) -> bool:
        """Return whether these are the steps of that."""
        is_same = self.draft is draft and len(self.looks) == len(looks)
        return (
            is_same
            and all(one is other for one, other in zip(self.looks, looks, strict=True))
            and self.failed == failed
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Session:
    """The state of one window."""

    jobs: JobRunner
    work: Work
    request: RequestStore
    data: DataStore
    markets: MarketStore
    rule_counts: RuleCountStore
    sizing: SizingStore
    results: ResultStore
    notices: NoticeStore
    runs: RunStore
    live: LiveStore
    intake: Intake
    settings: SettingsStore
    engine: EngineStore
    quality: QualityStore
    leaks: LeakStore
    reviews: ReviewStore
    history: HistoryStore
    trials: TrialStore
    document: DocumentStore
    changes: FileChanges
    reopening: Reopening
    comparison: ComparisonStore
    arrangements: ArrangementStore
    exports: TableExports
    time_range: TimeRange
    studies: StudyStore
    validity: ValidityStore
    making: MakingStore
    stability: StabilityStore
    without: WithoutStore
    scripts: ScriptStore
    code: CodeExports
    sweeps: SweepStore
    signals: SignalStore
    why: WhyStore
    reports: ReportStore
    tour: TourStore
    new_requests: NewRequests
    strategy_presets: StrategyPresetStore
    updates: UpdateStore
    autosave: Autosave | None = None
    _steps: list[_KnownSteps] = field(default_factory=list, repr=False)

    def price_looks(self) -> tuple[Look, ...]:
        """Return what is known of the price files of the request."""
        paths = (self.request.resolved(name) for name in self.request.draft.files)
        return tuple(look for look in map(self.data.look, paths) if look is not None)

    def prediction_looks(self) -> tuple[Look, ...]:
        """Return what is known of the files of predictions."""
        names: tuple[str, ...] = self.request.draft.get("data.predictions.files", ())
        looks = (self.data.look(self.request.resolved(name)) for name in names)
        return tuple(look for look in looks if look is not None)

    def context_look(self) -> Look | None:
        """Return what is known of the context file of the request."""
        name = self.request.draft.context_file
        return self.data.look(self.request.resolved(name)) if name else None

    def rule_columns(self) -> tuple[RuleColumn, ...]:
        """Return the columns that rules of the request can use."""
        context = self.context_look()
        looks = (*self.price_looks(), *self.prediction_looks())
        files = (look.inspection for look in looks)
        return rule_columns(self.request.draft, files, context.inspection if context else None)

    def step_states(self) -> tuple[StepState, ...]:
        """Return the state of every step of the set-up."""
        draft, prices = self.request.draft, self.price_looks()
        looks, failed = (*prices, *self.prediction_looks()), tuple(self._file_problems())
        known = self._steps[0] if self._steps else None
        if known is None or not known.is_of(draft, looks, failed):
            begins = [look.signals_begin for look in looks if look.signals_begin is not None]
            states = step_states(
                draft,
                (look.inspection for look in prices),
                failed,
                signals_begin=min(begins, default=None),
            )
            known = _KnownSteps(draft, looks, failed, states)
            self._steps[:] = [known]
        return known.states

    def why_not_run(self) -> str:
        """Return in words what keeps the request from being run; empty when nothing does."""
        if self.runs.is_running:
            return tr("A run is going on")
        for state in self.step_states():
            if not state.is_complete:
                return tr("{step}: {state}", step=step_title(state.step), state=state.text)
        return ""

    @property
    def has_file_problems(self) -> bool:
        """Whether a file of the request could not be read."""
        return bool(self._file_problems())

    def _problems_of(self, path: Path) -> tuple[Problem, ...]:
        problems = self.data.problems(path)
        if not problems or not _is_missing(path):
            return problems
        fix = tr("Find it with File > Locate missing data, or put it back where it was")
        return tuple(replace(problem, fix=fix) for problem in problems)

    def close(self) -> None:
        """Stop what is done in the background and wait for it."""
        self.changes.close()
        self.scripts.close()
        self.sweeps.close()
        self.jobs.close()
        self.trials.count_now()
        self.history.close()
        self.updates.close()
        if self.work.scripts is not None:
            self.work.scripts.close()
        if self.autosave is not None:
            self.autosave.close()

    def warm_up(self) -> None:
        """Load in the background what the first file and the first run need."""
        self.engine.warm_up()

    def _file_problems(self) -> list[FieldProblem]:
        draft = self.request.draft
        keyed = [("data.files", name) for name in draft.files]
        keyed += [("data.predictions", name) for name in draft.get("data.predictions.files", ())]
        if draft.context_file:
            keyed.append(("context.file", draft.context_file))
        return [
            FieldProblem(key, _placed(problem, path))
            for key, path in ((key, self.request.resolved(name)) for key, name in keyed)
            for problem in self._problems_of(path)
        ] + list(self.scripts.problems)


def _is_missing(path: Path) -> bool:
    return not real_file(path).exists()


def _placed(problem: Problem, path: Path) -> Problem:
    """Return a problem of a file that says where it is, as a step shows only what is wrong."""
    if not problem.where:
        return problem
    place = place_words(problem.where).replace(str(path), path.name)
    return replace(problem, what=tr("In {place}: {what}", place=place, what=problem.what))


def make_session(
    executor: Executor,
    work: Work,
    settings_file: Path,
    parent: QObject | None = None,
    *,
    prompt: Executor | None = None,
    recovery: Path | None = None,
    trials: Path | None = None,
) -> Session:
    """Return the stores of one window, connected with each other.

    Parameters
    ----------
    executor : Executor
        Where work in the background is done.
    prompt : Executor or None
        Where runs are made while a value changes; None: there too.
    recovery : Path or None
        The folder where edits and runs are kept while they are made; None keeps none.
    trials : Path or None
        The folder where variants that were tried are counted; None counts for this window alone.
    """
    jobs = JobRunner(executor, parent, prompt=prompt)
    request = RequestStore(parent)
    data = DataStore(jobs, work, parent)
    results = ResultStore(parent)
    reviews = ReviewStore(jobs, results, parent)
    settings = SettingsStore(settings_file, parent)
    notices = NoticeStore(parent)
    intake = Intake(request, data, notices, settings, parent)
    keeping = Keeping(recovery) if recovery is not None else None
    writing = JobRunner(worker_threads(1, "ml4t-history"), parent)
    history = HistoryStore(writing, work, request, results, notices, keeping, parent)
    counts = TrialStore(writing, results, trials, parent)
    reopening = Reopening(jobs, work, request, data, history, notices, parent)
    markets = MarketStore(
        jobs, work, request, data, parent, is_looked_at=lambda: results.run is not None
    )
    runs = RunStore(jobs, work, request, data, results, notices, parent)
    runs.given_up.connect(markets.give_up)
    trust = work.trust or TrustList(settings_file.with_name("trusted.toml"))
    validity = ValidityStore(jobs, results, reviews, counts.of_run, trust.allows, parent)
    counts.changed.connect(validity.refresh_trials)
    scripts = ScriptStore(jobs, request, results, trust, work.scripts, parent)
    runs.started.connect(scripts.begin_run)
    runs.ended.connect(scripts.end_run)
    runs.failed.connect(scripts.end_run)

    def why_not() -> str:
        return session.why_not_run()

    def columns() -> tuple[RuleColumn, ...]:
        return session.rule_columns()

    def looks() -> tuple[Look, ...]:
        return (*session.price_looks(), *session.prediction_looks())

    presets = settings_file.with_name("strategies")
    document = DocumentStore(writing, request, history, counts, intake, notices, parent)
    session = Session(
        jobs=jobs,
        work=work,
        request=request,
        data=data,
        markets=markets,
        rule_counts=RuleCountStore(jobs, work, request, markets, parent),
        sizing=SizingStore(jobs, work, request, markets, parent),
        results=results,
        notices=notices,
        runs=runs,
        live=LiveStore(jobs, request, data, results, runs, settings, why_not, parent),
        intake=intake,
        settings=settings,
        engine=EngineStore(jobs, work, notices, parent),
        leaks=LeakStore(jobs, work, request, data, parent),
        autosave=_autosave(request, notices, keeping, history, parent),
        quality=QualityStore(jobs, work, request, data, parent),
        arrangements=ArrangementStore(settings_file.with_name("arrangements.toml"), parent),
        exports=TableExports(jobs, notices, parent),
        time_range=TimeRange(parent),
        studies=StudyStore(jobs, results, parent),
        reviews=reviews,
        signals=SignalStore(jobs, results, parent),
        why=WhyStore(jobs, results, parent),
        validity=validity,
        making=MakingStore(jobs, results, parent),
        without=WithoutStore(jobs, results, parent),
        stability=StabilityStore(
            jobs,
            results,
            reviews,
            PeriodStore(settings_file.with_name("periods.toml"), parent),
            parent,
        ),
        reports=ReportStore(jobs, results, reviews, validity, notices, counts.of_run, parent),
        updates=UpdateStore(settings, notices, parent),
        history=history,
        trials=counts,
        document=document,
        changes=FileChanges(
            jobs, data, document, results, settings_file.with_name("data_as_saved.json"), parent
        ),
        reopening=reopening,
        comparison=ComparisonStore(jobs, results, history, reopening, notices, parent),
        scripts=scripts,
        sweeps=SweepStore(jobs, work, request, data, scripts, counts, parent),
        code=CodeExports(jobs, request, data, notices, parent),
        new_requests=NewRequests(request, settings, parent),
        tour=TourStore(request, results, settings, parent),
        strategy_presets=StrategyPresetStore(presets, request, columns, looks, parent),
    )
    return session


def _autosave(
    request: RequestStore,
    notices: NoticeStore,
    keeping: Keeping | None,
    history: HistoryStore,
    parent: QObject | None,
) -> Autosave | None:
    if keeping is None:
        return None
    jobs = JobRunner(worker_threads(1, "ml4t-autosave"), parent)
    return Autosave(request, notices, jobs, keeping, history, parent)
