"""What layers below the window say of keys of the request, in words of the controls on screen.

The command line and Python speak of keys such as ``account.type``; whoever points and clicks sees controls
with names. Both read the same messages, so what they say otherwise in the window stands here, by its English
pattern, and `session.language` takes it from here. A test holds that each is a text of the sources, that both
have the same places, and that none of the others speaks of a key.
"""

from collections.abc import Mapping
from typing import Final

from ml4t_desktop.wording import mark

_DOUBLE_BARS: Final = mark("Mend the file, or choose for “Double bars” in the step Data")
_TIME_ZONE: Final = mark("Say it below “How the files are written”, as “Time zone”")

ON_SCREEN: Final[Mapping[str, str]] = {
    # What does not fit together
    'a cash account cannot sell short: set account.type to "margin", or strategy.direction to "long"': mark(
        "a cash account cannot sell short: choose Margin as “Account” in the step Capital, or Long as "
        "“Direction” in the step Strategy"
    ),
    "there is no such column among data.signals and context.columns": mark(
        "there is no such column among the signals and the context columns that are ticked"
    ),
    "data.signals": mark("the signals that are ticked in the step Data"),
    "context.columns": mark("the columns that are ticked in the step Context"),
    "must be a column such as signal.funding or context.funding": mark(
        "must be one of the signals or context columns"
    ),
    'benchmark: there is no file; name one in [data.benchmark], as file = "…"': mark(
        "benchmark: there is no file; choose one for “Benchmark” in the step Data"
    ),
    "'short_entry' and 'short_exit' belong to direction = \"both\"; with \"short\" use 'entry' and 'exit'": mark(
        "short entry and short exit belong to the direction “Long and short”; with “Short” use entry and exit"
    ),
    '\'rebalance_to_weights\' takes one side: set direction to "long" or "short"': mark(
        "“Rebalance to weights” takes one side: choose Long or Short as “Direction”"
    ),
    "'rebalance_to_weights' trades at the market: set entry_order.type to \"market\"": mark(
        "“Rebalance to weights” trades at the market: choose Market order for “Enter by”"
    ),
    "'by' names the column for weights = \"signal\", and only for it": mark(
        "weights by a signal need one as “Signal”, and others have none"
    ),
    "'offset' and 'good_for_bars' belong to type = \"limit\"": mark(
        "a distance and a number of bars belong to limit orders"
    ),
    "tiers must have ascending 'up_to', left out only in the last": mark(
        "each tier must end above the one before, and only the last is open"
    ),
    "'max_net_exposure' ({net:g}) cannot exceed 'max_gross_exposure' ({gross:g})": mark(
        "the limit of “Net exposure” ({net:percent}) cannot exceed that of “Gross exposure” ({gross:percent})"
    ),
    "strategy.{name}: a Python strategy decides by itself: remove this, or strategy.python": mark(
        "a Python strategy decides by itself: remove “{name}”, or choose Rules instead of Python"
    ),
    "'is_null' takes no value": mark("“missing” takes no value"),
    'Set strategy.exits.evaluate = "close", or give open, high and low': mark(
        "Choose “On the close” for “Stops work” in the step Strategy, or give open, high and low"
    ),
    "Read the file; then run with --trust, or agree in the window": mark(
        "Read the file, then agree to run it in the step Strategy"
    ),
    # Columns
    "Name them in [data]: {keys}": mark("Choose them below “Columns” in the step Data"),
    "Name the right one in [data]: {role}": mark(
        "Choose the right one for {role} below “Columns” in the step Data"
    ),
    "Name another in [data] if it is not: {role}": mark(
        "If it is not, choose another for {role} below “Columns” in the step Data"
    ),
    "Name the traded close as 'close' in [data] if there is one": mark(
        "Choose the traded close below “Columns” in the step Data if there is one"
    ),
    "Leave out clock in [data]": mark("Choose none for the time of day below “Columns”"),
    "Name those to use as signals in [data]": mark(
        "Tick those to use below “Signals” in the step Data"
    ),
    'Name the column of times, or say layout = "long"': mark(
        "Choose the column of times, or “a row for each asset and time” as “Layout” below “How the files are "
        "written”"
    ),
    'Say it below “How the files are written”, as “Values”: field = "…" in [data]': mark(
        "Say it below “How the files are written”, as “Values”"
    ),
    'Name it: time = "…" in [context]': mark("Choose it as “Time” in the step Context"),
    'Name it: time = "…" in [data.predictions]': mark("Choose it as “Time” of the predictions"),
    "Name it: asset = … in [data.predictions]; values for all assets are context": mark(
        "Choose it as “Asset” of the predictions; values for all assets are context"
    ),
    'Name it: column = "…" in [data.benchmark]': mark("Choose it as “Column” of the benchmark"),
    "Name another column in [data.benchmark]": mark("Choose another “Column” of the benchmark"),
    "Name a column with numbers in [data.benchmark]": mark(
        "Choose a “Column” of the benchmark with numbers"
    ),
    # How files are written
    'Say it below “How the files are written”, as “Dates”: date_order = "day_first" or "month_first"; or write '
    "dates as 2024-01-31": mark(
        "Say it below “How the files are written”, as “Dates”; or write dates as 2024-01-31"
    ),
    'Say the zone of those without one: time_zone = "…" in [data]': mark(
        "Say the zone of those without one below “How the files are written”, as “Time zone”"
    ),
    'Say the zone of the other: time_zone = "…"': _TIME_ZONE,
    'If the clocks went back then, say the zone of the times: time_zone = "…" in [data]. {fix}': mark(
        "If the clocks went back then, say the “Time zone” below “How the files are written”. {fix}"
    ),
    "Name another time_zone, or mend the file": mark(
        "Choose another “Time zone”, or mend the file"
    ),
    "Name another encoding in [data], or none to have it found out": mark(
        "Say another “Encoding” below “How the files are written”, or none to have it found out"
    ),
    'Unpack it and open the folder, or name one: sheet = "{names}"': mark(
        "Unpack it and open the folder, or name one as “Sheet” below “How the files are written”, such as {names}"
    ),
    '{remark} (set decimal = "," if they are decimal marks)': mark(
        "{remark} (choose the comma as “Decimal mark” if they are decimal marks)"
    ),
    "Change start or end in [data]": mark("Change the “Period” in the step Data"),
    'If these are returns, set values = "return" in [data.benchmark]': mark(
        "If these are returns, choose that for “It holds” of the benchmark"
    ),
    'Give returns as fractions, or set values = "price" in [data.benchmark]': mark(
        "Give returns as fractions, or choose prices for “It holds” of the benchmark"
    ),
    'Give them as fractions (0.01 is 1 %), or set values = "price" in [data.benchmark]': mark(
        "Give them as fractions (0.01 is 1 %), or choose prices for “It holds” of the benchmark"
    ),
    # Doubtful rows
    'Mend the file, or set bad_price = "drop" in [data.repairs]': mark(
        "Mend the file, or choose “Drop the row” for “Bad prices” in the step Data"
    ),
    'Mend the file, or set duplicate_bar = "first" or "last" in [data.repairs]': _DOUBLE_BARS,
    'Mend the file, or set duplicate_context = "first" or "last" in [data.repairs]': mark(
        "Mend the file, or choose for “Double context” in the step Data"
    ),
    'Read it in one piece, or set stale_bar = "keep" in [data.repairs]': mark(
        "Read it in one piece, or choose “Use them” for “Stale bars” in the step Data"
    ),
    "This is what [data.repairs] says": mark("“Doubtful rows” in the step Data says so"),
    "Such bars are left out, as [data.repairs] says": mark(
        "Such bars are left out, as “Doubtful rows” in the step Data says"
    ),
    "The {use} is used, as [data.repairs] says": mark(
        "The {use} is used, as “Doubtful rows” in the step Data says"
    ),
    "The {duplicate_context} is used, as [data.repairs] says": mark(
        "The {duplicate_context} is used, as “Doubtful rows” in the step Data says"
    ),
    # Context and predictions beside bars
    ', or set match = "asof" to use the latest value at or before a bar': mark(
        ", or choose “Latest at or before” as “Matching”"
    ),
    'Set a lag in [context], such as lag = "1d"': mark(
        "Say when it is known as “Known after” in the step Context, such as 1d"
    ),
    'Set a max_age in [context], such as max_age = "5d"': mark(
        "Say how old it may be as “At most old” in the step Context, such as 5d"
    ),
    'With match = "asof" the latest value before is used': mark(
        "With “Latest at or before” as “Matching” the latest value before is used"
    ),
    'Match them with match = "asof", or write the dates without a time of day': mark(
        "Choose “Latest at or before” as “Matching”, or write the dates without a time of day"
    ),
    "Get the values from their source, or leave the rows out and set a max_age": mark(
        "Get the values from their source, or leave the rows out and fill in “At most old”"
    ),
    'Check the times and the zone; match = "asof" takes the latest one before a bar': mark(
        "Check the times and the zone; “Latest at or before” as “Matching” takes the latest one before a bar"
    ),
    'If they use its close, set lag = "1d" in [data.predictions]': mark(
        "If they use its close, put 1d as “Known after” of the predictions"
    ),
    "Check the times, max_age and lag": mark("Check the times, “At most old” and “Known after”"),
    'Set "Known after" of the context (lag = "1d"), or use it later by the bars of a day.': mark(
        "Put 1d as “Known after” of the context, or use it later by the bars of a day."
    ),
    "Stamp it with the day it was published, or set a lag in [context] that covers the {period}.": mark(
        "Stamp it with the day it was published, or put a time that covers the {period} as “Known after” of the "
        "context."
    ),
    'With fill = "same_close" the order fills at the very close that the value was made with.': mark(
        "Where market orders fill at the same close, the order fills at the very close that the value was made "
        "with."
    ),
    'Set fill = "next_open", or use it one bar later, unless the value is ready before the close.': mark(
        "Let market orders fill at the next open, or use it one bar later, unless the value is ready before the "
        "close."
    ),
    # Presets of execution
    "LEAN's account is one of margin; the type of yours stays. Set account.type to margin for its leverage.": mark(
        "LEAN's account is one of margin; the type of yours stays. Choose Margin as “Account” for its leverage."
    ),
    "A cash account of LEAN settles sales after one or two days; set account.settlement_days.": mark(
        "A cash account of LEAN settles sales after one or two days; put them as “Settlement” in the step Capital."
    ),
}
