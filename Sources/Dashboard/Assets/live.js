// What the coordinator tells of itself: the whole board first, then what changes on it.

const board = { sweeps: new Map(), workers: new Map(), omittedSweeps: 0, omittedWorkers: 0 };
const pollingSeconds = 5;

/**
 * Follows the board.
 * @param show Called with the board whenever it has changed.
 * @param say Called with "live", "waiting" or "asking", and with what is wrong where something is.
 */
export function follow(show, say) {
  let polling = null;

  const take = (update) => {
    for (const id of update.withdrawnSweeps ?? []) board.sweeps.delete(id);
    for (const id of update.withdrawnWorkers ?? []) board.workers.delete(id);
    for (const sweep of update.sweeps) board.sweeps.set(sweep.id, sweep);
    for (const worker of update.workers) board.workers.set(worker.id, worker);
    board.omittedSweeps = update.omittedSweeps;
    board.omittedWorkers = update.omittedWorkers;
    show(board);
  };
  const takeWhole = (whole) => {
    board.sweeps.clear();
    board.workers.clear();
    take(whole);
  };

  // A browser that may not listen, since too many do, asks.
  const poll = async () => {
    try {
      const response = await fetch("/api/board");
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error);
      takeWhole(answer);
      say("asking");
    } catch (error) {
      say("waiting", error instanceof TypeError ? "the coordinator does not answer" : error.message);
    }
    polling = setTimeout(poll, pollingSeconds * 1000);
  };

  const listen = () => {
    const source = new EventSource("/api/events");
    source.addEventListener("board", (event) => takeWhole(JSON.parse(event.data)));
    source.addEventListener("change", (event) => take(JSON.parse(event.data)));
    source.addEventListener("trouble", (event) => say("live", JSON.parse(event.data).message));
    source.onopen = () => {
      clearTimeout(polling);
      polling = null;
      say("live");
    };
    source.onerror = () => {
      say("waiting");
      if (source.readyState !== EventSource.CLOSED) return;
      polling ??= setTimeout(poll, 0);
      setTimeout(listen, 10 * pollingSeconds * 1000);
    };
  };
  listen();
}
