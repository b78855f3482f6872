// One card a sweep: how far it is, how fast it goes, when it will be done.

import { element, keep, plural, rate, setText, span } from "./dom.js";

const words = { running: "running", waiting: "waiting", finished: "finished", failed: "ended with failures", cancelled: "cancelled", paused: "paused" };

function make(choose) {
  return (sweep) => element("li", {},
    element("button", { type: "button", class: "sweep", onclick: () => choose(sweep.id) },
      element("span", { class: "sweep-head" },
        element("span", { class: "sweep-name" }),
        element("span", { class: "badge" })),
      element("span", { class: "bar", "aria-hidden": "true" },
        element("span", { class: "bar-done" }), element("span", { class: "bar-failed" })),
      element("span", { class: "sweep-counts" }),
      element("span", { class: "sweep-pace quiet" })));
}

function pace(sweep) {
  const parts = [];
  if (sweep.perMinute !== undefined) parts.push(`${rate(sweep.perMinute)} trials/min`);
  if (sweep.secondsLeft !== undefined) parts.push(`about ${span(sweep.secondsLeft)} left`);
  if (sweep.runningTasks > 0) parts.push(`${plural(sweep.runningTasks, "task")} running`);
  if (sweep.waitingTasks > 0) parts.push(`${sweep.waitingTasks.toLocaleString("en")} waiting`);
  if (sweep.priority !== 10) parts.push(`priority ${sweep.priority}`);
  return parts.join(" · ");
}

export function showSweeps(list, sweeps, chosen, choose) {
  keep(list, sweeps, (sweep) => sweep.id, make(choose), (item, sweep) => {
    const button = item.firstElementChild;
    const share = (count) => `${sweep.trials === 0 ? 0 : 100 * count / sweep.trials}%`;
    button.setAttribute("aria-pressed", String(sweep.id === chosen));
    button.dataset.state = sweep.state;
    setText(button.querySelector(".sweep-name"), sweep.name);
    setText(button.querySelector(".badge"), words[sweep.state] ?? sweep.state);
    button.querySelector(".bar-done").style.width = share(sweep.finished);
    button.querySelector(".bar-failed").style.width = share(sweep.failed);
    const percent = sweep.trials === 0 ? 0 : Math.floor(100 * sweep.finished / sweep.trials);
    setText(button.querySelector(".sweep-counts"),
      `${sweep.finished.toLocaleString("en")} of ${plural(sweep.trials, "trial")}, ${percent} %`
      + (sweep.failed > 0 ? ` · ${sweep.failed.toLocaleString("en")} failed` : ""));
    setText(button.querySelector(".sweep-pace"), pace(sweep));
  });
}
