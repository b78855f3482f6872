// What stands behind a row of the table: its trials, their maps, and where their figures come from.

import { ask, byId, element, plural, setText } from "./dom.js";
import { fetchMap, heatMap, largestError, range, scale } from "./maps.js";

const imagesShown = 12;

/** Opens the trials of a row. */
export async function openRow(sweep, row, table) {
  const [dialog, body] = [byId("row"), byId("row-body")];
  setText(byId("row-title"), row.keys.filter((key) => key !== "" && key !== "–").join(" · ") || "Trial");
  body.replaceChildren(element("p", { class: "quiet" }, "reading …"));
  if (!dialog.open) dialog.showModal();
  try {
    const detail = await ask("/api/row", { sweep, row: row.number });
    const shown = element("div");
    const choose = (place) => shown.replaceChildren(...trialNodes(detail.trials[place], table));
    body.replaceChildren(...chooser(detail, choose), shown);
    if (detail.trials.length > 0) choose(0);
  } catch (error) {
    body.replaceChildren(element("p", { role: "alert" }, error.message));
  }
}

function chooser(detail, choose) {
  if (detail.trials.length < 2) return [];
  const name = (trial) => {
    const seed = trial.settings.find((setting) => setting.key === "seed");
    return `${seed ? `seed ${seed.value}` : trial.id.slice(0, 8)}${trial.state === "finished" ? "" : ", no result yet"}`;
  };
  const select = element("select", { onchange: (event) => choose(Number(event.target.value)) },
    ...detail.trials.map((trial, place) => element("option", { value: place }, name(trial))));
  return [element("p", {}, element("label", {}, "Trial ", select),
    detail.isCut ? element("span", { class: "quiet" }, " the first of more") : null)];
}

function trialNodes(trial, table) {
  if (trial.state !== "finished") {
    return [element("p", { class: "quiet" }, `Trial ${trial.id} has no result yet.`), pairs("Settings", trial.settings.map(({ key, value }) => [key, value]))];
  }
  const origin = trial.provenance;
  return [
    figures(trial, table),
    maps(trial),
    element("div", { class: "pairs" }, pairs("Settings", trial.settings.map(({ key, value }) => [key, value])), pairs("Where it comes from", [
      ["trial", trial.id], ["host", origin.host], ["worker", `${origin.worker}, attempt ${origin.attempt}`], ["version", origin.version],
      ["processor", origin.processor], ["BLAS", origin.blas], ["weights", origin.weights], ["data", origin.data],
      ["wall time", `${origin.seconds.toFixed(1)} s`], ["committed", origin.committed],
      ...(trial.skippedImages > 0 ? [["images skipped", String(trial.skippedImages)]] : []),
    ])),
  ];
}

function figures(trial, table) {
  const tests = [...new Set(trial.metrics.map((metric) => metric.testSet))];
  const names = table.metrics.filter((name) => trial.metrics.some((metric) => metric.name === name));
  const find = (test, name) => trial.metrics.find((metric) => metric.testSet === test && metric.name === name);
  const text = (metric) => (metric === undefined ? "" : metric.value === undefined ? `– (undefined for ${plural(metric.undefined, "image")})` : metric.value.toFixed(4));
  return element("table", { class: "figures" },
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Test set"), ...names.map((name) => element("th", { scope: "col", class: "number" }, name)))),
    element("tbody", {}, ...tests.map((test) => element("tr", {}, element("th", { scope: "row" }, test),
      ...names.map((name) => element("td", { class: "number" }, text(find(test, name))))))));
}

function maps(trial) {
  if (trial.maps.length === 0) return null;
  const setting = (key) => trial.settings.find((one) => one.key === key)?.value;
  const tests = [...new Set(trial.maps.map((map) => map.testSet))];
  const [gallery, ends] = [element("div", { class: "maps" }), setting("stripes") === "signed" ? [-1, 1] : [0, 1]];
  const show = async (test) => {
    gallery.replaceChildren();
    let hasTruth = false;
    for (const map of trial.maps.filter((one) => one.testSet === test).slice(0, imagesShown)) {
      const { prediction, truth } = await fetchMap(trial.id, map, setting("target") ?? "", setting("stripes"));
      if (truth && !hasTruth) {
        hasTruth = true;
        gallery.append(figure("Truth", heatMap(truth, map, ends, "value", `Truth: the target ${setting("target")}`)));
      }
      const pictures = [heatMap(prediction, map, ends, "value", `Prediction for ${map.imageName}, from ${range(prediction)}`)];
      if (truth) {
        const error = prediction.map((value, place) => Math.abs(value - truth[place]));
        pictures.push(heatMap(error, map, [0, largestError], "error", `Error for ${map.imageName}, from ${range(error)}`));
      }
      gallery.append(figure(`${test} ${map.image}: ${map.imageName}`, ...pictures));
    }
  };
  const failed = (error) => gallery.replaceChildren(element("p", { role: "alert" }, error.message));
  const select = element("select", { onchange: (event) => show(event.target.value).catch(failed) }, ...tests.map((test) => element("option", {}, test)));
  show(tests[0]).catch(failed);
  return element("section", { class: "map-view", "aria-label": "Maps" },
    element("div", { class: "tools" }, element("h3", {}, "Maps"), element("label", {}, "Test set ", select),
      scale(ends, "value", "Position"), scale([0, largestError], "error", "Error")), gallery);
}

const figure = (caption, ...pictures) => element("figure", {}, element("div", { class: "pictures" }, ...pictures), element("figcaption", {}, caption));

function pairs(title, list) {
  return element("section", {}, element("h3", {}, title),
    element("dl", {}, ...list.flatMap(([key, value]) => [element("dt", {}, key), element("dd", {}, value)])));
}
