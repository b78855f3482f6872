// How trainings go: a small plot for each figure of each.

import { ask, byId, element, keep, setHidden, setText } from "./dom.js";

const [width, height, margin] = [180, 64, 5];

function plot(curve, place) {
  const points = curve.points.map((point) => [point.epoch, point.values[place]]).filter(([, value]) => Number.isFinite(value));
  if (points.length === 0) return null;
  const values = points.map(([, value]) => value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const x = (epoch) => margin + (width - 2 * margin) * (curve.epochs > 1 ? (epoch - 1) / (curve.epochs - 1) : 0.5);
  const y = (value) => height - margin - (height - 2 * margin) * (highest > lowest ? (value - lowest) / (highest - lowest) : 0.5);
  const [lastEpoch, last] = points.at(-1);
  const name = curve.metrics[place];
  return element("figure", {},
    element("svg:svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${name} over ${curve.epochs} epochs, from ${values[0].toPrecision(3)} to ${last.toPrecision(3)}` },
      element("svg:line", { x1: margin, x2: width - margin, y1: height - margin, y2: height - margin, class: "axis" }),
      element("svg:polyline", { points: points.map(([epoch, value]) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`).join(" "), class: "line" }),
      element("svg:circle", { cx: x(lastEpoch), cy: y(last), r: 2.5, class: "dot" })),
    element("figcaption", {}, `${name} ${last.toPrecision(3)}`));
}

/** Shows the trainings of a sweep. */
export async function showCurves(sweep) {
  const curves = await ask("/api/curves", { sweep });
  setHidden(byId("training"), curves.length === 0);
  const numbered = curves.map((curve, place) => ({ ...curve, key: `${place} ${curve.title}` }));
  keep(byId("curves"), numbered, (curve) => curve.key, () => element("li", {}, element("h3"), element("div", { class: "plots" })), (item, curve) => {
    const epoch = curve.points.at(-1)?.epoch ?? 0;
    setText(item.firstElementChild, `${curve.title}${curve.isRunning ? ` — epoch ${epoch} of ${curve.epochs}` : ""}`);
    const state = `${curve.isRunning} ${epoch}`;
    if (item.dataset.state === state) return;
    item.dataset.state = state;
    item.lastElementChild.replaceChildren(...curve.metrics.map((_, place) => plot(curve, place)).filter(Boolean));
  });
}
