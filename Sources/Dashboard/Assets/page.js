// The page: follows the board, and shows the sweep that was chosen.

import { byId, plural, setHidden, setText } from "./dom.js";
import { follow } from "./live.js";
import { showSweeps } from "./sweeps.js";
import { ResultsTable } from "./table.js";
import { openRow } from "./row.js";
import { showCurves } from "./curves.js";
import { showWorkers, workersInWords } from "./workers.js";
import { prepareRetry, showFailures } from "./failures.js";

const curvesSeconds = 5;
let board = null;
let chosen = new URLSearchParams(location.hash.slice(1)).get("sweep");
let failuresShown = "";
let curvesAsked = 0;
const table = new ResultsTable(openRow);

const sweepShown = () => board?.sweeps.get(chosen);

function choose(id) {
  chosen = id;
  history.replaceState(null, "", `#${new URLSearchParams({ sweep: id })}`);
  curvesAsked = 0;
  show();
}

function trouble(error) {
  setText(byId("trouble"), error?.message ?? error ?? "");
  setHidden(byId("trouble"), !error);
}

function showSummary(sweeps) {
  const running = sweeps.filter((sweep) => sweep.state === "running").length;
  setText(byId("summary"), sweeps.length === 0 ? "No sweep has been submitted." : `${plural(sweeps.length + board.omittedSweeps, "sweep")}, ${running} running`);
  const sweep = sweepShown();
  const percent = sweep && sweep.trials > 0 ? `${Math.floor(100 * sweep.finished / sweep.trials)} % ${sweep.name} – ` : "";
  document.title = `${percent}posweep`;
}

function show() {
  const sweeps = [...board.sweeps.values()].sort((one, other) => other.number - one.number);
  if (!board.sweeps.has(chosen)) chosen = (sweeps.find((sweep) => sweep.state === "running") ?? sweeps[0])?.id ?? null;
  showSummary(sweeps);
  showSweeps(byId("sweep-list"), sweeps, chosen, choose);
  showWorkers(byId("worker-rows"), [...board.workers.values()]);
  setText(byId("workers-count"), workersInWords(board));
  const sweep = sweepShown();
  setHidden(byId("results"), !sweep);
  if (!sweep) return;
  table.show(sweep);
  const failures = `${sweep.id} ${sweep.failed} ${sweep.failedTasks}`;
  if (failures !== failuresShown) {
    failuresShown = failures;
    showFailures(sweep).catch(trouble);
  }
  if (performance.now() - curvesAsked > curvesSeconds * 1000 || curvesAsked === 0) {
    curvesAsked = performance.now();
    showCurves(sweep.id).catch(trouble);
  }
}

byId("row-close").addEventListener("click", () => byId("row").close());
await prepareRetry(sweepShown).catch(trouble);
const states = { live: "live", asking: "asking every few seconds", waiting: "waiting for the coordinator" };
follow((news) => {
  board = news;
  show();
}, (state, problem) => {
  byId("connection").dataset.state = state;
  setText(byId("connection"), states[state]);
  trouble(problem);
});
