"""The text of a `Strategy` that decides as the rules of a request."""

from collections.abc import Iterator
from textwrap import indent

from ml4t_desktop.export.code.conditions import Used, best_sets, parts, quoted, value_of
from ml4t_desktop.export.code.sizes import size_lines
from ml4t_desktop.request import Request
from ml4t_desktop.request.conditions import Condition
from ml4t_desktop.request.sizing import InverseVolatility, RebalanceToWeights

_WIDTH = 96


class StrategyText:
    """Writes the class, with only the parts that its rules need."""

    def __init__(self, request: Request, name: str) -> None:
        self._request, self._name = request, name
        self._rules = request.strategy
        self._used = Used()
        self._most = _most_positions(request)
        exits, entry = self._rules.exits, self._rules.entry_order
        stops = (exits.stop_loss, exits.take_profit, exits.trailing_stop)
        self._intrabar = exits.evaluate == "intrabar" and stops != (None, None, None)
        self._stops = exits.evaluate == "close" and stops != (None, None, None)
        self._limit = entry.type == "limit"
        self._from_decision = request.execution.stop_basis == "decision_close" and self._stops
        self._rebalances = isinstance(self._rules.sizing, RebalanceToWeights)
        self._volatile = (
            self._rules.sizing
            if isinstance(self._rules.sizing, InverseVolatility | RebalanceToWeights)
            and getattr(self._rules.sizing, "weights", "inverse_volatility") == "inverse_volatility"
            else None
        )

    def text(self) -> str:
        """Return the class."""
        methods = [
            *self._conditions(),
            *self._deciding(),
            *(self._leaving() if self._has_exits else ()),
            *self._entering(),
            *self._remembering(),
        ]
        body = "\n\n".join(
            indent(method.rstrip("\n"), "    ") for method in (self._start(), *methods)
        )
        return f"class {self._name}(Strategy):\n{indent(self._docstring(), '    ')}\n{body}\n"

    @property
    def used(self) -> Used:
        """What the text needs, once it was written."""
        return self._used

    @property
    def _has_exits(self) -> bool:
        rules = self._rules
        return bool(
            rules.exit or rules.short_exit or self._stops or rules.exits.max_bars is not None
        )

    def _docstring(self) -> str:
        name = " ".join(self._request.name.replace('"', "'").replace("\\", "/").split())
        return f'"""{name or "The rules of a request"}, written out."""\n'

    # Conditions

    def _conditions(self) -> Iterator[str]:
        rules = self._rules
        both = rules.direction == "both"
        first = "short" if rules.direction == "short" else "long"
        yield self._condition(f"enters_{first}", rules.entry, f"Whether a {first} entry is wanted.")
        if both:
            yield self._condition(
                "enters_short", rules.short_entry, "Whether a short entry is wanted."
            )
        if rules.filter is not None:
            yield self._condition("may_enter", rules.filter, "Whether any entry is allowed.")
        if rules.exit is not None:
            yield self._condition(
                f"leaves_{first}", rules.exit, f"Whether a {first} position is left."
            )
        if both and rules.short_exit is not None:
            yield self._condition(
                "leaves_short", rules.short_exit, "Whether a short position is left."
            )

    def _condition(self, name: str, condition: Condition | None, about: str) -> str:
        word, found = parts(condition, self._used)
        line = f" {word} ".join(found)
        head = f'def {name}(self, bar, context):\n    """{about}"""\n'
        if len(line) + 15 <= _WIDTH:
            return f"{head}    return {line}\n"
        joined = f"\n        {word} ".join(found)
        return f"{head}    return (\n        {joined}\n    )\n"

    # Start and memory

    def _start(self) -> str:
        lines = ["def on_start(self):", '    """Begin with nothing known."""', "    self.bars = []"]
        lines.append("    self.entries = {}  # the order of each entry that may still work")
        if self._has_closes:
            lines.append("    self.closes = {}  # closes seen while holding")
        if self._rules.exits.trailing_stop is not None and self._stops:
            lines.append("    self.best = {}  # the best close of each position")
        if self._rules.limits.cooldown_bars:
            lines.append("    self.rest = {}  # closes to wait after an exit")
            lines.append("    self.held = set()")
        if self._from_decision:
            lines.append("    self.decided_at = {}  # the close that each entry was decided on")
        if self._limit and self._rules.entry_order.good_for_bars:
            lines.append("    self.age = {}  # bars that each limit order has met")
        if self._most is not None:
            lines.append("    self.taken = set()  # assets that may use a place")
        if self._volatile is not None:
            lines.append("    self.returns = {}  # the returns of each asset, the latest last")
            lines.append("    self.last_close = {}")
        if self._needs_past:
            lines.append("    self.past = {}  # earlier values of each asset, the latest first")
        if self._rebalances:
            lines.append("    self.period = None")
        return "\n".join(lines)

    @property
    def _has_closes(self) -> bool:
        return self._rules.exits.max_bars is not None

    @property
    def _needs_past(self) -> bool:
        self._fill_used()
        return bool(self._used.past)

    def _fill_used(self) -> None:
        rules = self._rules
        for condition in (
            rules.entry, rules.exit, rules.short_entry, rules.short_exit, rules.filter
        ):  # fmt: skip
            if condition is not None:
                parts(condition, self._used)

    def _remembering(self) -> Iterator[str]:
        if not self._needs_past:
            return
        yield (
            "def before(self, bar, column, count):\n"
            '    """Return the last values of a column before this bar, the latest first."""\n'
            "    known = self.past.get(bar.asset_id, {}).get(column, [])\n"
            "    return [*known[:count], *[NAN] * (count - len(known))]\n"
        )
        rows = "".join(
            f"        ({quoted(column)}, {value_of(column)}, {count}),\n"
            for column, count in sorted(self._used.past.items())
        )
        yield (
            "def remember(self, bar, context):\n"
            '    """Keep the values that later bars look back on."""\n'
            "    known = self.past.setdefault(bar.asset_id, {})\n"
            "    for column, value, count in (\n"
            f"{rows}"
            "    ):\n"
            "        known[column] = [value, *known.get(column, [])[: count - 1]]\n"
        )

    # Deciding

    def _deciding(self) -> Iterator[str]:
        yield (
            "def on_event(self, bar):\n"
            '    """Collect the bars of a timestamp: decisions are made when all are there."""\n'
            "    self.bars.append(bar)\n"
        )
        lines = [
            "def on_bar_end(self, timestamp, context=None):",
            '    """Leave what is to be left, then enter what is best."""',
            "    bars, self.bars = self.bars, []",
            "    context = context or {}",
        ]
        for name, column, count, is_top in best_sets(self._used):
            call = f"best_assets(bars, lambda bar: {value_of(column)}, {count}"
            lines.append(f"    {name} = {call}{'' if is_top else ', is_top=False'})")
        if self._volatile is not None:
            lines += ["    for bar in bars:", "        self.follow_returns(bar)"]
        if self._limit and self._rules.entry_order.good_for_bars:
            lines += ["    for bar in bars:", "        self.end_old_entry(bar)"]
        if self._rules.limits.cooldown_bars:
            lines += ["    for bar in bars:", "        self.follow_rest(bar)"]
        if self._has_exits:
            lines += [
                "    for bar in bars:",
                "        quantity = self.get_position(bar.asset_id)",
                "        if quantity and self.leaves(bar, context, quantity):",
                "            self.leave(bar.asset_id)",
            ]
        lines.append(
            f"    self.{'rebalance' if self._rebalances else 'enter'}({self._enter_arguments})"
        )
        if self._needs_past:
            lines += ["    for bar in bars:", "        self.remember(bar, context)"]
        yield "\n".join(lines)
        if self._volatile is not None:
            yield _FOLLOW_RETURNS.format(window=self._volatile.window)
            yield _VOLATILITY.format(window=self._volatile.window)
        if self._limit and self._rules.entry_order.good_for_bars:
            yield _END_OLD_ENTRY.format(bars=self._rules.entry_order.good_for_bars)
        if self._rules.limits.cooldown_bars:
            yield _FOLLOW_REST.format(bars=self._rules.limits.cooldown_bars)

    @property
    def _enter_arguments(self) -> str:
        return "timestamp, bars, context" if self._rebalances else "bars, context"

    # Leaving

    def _leaving(self) -> Iterator[str]:
        exits, rules = self._rules.exits, self._rules
        lines = [
            "def leaves(self, bar, context, quantity):",
            '    """Return whether a position is left at this close."""',
        ]
        if self._stops or self._has_closes:
            lines.append("    trade = self.open_trade(bar.asset_id)")
        if self._has_closes:
            if self._limit or self._request.execution.fill in {"same_close", "next_close"}:
                lines += [
                    "    at_open = trade.entry_price == bar.open or not self.is_new(trade, bar)",
                    "    if at_open:",
                    "        self.closes[bar.asset_id] = self.closes.get(bar.asset_id, 0) + 1",
                ]
                lines[-3] = "    if not self.is_inside(trade, bar):"
                del lines[-2]
            else:
                lines.append("    self.closes[bar.asset_id] = self.closes.get(bar.asset_id, 0) + 1")
        lines.append("    if self.is_leaving(bar.asset_id):")
        lines.append("        return False")
        if self._stops:
            lines += self._stop_lines()
        short_first = rules.direction == "short"
        if rules.direction == "both":
            for side, given, sign in (("long", rules.exit, ">"), ("short", rules.short_exit, "<")):
                if given is not None:
                    lines.append(f"    if quantity {sign} 0 and self.leaves_{side}(bar, context):")
                    lines.append("        return True")
        elif rules.exit is not None:
            lines.append(f"    if self.leaves_{'short' if short_first else 'long'}(bar, context):")
            lines.append("        return True")
        last = "False"
        if exits.max_bars is not None:
            last = f"self.closes.get(bar.asset_id, 0) >= {exits.max_bars}"
        lines.append(f"    return {last}")
        if self._stops and exits.trailing_stop is not None:
            # The best close is followed also while an exit waits.
            place = lines.index("    if self.is_leaving(bar.asset_id):")
            follow = self._follow_best()
            lines = [*lines[:place], *follow, *lines[place:]]
            lines = self._once(lines)
        yield "\n".join(lines)
        yield _LEAVE
        yield _IS_LEAVING
        if self._has_closes and (
            self._limit or self._request.execution.fill in {"same_close", "next_close"}
        ):
            yield _IS_INSIDE

    def _once(self, lines: list[str]) -> list[str]:
        """Return the lines with what both parts need said once."""
        seen: set[str] = set()
        kept = []
        for line in lines:
            is_setup = line.startswith(("    side = ", "    basis = "))
            if is_setup and line in seen:
                continue
            seen.add(line)
            kept.append(line)
        return kept

    def _basis(self) -> str:
        if self._from_decision:
            return "    basis = self.decided_at.get(bar.asset_id, trade.entry_price)"
        return "    basis = trade.entry_price"

    def _follow_best(self) -> list[str]:
        return [
            "    side = 1.0 if quantity > 0 else -1.0",
            self._basis(),
            "    best = self.best.get(bar.asset_id, basis)",
            "    best = max(best, bar.close) if side > 0 else min(best, bar.close)",
            "    self.best[bar.asset_id] = best",
        ]

    def _stop_lines(self) -> list[str]:
        exits = self._rules.exits
        lines = ["    side = 1.0 if quantity > 0 else -1.0", self._basis()]
        for name, value, sign, compare, start in (
            ("stop", exits.stop_loss, "-side", "<=", "basis"),
            ("target", exits.take_profit, "side", ">=", "basis"),
            ("trail", exits.trailing_stop, "-side", "<=", "best"),
        ):
            if value is not None:
                lines += [
                    f"    {name} = price_level({start}, {sign} * {value!r})",
                    f"    if side * (bar.close - {name}) {compare} 0.0:",
                    "        return True",
                ]
        return lines

    # Entering

    def _entering(self) -> Iterator[str]:
        if self._rebalances:
            from ml4t_desktop.export.code.weights import rebalance_text

            yield from rebalance_text(self._request, self._side_expression(), self._most)
            return
        yield self._enter()
        yield self._order()
        yield _IS_WORKING

    def _side_expression(self) -> list[str]:
        """Return lines that put the wanted side of a bar into ``side``, 0 for none."""
        rules = self._rules
        if rules.direction == "both":
            lines = ["side = self.enters_long(bar, context) - self.enters_short(bar, context)"]
        elif rules.direction == "short":
            lines = ["side = -1 if self.enters_short(bar, context) else 0"]
        else:
            lines = ["side = 1 if self.enters_long(bar, context) else 0"]
        if rules.filter is not None:
            lines += ["if side and not self.may_enter(bar, context):", "    side = 0"]
            if rules.direction == "both":
                lines[0] = (
                    "side = bool(self.enters_long(bar, context)) - bool(self.enters_short(bar, context))"
                )
        elif rules.direction == "both":
            lines[0] = (
                "side = bool(self.enters_long(bar, context)) - bool(self.enters_short(bar, context))"
            )
        return lines

    def _enter(self) -> str:
        lines = [
            "def enter(self, bars, context):",
            '    """Order the best candidates while there are places."""',
            "    candidates = []",
            "    for bar in bars:",
            "        if self.get_position(bar.asset_id) or self.is_working(bar.asset_id):",
            "            continue",
        ]
        if self._rules.limits.cooldown_bars:
            lines += ["        if self.rest.get(bar.asset_id, 0) > 0:", "            continue"]
        lines += [f"        {line}" for line in self._side_expression()]
        lines += ["        if side:", "            candidates.append((bar, side))"]
        rank = self._rules.limits.rank_by
        if rank is not None:
            lines.append(f"    candidates.sort(key=lambda pair: rank({_of_pair(rank)}, pair[0]))")
        if self._most is None:
            lines += ["    for bar, side in candidates:", "        self.order(bar, side)"]
        else:
            lines += [
                f"    places = {self._most} - self.places_taken()",
                "    for bar, side in candidates:",
                "        if places <= 0:",
                "            break",
                "        if self.order(bar, side):",
                "            places -= 1",
            ]
        text = "\n".join(lines)
        return text if self._most is None else f"{text}\n\n{_PLACES}"

    def _order(self) -> str:
        lines = [
            "def order(self, bar, side):",
            '    """Order one candidate; return whether the order works."""',
            *[f"    {line}" for line in size_lines(self._rules, self._request.account)],
        ]
        call = self._submission(lines)
        lines.append(f"    self.entries[bar.asset_id] = {call}")
        if self._most is not None:
            lines.append("    self.taken.add(bar.asset_id)")
        if self._from_decision:
            lines.append("    self.decided_at[bar.asset_id] = bar.close")
        if self._limit and self._rules.entry_order.good_for_bars:
            lines.append("    self.age[bar.asset_id] = 0")
        for name, is_there in (
            ("closes", self._has_closes),
            ("best", self._rules.exits.trailing_stop is not None and self._stops),
        ):
            if is_there:
                lines.append(f"    self.{name}.pop(bar.asset_id, None)")
        lines.append("    return self.is_working(bar.asset_id)")
        return "\n".join(lines)

    def _submission(self, lines: list[str]) -> str:
        exits, entry = self._rules.exits, self._rules.entry_order
        if self._limit:
            lines.append(f"    limit = price_level(bar.close, -side * {entry.offset!r})")
        if not self._intrabar:
            if self._limit:
                return 'self.submit_order(bar.asset_id, quantity, "limit", limit)'
            return "self.submit_order(bar.asset_id, quantity)"
        named = [
            f"{name}={value!r}"
            for name, value in (
                ("stop_loss", exits.stop_loss),
                ("take_profit", exits.take_profit),
                ("trailing_stop", exits.trailing_stop),
            )
            if value is not None
        ]
        arguments = ["bar.asset_id", "quantity", *(["limit"] if self._limit else []), *named]
        return f"self.submit_bracket({', '.join(arguments)})"


