// Who works, on what, how fast, and whether it still does.

import { element, keep, plural, rate, setText, span } from "./dom.js";

const order = ["late", "silent", "away", "connected", "finishing", "leaving", "set aside", "left", "lost", "gone"];
const isHere = (worker) => !["gone", "left", "lost"].includes(worker.state);

function make() {
  return element("tr", {},
    element("th", { scope: "row" }), element("td", {}, element("span", { class: "state" })),
    ...["threads", "tasks", "trials", "rate"].map(() => element("td", { class: "number" })),
    element("td", { class: "id" }));
}

function words(worker) {
  if (worker.silence === undefined) return worker.state;
  return `${worker.state === "late" ? "no sign of life" : worker.state} for ${span(worker.silence)}`;
}

export function showWorkers(rows, workers) {
  const rank = (worker) => (isHere(worker) ? 0 : order.length);
  const sorted = workers.toSorted((one, other) =>
    rank(one) - rank(other) || one.host.localeCompare(other.host) || one.id.localeCompare(other.id));
  keep(rows, sorted, (worker) => worker.id, make, (row, worker) => {
    const cells = row.children;
    row.dataset.state = worker.state;
    setText(cells[0], worker.key ? `${worker.host} (${worker.key})` : worker.host);
    const state = cells[1].firstElementChild;
    state.dataset.state = worker.state;
    setText(state, words(worker));
    setText(cells[2], String(worker.threads));
    setText(cells[3], String(worker.tasks));
    setText(cells[4], (worker.trials ?? 0).toLocaleString("en"));
    setText(cells[5], rate(worker.perMinute));
    setText(cells[6], worker.id);
  });
}

export function workersInWords(board) {
  const all = [...board.workers.values()].filter(isHere);
  const threads = all.reduce((sum, worker) => sum + worker.threads, 0);
  if (all.length === 0) return "none is connected";
  return `${all.length.toLocaleString("en")} with ${plural(threads, "thread")}`
    + (board.omittedWorkers > 0 ? `, and ${board.omittedWorkers.toLocaleString("en")} more` : "");
}
