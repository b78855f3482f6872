// What failed and why, and another try for it.

import { address, ask, byId, element, keep, plural, setHidden, setText } from "./dom.js";

let token = null;
let mayRetry = false;

let again = () => {};

async function post(sweep, trial) {
  const query = trial === null ? { sweep } : { sweep, trial };
  return fetch(address("/api/retry", query), { method: "POST", headers: { Authorization: `Bearer ${token}` } });
}

function showTrials(list, trials) {
  keep(list, trials, (trial) => trial.id, (trial) => element("li", {},
    element("span", {}),
    element("button", { type: "button", "aria-label": `Try again: ${trial.words}`, onclick: () => again(trial.id) }, "Try again")),
  (item, trial) => {
    setText(item.querySelector("span"), trial.words);
    setHidden(item.querySelector("button"), !mayRetry);
  });
}

function show(list, causes) {
  keep(list, causes, (cause) => cause.cause, () => element("li", {},
    element("p", { class: "cause" }),
    element("details", {}, element("summary", {}), element("ul", { class: "failed-trials" }), element("pre", { tabindex: "0" }))),
  (item, cause) => {
    setText(item.querySelector(".cause"), cause.cause);
    const rest = cause.count > cause.trials.length ? `, the first ${cause.trials.length} here` : "";
    setText(item.querySelector("summary"), plural(cause.count, "trial") + rest);
    showTrials(item.querySelector("ul"), cause.trials);
    setHidden(item.querySelector("pre"), !cause.log);
    setText(item.querySelector("pre"), cause.log ? `The end of the log:\n${cause.log}` : "");
  });
}

/** Shows the failed trials of a sweep. */
export async function showFailures(sweep) {
  setHidden(byId("failures"), sweep.failed === 0);
  if (sweep.failed === 0) return;
  const answer = await ask("/api/failures", { sweep: sweep.id });
  show(byId("failure-list"), answer.causes);
  setHidden(byId("retry"), !mayRetry);
  setText(byId("retry-hint"), mayRetry ? "" : `posweep retry ${sweep.name} tries them again`);
}

/** Wires the buttons. `chosen` gives the sweep that is shown. */
export async function prepareRetry(chosen) {
  const [dialog, field, hint] = [byId("access"), byId("token"), byId("retry-hint")];
  let wanted = null;
  const attempt = async () => {
    const sweep = chosen();
    if (!sweep) return;
    const response = await post(sweep.id, wanted);
    const answer = await response.json();
    if (response.status === 401) {
      token = null;
      field.value = "";
    }
    const others = answer.otherTrials > 0 ? `, with ${plural(answer.otherTrials, "other trial")}` : "";
    setText(hint, response.ok ? `${plural(answer.tasks, "task")} put back in the queue${others}` : answer.error);
  };
  again = (trial) => {
    wanted = trial;
    if (token === null) dialog.showModal();
    else attempt();
  };
  byId("retry").addEventListener("click", () => again(null));
  byId("access-cancel").addEventListener("click", () => dialog.close());
  byId("access-form").addEventListener("submit", () => {
    token = field.value.trim();
    attempt();
  });
  mayRetry = (await ask("/api/access")).mayRetry;
}
