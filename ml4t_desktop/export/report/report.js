"use strict";
(() => {
  const data = JSON.parse(document.getElementById("content").textContent);
  const main = document.getElementById("report");
  main.textContent = "";
  const state = { first: 0, last: data.equity.time.length - 1, month: null, words: "", sort: null, down: false };

  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  };
  const plain = (value, digits) => value.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const text = (value, kind) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "string") return value;
    if (kind === "percent") return plain(value * 100, 2) + " %";
    if (kind === "money" || kind === "ratio" || kind === "price") return plain(value, 2);
    if (kind === "count") return plain(value, 0);
    if (kind === "days") return value.toLocaleString(undefined, { maximumFractionDigits: 1 }) + " d";
    return value.toLocaleString(undefined, { maximumFractionDigits: 4 });
  };
  const tone = (value) => (typeof value !== "number" || value === 0 ? "" : value > 0 ? "gain" : "loss");
  const day = (milliseconds) => new Date(milliseconds).toISOString().slice(0, 10);

  // Head

  const last = data.equity.time.length - 1;
  const period = last >= 0 ? `${day(data.equity.time[0])} to ${day(data.equity.time[last])}` : "";
  main.append(make("h1", {}, data.name), make("div", { class: "muted" }, period));
  const said = data.evidence ? data.evidence.verdict : [];
  if (said.length) {
    main.append(make("div", { class: `verdict ${said[0].tone}` }, make("b", {}, said[0].text),
      make("ul", {}, ...said.slice(1).map((remark) => make("li", { class: remark.tone }, remark.text)))));
  }
  if (data.remarks.length) {
    main.append(make("div", { class: "remarks" }, ...data.remarks.map((line) => make("p", {}, line))));
  }
  const signed = new Set(["total_return", "cagr", "sharpe", "net_profit"]);
  main.append(make("div", { class: "tiles" }, ...data.statistics.filter((item) => item.headline).map((item) => make(
    "div", { class: "tile", title: item.formula }, make("span", { class: "muted" }, item.title),
    make("b", { class: signed.has(item.name) ? tone(item.all) : "" }, item.all === null ? "n/a" : text(item.all, item.kind)),
  ))));

  // Equity and drawdown: drag to look closer, which chooses the trades of that time as well

  const chart = make("canvas", { height: "420", tabindex: "0", role: "img", "aria-label": "Equity over its drawdown" });
  const legend = make("div", { class: "bar muted", "aria-live": "polite" });
  const whole = make("button", { onclick: () => { state.first = 0; state.last = last; refresh(); } }, "Whole period");
  main.append(make("h2", {}, "Equity and drawdown"), make("div", { class: "bar" }, whole, legend), chart);
  let drag = null, pointed = null;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const ticks = (low, high, count) => {
    const raw = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw) || raw;
    const found = [];
    for (let value = Math.ceil(low / step) * step; value <= high; value += step) found.push(Math.abs(value) < step / 1e6 ? 0 : value);
    return found;
  };
  const LEFT = 86;
  const place = (x) => {
    const width = chart.clientWidth - LEFT - 10;
    const at = state.first + ((x - LEFT) / width) * (state.last - state.first);
    return Math.max(state.first, Math.min(state.last, Math.round(at)));
  };
  const draw = () => {
    const width = chart.clientWidth, height = 420, ratio = window.devicePixelRatio || 1;
    chart.width = width * ratio; chart.height = height * ratio;
    const pen = chart.getContext("2d");
    pen.scale(ratio, ratio); pen.clearRect(0, 0, width, height); pen.font = "12px system-ui, sans-serif";
    const { time, equity, drawdown, benchmark } = data.equity;
    if (last < 0) return;
    const x = (i) => LEFT + ((i - state.first) / Math.max(state.last - state.first, 1)) * (width - LEFT - 10);
    const pane = (top, bottom, curves, kind, floor) => {
      let low = Infinity, high = -Infinity;
      for (const { values } of curves) for (let i = state.first; i <= state.last; i++) {
        const value = values[i];
        if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
      }
      if (floor !== undefined) high = floor;
      if (low === high) low -= Math.abs(low) || 1;
      const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
      pen.textAlign = "right"; pen.textBaseline = "middle";
      for (const value of ticks(low, high, 5)) {
        pen.strokeStyle = colour("--grid"); pen.beginPath(); pen.moveTo(LEFT, y(value)); pen.lineTo(width - 10, y(value)); pen.stroke();
        pen.fillStyle = colour("--muted");
        pen.fillText(kind === "percent" ? plain(value * 100, 0) + " %" : plain(value, 0), LEFT - 8, y(value));
      }
      for (const { values, name, filled, dashed } of curves) {
        pen.strokeStyle = colour(name); pen.setLineDash(dashed ? [4, 3] : []); pen.beginPath();
        let begun = false;
        for (let i = state.first; i <= state.last; i++) {
          if (values[i] === null) { begun = false; continue; }
          if (begun) pen.lineTo(x(i), y(values[i])); else pen.moveTo(x(i), y(values[i]));
          begun = true;
        }
        pen.stroke(); pen.setLineDash([]);
        if (filled) {
          pen.lineTo(x(state.last), y(high)); pen.lineTo(x(state.first), y(high)); pen.closePath();
          pen.globalAlpha = 0.18; pen.fillStyle = colour(name); pen.fill(); pen.globalAlpha = 1;
        }
      }
    };
    const above = [{ values: equity, name: "--accent" }];
    if (benchmark) above.unshift({ values: benchmark, name: "--other", dashed: true });
    pane(14, 270, above, "money");
    pane(290, 394, [{ values: drawdown, name: "--loss", filled: true }], "percent", 0);
    pen.fillStyle = colour("--muted"); pen.textAlign = "center"; pen.textBaseline = "top";
    const count = Math.max(2, Math.floor((width - LEFT) / 120));
    for (let n = 0; n < count; n++) {
      const i = Math.round(state.first + ((n + 0.5) / count) * (state.last - state.first));
      pen.fillText(day(time[i]), x(i), 400);
    }
    if (drag) {
      pen.globalAlpha = 0.15; pen.fillStyle = colour("--accent");
      pen.fillRect(Math.min(drag.from, drag.to), 14, Math.abs(drag.to - drag.from), 380); pen.globalAlpha = 1;
    }
    const at = pointed === null ? state.last : pointed;
    if (pointed !== null) {
      pen.strokeStyle = colour("--muted"); pen.beginPath(); pen.moveTo(x(at), 14); pen.lineTo(x(at), 394); pen.stroke();
    }
    const words = [`${day(time[at])}: equity ${plain(equity[at], 2)}`, `drawdown ${plain(drawdown[at] * 100, 2)} %`];
    if (benchmark && benchmark[at] !== null) words.splice(1, 0, `${data.benchmark} ${plain(benchmark[at], 2)}`);
    legend.textContent = words.join("  ·  ");
  };
  chart.addEventListener("pointermove", (event) => {
    pointed = place(event.offsetX);
    if (drag) drag.to = event.offsetX;
    draw();
  });
  chart.addEventListener("pointerleave", () => { pointed = null; drag = null; draw(); });
  chart.addEventListener("pointerdown", (event) => { drag = { from: event.offsetX, to: event.offsetX }; });
  chart.addEventListener("pointerup", () => {
    const [from, to] = [drag.from, drag.to].sort((a, b) => a - b).map(place);
    const is_wide = Math.abs(drag.to - drag.from) > 6 && to - from >= 2;
    drag = null;
    if (is_wide) { state.first = from; state.last = to; refresh(); } else draw();
  });
  chart.addEventListener("dblclick", () => whole.click());
  chart.addEventListener("keydown", (event) => {
    const step = Math.max(1, Math.round((state.last - state.first) / 100));
    const now = pointed === null ? state.last : pointed;
    if (event.key === "ArrowLeft") pointed = Math.max(state.first, now - step);
    else if (event.key === "ArrowRight") pointed = Math.min(state.last, now + step);
    else if (event.key === "Home") whole.click();
    else return;
    event.preventDefault(); draw();
  });

  // Months: a click chooses the trades that ended then

  const names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
  const cells = [];
  const month = (year, index, value) => {
    const key = `${year}-${String(index + 1).padStart(2, "0")}`;
    const choose = () => { state.month = state.month === key ? null : key; refresh(); };
    const cell = make("td", { tabindex: "0", onclick: choose, onkeydown: (event) => { if (event.key === "Enter") choose(); } },
      value === null ? "" : text(value, "percent"));
    if (value !== null) {
      const share = Math.min(Math.abs(value) / 0.08, 1) * 45;
      cell.style.background = `color-mix(in srgb, var(${value < 0 ? "--loss" : "--gain"}) ${share}%, transparent)`;
    }
    cells.push({ key, cell });
    return cell;
  };
  if (data.months.length) {
    main.append(make("h2", {}, "Months"), make("div", { class: "scroll" }, make("table", { class: "months" },
      make("thead", {}, make("tr", {}, make("th", {}, "Year"), ...names.map((name) => make("th", {}, name[0].toUpperCase() + name.slice(1))), make("th", {}, "Year"))),
      make("tbody", {}, ...data.months.map((row) => make("tr", {}, make("th", {}, row.year),
        ...names.map((name, index) => month(row.year, index, row[name])), make("th", { class: tone(row.ytd) }, text(row.ytd, "percent"))))))));
  }

  // Statistics

  const shown = [["all", "All"], ["long", "Long"], ["short", "Short"], ["benchmark", data.benchmark || "Benchmark"]]
    .filter(([key]) => key === "all" || data.statistics.some((item) => item[key] !== null && item[key] !== 0));
  const body = make("tbody");
  let group = null;
  for (const item of data.statistics) {
    if (item.group !== group) { group = item.group; body.append(make("tr", { class: "group" }, make("td", { colspan: shown.length + 1 }, group))); }
    body.append(make("tr", { title: item.formula }, make("td", {}, item.title),
      ...shown.map(([key]) => make("td", { title: key === "all" && item[key] === null ? item.reason : item.formula },
        item[key] === null ? (key === "all" && item.reason ? "n/a" : "") : text(item[key], item.kind)))));
  }
  main.append(make("h2", {}, "Statistics"), make("p", { class: "muted" }, "Rest the mouse on a row for its formula."),
    make("div", { class: "scroll" }, make("table", { class: "statistics" },
      make("thead", {}, make("tr", {}, make("th", { class: "text" }, "Statistic"), ...shown.map(([, title]) => make("th", {}, title)))), body)));

  // Trades: sorted and chosen here, drawn as far as they are seen

  const { columns, rows } = data.trades;
  const index = Object.fromEntries(columns.map((column, i) => [column.name, i]));
  const found = make("input", { type: "search", placeholder: "Symbol, side or reason", "aria-label": "Show trades that contain this text",
    oninput: (event) => { state.words = event.target.value.toLowerCase(); refresh(); } });
  const totals = make("span", { class: "muted", "aria-live": "polite" });
  const all = make("button", { onclick: () => { state.month = null; state.words = found.value = ""; state.first = 0; state.last = last; refresh(); } }, "All trades");
  const table = make("tbody"), above = make("tr"), below = make("tr");
  const box = make("div", { class: "scroll", onscroll: () => window.requestAnimationFrame(paint) });
  const sort = (i) => { state.down = state.sort === i ? !state.down : false; state.sort = i; refresh(); };
  const heads = columns.map((column, i) => make("th", { class: column.kind === "text" || column.kind === "time" ? "text" : "", tabindex: "0",
    onclick: () => sort(i), onkeydown: (event) => { if (event.key === "Enter") sort(i); } }, column.title));
  box.append(make("table", {}, make("thead", {}, make("tr", {}, ...heads)), table));
  main.append(make("h2", {}, "Trades"), make("div", { class: "bar" }, found, all, totals), box);
  const HEIGHT = 29;
  let chosen = rows;
  const paint = () => {
    const first = Math.max(0, Math.floor(box.scrollTop / HEIGHT) - 10), end = Math.min(chosen.length, first + 40);
    above.style.height = `${first * HEIGHT}px`; below.style.height = `${(chosen.length - end) * HEIGHT}px`;
    table.replaceChildren(above, ...chosen.slice(first, end).map((row) => make("tr", {}, ...row.map((value, i) => make("td", {
      class: [columns[i].kind === "text" || columns[i].kind === "time" ? "text" : "", columns[i].name.startsWith("pnl") ? tone(value) : ""].join(" "),
    }, text(value, columns[i].kind))))), below);
  };
  const choose = () => {
    const whole_period = state.first === 0 && state.last === last;
    const from = last >= 0 ? day(data.equity.time[state.first]) : "", to = last >= 0 ? day(data.equity.time[state.last]) : "";
    chosen = rows.filter((row) => {
      const entry = (row[index.entry_time] || "").slice(0, 10), exit = (row[index.exit_time] || "9999").slice(0, 10);
      return (!state.month || exit.startsWith(state.month)) && (whole_period || (entry <= to && exit >= from))
        && (!state.words || columns.some((column, i) => column.kind === "text" && String(row[i]).toLowerCase().includes(state.words)));
    });
    if (state.sort !== null) {
      const sign = state.down ? -1 : 1;
      chosen.sort((a, b) => {
        const [one, other] = [a[state.sort], b[state.sort]];
        if (one === other) return 0;
        if (one === null) return 1;
        if (other === null) return -1;
        return (one < other ? -1 : 1) * sign;
      });
    }
    heads.forEach((head, i) => head.setAttribute("aria-sort", i === state.sort ? (state.down ? "descending" : "ascending") : "none"));
    heads.forEach((head, i) => { head.textContent = columns[i].title + (i === state.sort ? (state.down ? " ▾" : " ▴") : ""); });
    const profit = chosen.reduce((sum, row) => sum + (row[index.pnl] || 0), 0);
    const closed = chosen.filter((row) => row[index.status] === "closed");
    const won = closed.filter((row) => row[index.pnl] > 0).length;
    totals.textContent = `${plain(chosen.length, 0)} of ${plain(rows.length, 0)} trades  ·  P&L ${plain(profit, 2)}`
      + (closed.length ? `  ·  won ${plain((won / closed.length) * 100, 2)} %` : "");
  };
  const refresh = () => {
    for (const { key, cell } of cells) cell.classList.toggle("chosen", key === state.month);
    choose(); draw(); box.scrollTop = 0; paint();
  };

  // Where it comes from

  if (data.assumptions.length) {
    main.append(make("h2", {}, "What it rests on"), make("ul", {}, ...data.assumptions.map((line) => make("li", {}, line))));
  }
  const origin = data.digest ? ` · data ${data.digest}` : "";
  main.append(make("h2", {}, "What was asked"), make("pre", {}, data.request),
    make("p", { class: "muted" }, `Run ${data.run_id}${origin} · ${Object.entries(data.versions).map(([name, version]) => `${name} ${version}`).join(" · ")}`));
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  refresh();
})();
