// What failed and why, and another try for it.

import { address, ask, byId, element, keep, plural, setHidden, setText } from "./dom.js";

let token = null;
let mayRetry = false;

async function post(sweep) {
  return fetch(address("/api/retry", { sweep }), { method: "POST", headers: { Authorization: `Bearer ${token}` } });
}

function show(list, causes) {
  keep(list, causes, (cause) => cause.cause, () => element("li", {},
    element("p", { class: "cause" }), element("details", {}, element("summary", {}), element("pre", { tabindex: "0" }))),
  (item, cause) => {
    setText(item.querySelector(".cause"), cause.cause);
    setText(item.querySelector("summary"), plural(cause.count, "trial"));
    setText(item.querySelector("pre"), cause.trials.join("\n") + (cause.count > cause.trials.length ? "\n…" : "")
      + (cause.log ? `\n\nThe end of the log:\n${cause.log}` : ""));
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

/** Wires the button. `chosen` gives the sweep that is shown. */
export async function prepareRetry(chosen) {
  const [dialog, field, hint] = [byId("access"), byId("token"), byId("retry-hint")];
  const attempt = async () => {
    const sweep = chosen();
    if (!sweep) return;
    const response = await post(sweep.id);
    const answer = await response.json();
    if (response.status === 401) {
      token = null;
      field.value = "";
    }
    setText(hint, response.ok ? `${plural(answer.tasks, "task")} put back in the queue` : answer.error);
  };
  byId("retry").addEventListener("click", () => (token === null ? dialog.showModal() : attempt()));
  byId("access-cancel").addEventListener("click", () => dialog.close());
  byId("access-form").addEventListener("submit", () => {
    token = field.value.trim();
    attempt();
  });
  mayRetry = (await ask("/api/access")).mayRetry;
}
