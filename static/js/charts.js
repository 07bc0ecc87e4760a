// Draws the charts of the log from the tables beneath them, which say the same to whoever sees no drawing.
"use strict";

const drawn = new Set();
const resized = new ResizeObserver((changes) => changes.forEach(({ target }) => echarts.getInstanceByDom(target)?.resize()));

// Colours of the theme in force: `light-dark()` is settled only where a property uses it.
function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const settled = getComputedStyle(probe).color;
  probe.remove();
  return settled;
}

const axis = () => ({
  axisLine: { lineStyle: { color: colour("--line-strong") } },
  axisTick: { show: false },
  axisLabel: { color: colour("--ink-2"), fontSize: 11 },
});
// Rich text is drawn on the canvas: the content policy refuses the inline styles of an HTML tip.
const tip = () => ({
  renderMode: "richText", confine: true, backgroundColor: colour("--surface"), borderColor: colour("--line-strong"),
  textStyle: { color: colour("--ink"), fontSize: 12 },
});

function days(box, table) {
  const rows = [...table.tBodies[0].rows];
  const refused = rows.map((row) => Number(row.dataset.refused));
  const others = rows.map((row, at) => Number(row.dataset.count) - refused[at]);
  const bar = (data, fill) => ({ type: "bar", stack: "all", barMaxWidth: 22, data, itemStyle: { color: fill } });
  return {
    links: (at) => rows[at].querySelector("a").href,
    option: {
      animation: false,
      grid: { left: 4, right: 4, top: 8, bottom: 2, containLabel: true },
      tooltip: {
        ...tip(), trigger: "axis",
        formatter: ([one]) => {
          const { count, refused: no } = rows[one.dataIndex].dataset;
          return `${one.name}\n${count} ${box.dataset.words}\n${no} ${box.dataset.refused}`;
        },
      },
      xAxis: { type: "category", data: rows.map((row) => row.dataset.day.slice(5)), ...axis() },
      yAxis: { type: "value", minInterval: 1, splitNumber: 2, ...axis(), axisLine: { show: false }, splitLine: { lineStyle: { color: colour("--line") } } },
      series: [bar(others, colour("--teal-fill")), bar(refused, colour("--cinnabar-fill"))],
    },
  };
}

function hours(box, table) {
  const rows = [...table.tBodies[0].rows];
  const cells = rows.flatMap((row, day) => [...row.cells].slice(1).map((cell, hour) => ({ day, hour, cell })));
  const counts = cells.map(({ cell }) => Number(cell.dataset.count));
  return {
    links: (at) => cells[at].cell.querySelector("a")?.href,
    option: {
      animation: false,
      grid: { left: 4, right: 4, top: 8, bottom: 2, containLabel: true },
      tooltip: {
        ...tip(),
        formatter: ({ data: [hour, day, count] }) =>
          `${rows[day].dataset.name} ${String(hour).padStart(2, "0")}:00\n${count} ${box.dataset.words}`,
      },
      visualMap: { show: false, min: 0, max: Math.max(...counts, 1), inRange: { color: [colour("--surface-2"), colour("--teal-fill")] } },
      xAxis: { type: "category", data: [...Array(24).keys()].map(String), ...axis() },
      yAxis: { type: "category", inverse: true, data: rows.map((row) => row.dataset.name), ...axis() },
      series: [{
        type: "heatmap", data: cells.map(({ day, hour }, at) => [hour, day, counts[at]]),
        itemStyle: { borderColor: colour("--surface"), borderWidth: 1 },
      }],
    },
  };
}

// Rows that a legend of these names takes: it wraps, and the bars have to begin below it.
function legendRows(box, names) {
  const letters = (name) => [...name].reduce((sum, letter) => sum + (letter > "\u2e80" ? 11 : 6.5), 0);
  return Math.ceil(names.reduce((sum, name) => sum + 26 + letters(name), 0) / box.clientWidth);
}

// Bars side by side of what a table counts: a row each, a part for each further column.
function stacks(box, table) {
  const rows = [...table.tBodies[0].rows];
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const fills = box.dataset.fills.split(" ");
  const counts = (column) => rows.map((row) => Number(row.cells[column + 1].dataset.count));
  return {
    links: () => undefined,
    option: {
      animation: false,
      grid: { left: 4, right: 12, top: 6 + 18 * legendRows(box, names), bottom: 2, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: colour("--ink-2"), fontSize: 11 } },
      tooltip: { ...tip(), trigger: "axis", axisPointer: { type: "none" } },
      xAxis: { type: "value", minInterval: 1, splitNumber: 3, ...axis(), axisLine: { show: false }, splitLine: { lineStyle: { color: colour("--line") } } },
      yAxis: { type: "category", inverse: true, data: rows.map((row) => row.cells[0].textContent), ...axis() },
      series: names.map((name, at) => ({
        name, type: "bar", stack: "all", barMaxWidth: 16, data: counts(at), itemStyle: { color: colour(fills[at]) },
      })),
    },
  };
}

// Months: what is in the database, and what left it with a bundle.
function months(box, table) {
  const rows = [...table.tBodies[0].rows].reverse();
  const counts = rows.map((row) => Number(row.dataset.count));
  const left = rows.map((row) => "left" in row.dataset);
  const bar = (shown, fill) => ({
    type: "bar", stack: "all", barMaxWidth: 22, itemStyle: { color: fill }, data: counts.map((count, at) => (left[at] === shown ? count : 0)),
  });
  return {
    links: (at) => rows[at].querySelector("a")?.href,
    option: {
      animation: false,
      grid: { left: 4, right: 4, top: 8, bottom: 2, containLabel: true },
      tooltip: {
        ...tip(), trigger: "axis",
        formatter: ([one]) => `${one.name}\n${counts[one.dataIndex]} ${box.dataset.words}\n${rows[one.dataIndex].dataset.state}`,
      },
      xAxis: { type: "category", data: rows.map((row) => row.dataset.month), ...axis() },
      yAxis: { type: "value", minInterval: 1, splitNumber: 2, ...axis(), axisLine: { show: false }, splitLine: { lineStyle: { color: colour("--line") } } },
      series: [bar(false, colour("--teal-fill")), bar(true, colour("--line-strong"))],
    },
  };
}

const kinds = { days, hours, months, stacks };

function draw(box) {
  const table = document.getElementById(box.dataset.table);
  box.hidden = false;
  const chart = echarts.getInstanceByDom(box) ?? echarts.init(box, null, { renderer: "canvas" });
  const { option, links } = kinds[box.dataset.chart](box, table);
  chart.setOption(option, true);
  chart.off("click");
  chart.on("click", ({ dataIndex }) => {
    const link = links(dataIndex);
    if (link) location.assign(link);
  });
  if (!drawn.has(box)) resized.observe(box);
  drawn.add(box);
}

function drawAll(root) {
  for (const box of root.querySelectorAll("[data-chart]")) draw(box);
}

document.addEventListener("htmx:load", (event) => drawAll(event.target));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.forEach(draw));