def _most_positions(request: Request) -> int | None:
    """Return how many positions there may be at once, by the rules or the risk limits."""
    risk = request.risk.max_positions if request.risk is not None else None
    most = [n for n in (risk, request.strategy.limits.max_positions) if n is not None]
    return min(most) if most else None


def _of_pair(column: str) -> str:
    return value_of(column).replace("bar.", "pair[0].")


_FOLLOW_RETURNS = '''def follow_returns(self, bar):
    """Keep the returns of an asset, each in the place of the one {window} bars before."""
    if bar.asset_id in self.last_close:
        count, ring = self.returns.setdefault(bar.asset_id, (0, [0.0] * {window}))
        ring[count % {window}] = bar.close / self.last_close[bar.asset_id] - 1.0
        self.returns[bar.asset_id] = (count + 1, ring)
    self.last_close[bar.asset_id] = bar.close
'''
_VOLATILITY = '''def volatility(self, bar):
    """Return the standard deviation of the last {window} returns, None before there are so many."""
    count, ring = self.returns.get(bar.asset_id, (0, []))
    if count < {window}:
        return None
    mean = 0.0
    for value in ring:
        mean += value
    mean /= {window}
    total = 0.0
    for value in ring:
        total += (value - mean) * (value - mean)
    return sqrt(total / ({window} - 1))
'''
_END_OLD_ENTRY = '''def end_old_entry(self, bar):
    """Cancel a limit entry that has met as many bars as it was good for."""
    if bar.asset_id in self.age:
        self.age[bar.asset_id] += 1
        if self.age[bar.asset_id] == {bars}:
            self.cancel_order(self.entries[bar.asset_id])
            del self.age[bar.asset_id]
'''
_FOLLOW_REST = '''def follow_rest(self, bar):
    """Count the closes at which an asset is flat after an exit."""
    if self.get_position(bar.asset_id):
        self.held.add(bar.asset_id)
        self.rest[bar.asset_id] = {bars} + 1
    elif bar.asset_id in self.held:
        self.rest[bar.asset_id] -= 1
'''
_LEAVE = '''def leave(self, asset_id):
    """Close a position, and end what still works of its entry."""
    if asset_id in self.entries:
        self.cancel_order(self.entries[asset_id])
    self.close_position(asset_id)
'''
_IS_LEAVING = '''def is_leaving(self, asset_id):
    """Return whether an exit already works."""
    entry = self.entries.get(asset_id)
    return any(o.order_id != entry and o.type == "market" for o in self.open_orders(asset_id))
'''
_IS_INSIDE = '''def is_inside(self, trade, bar):
    """Return whether a position was entered at this very bar, and not at its open."""
    return trade.entry_time == bar.timestamp and trade.entry_price != bar.open
'''
_IS_WORKING = '''def is_working(self, asset_id):
    """Return whether an entry waits to be filled."""
    entry = self.entries.get(asset_id)
    return any(order.order_id == entry for order in self.open_orders(asset_id))
'''
_PLACES = '''def places_taken(self):
    """Return how many positions there are, with those whose entry works."""
    self.taken = {a for a in self.taken if self.get_position(a) or self.is_working(a)}
    return len(self.taken)
'''
