"""The plots of a run: figures beside each other, reliability, refusals."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from benchmarks.measures import FALSE_REFUSALS
from benchmarks.metrics import calibration_error, refusal_curve, reliability
from benchmarks.people import Asked
from benchmarks.results import SYSTEMS, TITLES, Results, Row

# Okabe and Ito's palette, and a line style each: told apart without colour as well.
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8A6D00")
_STYLES = ("-", (0, (5, 1.5)), (0, (1, 1)), "-.", (0, (3, 1, 1, 1, 1, 1)), "--", (0, (7, 2)))
_GREY = "#B8BEC6"
_INK = "#24292F"
_BINS = 10

_HEADLINES = (
    ("squad", "right paragraph first", "SQuAD 2.0\nright paragraph first"),
    ("squad", "answer inside the first excerpt", "SQuAD 2.0\nanswer inside the first excerpt"),
    ("foreign", "refused at 5 % false refusals", "SQuAD 2.0\nforeign questions refused"),
    ("chunking", "recall of the first 5 passages", "Chunking evaluation\nrecall, 5 passages"),
    ("chunking", "IoU of the excerpts shown", "Chunking evaluation\nIoU of what is shown"),
    ("clapnq", "F1 of the sentences, first three", "CLAPnq\nF1 of the sentences quoted"),
    ("scifact", "nDCG@10", "SciFact\nnDCG@10"),
    ("cranfield", "nDCG@10", "Cranfield\nnDCG@10"),
)


def draw(results: Results, folder: Path) -> list[str]:
    """Draw what the results allow; returns the names of the files."""
    plots: dict[str, Callable[[Results], Figure | None]] = {
        "quality.png": _overview,
        "reliability.png": _reliability,
        "refusals.png": _refusals,
    }
    drawn = []
    with mpl.rc_context({"text.color": _INK, "font.size": 10, "axes.titlesize": 10.5}):
        for name, plot in plots.items():
            if (figure := plot(results)) is not None:
                figure.savefig(folder / name, dpi=144)
                drawn.append(name)
    return drawn


def _overview(results: Results) -> Figure | None:
    """One panel a headline measure, one bar a system, Pincite's in colour."""
    found = {(row.set, row.measure): row for row in results.rows}
    panels = [(title, found[key]) for *key_, title in _HEADLINES if (key := tuple(key_)) in found]
    if not panels:
        return None
    across = min(4, len(panels))
    down = -(-len(panels) // across)
    figure = Figure(figsize=(3.1 * across, 2.55 * down), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False).flatten()
    for place, (title, row) in zip(axes, panels, strict=False):
        _bars(place, title, row)
    for place in axes[len(panels) :]:
        place.set_visible(False)
    return figure


def _bars(axes: Axes, title: str, row: Row) -> None:
    names = [name for name in SYSTEMS if name in row.values]
    values = [row.values[name] for name in names]
    bars = axes.barh(names, values, color=[_COLOURS[0], *[_GREY] * (len(names) - 1)], height=0.72)
    labels = [f"{100 * value:.1f} %" if row.unit == "%" else f"{value:.3f}" for value in values]
    axes.bar_label(bars, labels, padding=3, fontsize=9)
    axes.set_title(title, loc="left")
    axes.set_xlim(0, max(values) * 1.28)
    axes.invert_yaxis()
    axes.tick_params(left=False, bottom=False, labelbottom=False)
    axes.spines[:].set_visible(False)


def _reliability(results: Results) -> Figure | None:
    """What Pincite's confidence says beside what came true, with the counts below."""
    named = [
        (name, results.confidences[name]["Pincite"])
        for name in ("foreign", "squad", "clapnq")
        if name in results.confidences
    ]
    if not named:
        return None
    figure = Figure(figsize=(3.6 * len(named), 4.6), layout="constrained")
    axes = figure.subplots(
        2, len(named), sharex=True, squeeze=False, gridspec_kw={"height_ratios": [3, 1]}
    )
    titles = {
        "foreign": "Foreign questions beside own ones",
        "squad": "Adversarial ones (SQuAD 2.0)",
        "clapnq": "On the topic only (CLAPnq)",
    }
    for column, (name, (own, other)) in enumerate(named):
        bins = reliability(own, other, _BINS)
        error = calibration_error(bins)
        above, below = axes[0][column], axes[1][column]
        above.plot([0, 1], [0, 1], color=_GREY, linewidth=1)
        predicted = [one.predicted for one in bins]
        observed = [one.observed for one in bins]
        above.plot(predicted, observed, color=_COLOURS[0], linewidth=1)
        # Few questions make a point that says little: its area tells how many they are.
        most = max(one.count for one in bins)
        sizes = [12 + 140 * one.count / most for one in bins]
        above.scatter(predicted, observed, s=sizes, color=_COLOURS[0], zorder=3)
        above.set_title(f"{titles[name]}\ncalibration error {error:.3f}", loc="left")
        above.set_ylim(-0.03, 1.03)
        below.bar(
            [one.predicted for one in bins],
            [one.count for one in bins],
            width=0.06,
            color=_COLOURS[0],
        )
        below.set_xlabel("Pincite's confidence")
        below.set_xlim(-0.03, 1.03)
        _plain(above)
        _plain(below)
    axes[0][0].set_ylabel("share that the documents answer")
    axes[1][0].set_ylabel("questions")
    return figure


def _refusals(results: Results) -> Figure | None:
    """How many foreign questions each system could refuse, and at which price."""
    scores = results.confidences.get("foreign")
    if not scores:
        return None
    figure = Figure(figsize=(6.6, 4.6), layout="constrained")
    axes = figure.subplots()
    for place, name in enumerate(SYSTEMS):
        if name in scores:
            false_refusals, refused = refusal_curve(*scores[name])
            axes.plot(
                false_refusals,
                refused,
                label=name,
                color=_COLOURS[place],
                linestyle=_STYLES[place],
                linewidth=2.4 if name == "Pincite" else 1.4,
            )
    axes.axvline(FALSE_REFUSALS, color=_GREY, linewidth=1, zorder=0)
    axes.set_xlim(0, 0.3)
    axes.set_ylim(0, 1.01)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlabel("answerable questions refused")
    axes.set_ylabel("foreign questions refused")
    axes.set_title(TITLES["foreign"], loc="left")
    axes.legend(frameon=False, loc="lower right")
    _plain(axes)
    return figure


def draw_latency(rows: Sequence[Mapping[str, float]], path: Path) -> None:
    """Draw the median and the 95th percentile against the number of passages."""
    figure = Figure(figsize=(5.6, 3.6), layout="constrained")
    axes = figure.subplots()
    passages = [row["passages"] for row in rows]
    for name, key, colour, style, above in (
        ("95 of 100 questions", "p95_ms", _COLOURS[4], _STYLES[1], 6),
        ("half of the questions", "p50_ms", _COLOURS[0], _STYLES[0], -15),
        ("half of them, no reader", "unread_p50_ms", _COLOURS[2], _STYLES[2], 6),
    ):
        values = [row[key] for row in rows]
        axes.plot(passages, values, marker="o", label=name, color=colour, linestyle=style)
        for place, value in zip(passages, values, strict=True):
            axes.annotate(
                f"{value:.0f}", (place, value), (0, above), textcoords="offset points", ha="center"
            )
    axes.set_xscale("log")
    axes.set_xticks(passages, [f"{place:,.0f}" for place in passages], minor=False)
    axes.minorticks_off()
    axes.set_ylim(0, 1.25 * max(row["p95_ms"] for row in rows))
    axes.set_xlabel("passages in the library")
    axes.set_ylabel("milliseconds")
    axes.set_title("Time until a question is answered", loc="left")
    axes.legend(frameon=False, loc="upper left")
    _plain(axes)
    figure.savefig(path, dpi=144)


def draw_serving(crowds: Mapping[str, Asked], path: Path) -> None:
    """Draw which share of the answers, and of the health checks, had come after how long."""
    figure = Figure(figsize=(5.6, 3.6), layout="constrained")
    axes = figure.subplots()
    curves = [(f"answers to {name}", asked.answers_ms) for name, asked in crowds.items()]
    curves += [("health checks", [one for asked in crowds.values() for one in asked.health_ms])]
    for (name, took), colour, style in zip(curves, _COLOURS, _STYLES, strict=False):
        axes.ecdf(took, label=name, color=colour, linestyle=style)
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_title("How many had their answer after how long", loc="left")
    axes.legend(frameon=False, loc="center")
    _plain(axes)
    figure.savefig(path, dpi=144)


def draw_chatting(
    runs: Mapping[str, tuple[Sequence[float], Sequence[float], tuple[float, float]]], path: Path
) -> None:
    """Draw how many questions were asked and answered by when, and when no server was there.

    A run is the moments of questions, those of answers, and when the server went and came.
    """
    figure = Figure(figsize=(3.9 * len(runs), 3.6), layout="constrained")
    places = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
    for axes, (name, (asked, answered, down)) in zip(places, runs.items(), strict=True):
        axes.axvspan(*down, color="#EBEDF0", label="no server")
        for moments, label, colour, style in (
            (asked, "asked", _COLOURS[1], _STYLES[1]),
            (answered, "answered", _COLOURS[0], _STYLES[0]),
        ):
            numbers = range(1, len(moments) + 1)
            axes.step(moments, numbers, where="post", label=label, color=colour, linestyle=style)
        axes.set_xlabel("seconds")
        axes.set_title(f"Ended by {name}", loc="left")
        _plain(axes)
    places[0].set_ylabel("questions")
    places[0].legend(frameon=False, loc="lower right")
    figure.savefig(path, dpi=144)


def draw_checking(
    matrix: Mapping[str, Mapping[str, int]], verdicts: Sequence[str], path: Path
) -> None:
    """Draw which share of each kind of quotation was judged to be what."""
    shown = [one for one in verdicts if any(counts.get(one) for counts in matrix.values())]
    totals = [sum(counts.values()) for counts in matrix.values()]
    figure = Figure(figsize=(7.6, 4.4), layout="constrained")
    axes = figure.subplots()
    left = [0.0] * len(matrix)
    for verdict, colour in zip(shown, (*_COLOURS, _GREY, _INK), strict=False):
        widths = [
            counts.get(verdict, 0) / total
            for counts, total in zip(matrix.values(), totals, strict=True)
        ]
        axes.barh(list(matrix), widths, left=left, color=colour, label=verdict, height=0.72)
        left = [place + width for place, width in zip(left, widths, strict=True)]
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_title("What was planted, and what it was judged to be", loc="left")
    axes.spines[:].set_visible(False)
    axes.tick_params(left=False)
    figure.legend(frameon=False, loc="outside lower center", ncols=min(4, len(shown)))
    figure.savefig(path, dpi=144)


def draw_training(log: Sequence[Mapping[str, float]], path: Path) -> None:
    """Draw how the loss fell, and how what was held back was read meanwhile."""
    figure = Figure(figsize=(7.6, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    # Marked, so that a single measurement is seen too.
    dots = {"marker": "o", "markersize": 3}
    left.plot([one["step"] for one in log], [one["loss"] for one in log], color=_INK, **dots)
    left.set_title("Loss", loc="left")
    told = [one for one in log if len(one) > len(("step", "loss"))]
    names = [name for name in (told[-1] if told else {}) if name not in {"step", "loss"}]
    colours = (*_COLOURS, _INK)
    for n, name in enumerate(names):
        right.plot(
            [one["step"] for one in told],
            [one[name] for one in told],
            color=colours[n % len(colours)],
            linestyle=_STYLES[n % len(_STYLES)],
            label=name,
            **dots,
        )
    right.set_title("Articles held back", loc="left")
    for axes in (left, right):
        axes.set_xlabel("steps")
        _plain(axes)
    if names:
        figure.legend(frameon=False, loc="outside lower center", ncols=2, fontsize="small")
    figure.savefig(path, dpi=144)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#EBEDF0", linewidth=0.8)
    axes.set_axisbelow(True)
