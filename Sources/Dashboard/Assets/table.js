// The results of a sweep, some rows at a time: the server sorts, filters and cuts, so that the page stays small.

import { ask, byId, element, keep, plural, setHidden, setText } from "./dom.js";

const rowsShown = 100;
const pauseSeconds = 1;
const verdicts = { ok: "✓ within the tolerance", off: "✗ outside the tolerance", "?": "… results are missing" };

export class ResultsTable {
  #sweep = null;
  #window = null;
  #query = { offset: 0, sort: null, order: "ascending", filter: "" };
  #columns = "";
  #isAsking = false;
  #isStale = false;
  #open;

  /** @param open Called with a sweep's identifier and a row that was chosen. */
  constructor(open) {
    this.#open = open;
    byId("filter").addEventListener("input", (event) => this.#change({ filter: event.target.value, offset: 0 }));
    byId("compare").addEventListener("change", () => this.#draw());
    // One for all rows: each of its own would keep rows that are gone for as long as the browser likes.
    byId("table").addEventListener("click", (event) => this.#choose(event.target.closest("tbody tr")));
    byId("previous").addEventListener("click", () => this.#change({ offset: Math.max(0, this.#query.offset - rowsShown) }));
    byId("next").addEventListener("click", () => this.#change({ offset: this.#query.offset + rowsShown }));
  }

  /** Shows a sweep, and its newer figures where it has some. */
  show(sweep) {
    if (sweep.id !== this.#sweep?.id) {
      this.#query = { offset: 0, sort: null, order: "ascending", filter: "" };
      byId("filter").value = "";
      this.#window = null;
      setText(byId("results-count"), "reading …");
    }
    const isNew = this.#window === null || sweep.failed !== this.#sweep.failed;
    this.#sweep = sweep;
    setHidden(byId("results"), false);
    if (isNew || this.#window.finished !== sweep.finished) this.#refresh();
  }

  #choose(node) {
    const row = this.#window?.rows.find((row) => String(row.number) === node?.dataset.key);
    if (row) this.#open(this.#sweep.id, row, this.#window);
  }

  #change(query) {
    Object.assign(this.#query, query);
    this.#refresh();
  }

  // One question at a time, and a pause behind each, however often something is finished.
  async #refresh() {
    this.#isStale = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isStale) {
      this.#isStale = false;
      const sweep = this.#sweep;
      try {
        const { offset, sort, order, filter } = this.#query;
        const table = await ask("/api/table", { sweep: sweep.id, offset, count: rowsShown, order, filter, ...(sort === null ? {} : { sort }) });
        if (sweep.id === this.#sweep.id) {
          this.#window = table;
          this.#draw();
        }
      } catch (error) {
        setText(byId("results-count"), error.message);
      }
      await new Promise((resume) => setTimeout(resume, pauseSeconds * 1000));
      if (this.#window && this.#window.finished < this.#sweep.finished) this.#isStale = true;
    }
    this.#isAsking = false;
  }

  // MARK: Drawing

  #draw() {
    const table = this.#window;
    if (!table) return;
    setText(byId("results-title"), `Results of ${table.name}`);
    setText(byId("results-description"), table.description ?? "");
    setHidden(byId("compare-label"), !table.isCompared);
    const last = table.offset + table.rows.length;
    const which = table.rows.length < table.matching ? `Rows ${(table.offset + 1).toLocaleString("en")} to ${last.toLocaleString("en")} of ` : "";
    setText(byId("results-count"), which + plural(table.matching, "row") + (table.matching < table.all ? ` of ${table.all.toLocaleString("en")}` : ""));
    setHidden(byId("pager"), table.matching <= rowsShown);
    byId("previous").disabled = table.offset === 0;
    byId("next").disabled = last >= table.matching;
    this.#drawHead(table);
    this.#drawRows(table);
    keep(byId("notes"), table.notes.map((note, place) => ({ note, place })), (item) => item.place,
      () => element("li"), (item, { note }) => setText(item, note));
  }

  #sortButton(label, column) {
    const turn = () => {
      const isSame = this.#query.sort === column;
      this.#change({ sort: column, order: isSame && this.#query.order === "ascending" ? "descending" : "ascending", offset: 0 });
    };
    return element("button", { type: "button", class: "sort", "data-column": column, onclick: turn }, label);
  }

  #drawHead(table) {
    const columns = JSON.stringify([table.rowKeys, table.groups, table.metrics]);
    if (columns !== this.#columns) {
      this.#columns = columns;
      const count = table.metrics.length;
      const head = element("thead", {},
        element("tr", {},
          ...table.rowKeys.map((key, place) => element("th", { scope: "col", rowspan: 2, class: "key" }, this.#sortButton(key, place))),
          ...table.groups.map((group) => element("th", { scope: "colgroup", colspan: count, class: "group" }, group || "all"))),
        element("tr", {}, ...table.groups.flatMap((group, which) => table.metrics.map((metric, place) =>
          element("th", { scope: "col", class: "number" }, this.#sortButton(metric, table.rowKeys.length + which * count + place))))));
      byId("table").replaceChildren(head, element("tbody"));
    }
    for (const button of byId("table").querySelectorAll(".sort")) {
      const isSorted = String(this.#query.sort) === button.dataset.column;
      button.closest("th").setAttribute("aria-sort", isSorted ? this.#query.order : "none");
    }
  }

  #drawRows(table) {
    const isComparing = table.isCompared && byId("compare").checked;
    const body = byId("table").tBodies[0];
    let above = null;
    keep(body, table.rows, (row) => row.number, () => this.#makeRow(table), (node, row) => {
      let isRepeated = above !== null;
      row.keys.forEach((key, place) => {
        const cell = node.children[place];
        const target = place === 0 ? cell.firstElementChild : cell;
        setText(target, key === "" ? "–" : key);
        isRepeated = isRepeated && above[place] === key;
        cell.classList.toggle("same", isRepeated);
      });
      above = row.keys;
      setText(node.querySelector(".rest"), row.keys.slice(1).filter((key) => key !== "" && key !== "–").join(" · "));
      row.cells.forEach((cell, place) => drawCell(node.children[row.keys.length + place], cell, table.metrics[place % table.metrics.length], isComparing));
    });
  }

  #makeRow(table) {
    return element("tr", {},
      ...table.rowKeys.map((key, place) => place === 0
        ? element("th", { scope: "row", class: "key" }, element("button", { type: "button", class: "open" }), element("span", { class: "rest" }))
        : element("td", { class: "key" })),
      ...table.groups.flatMap(() => table.metrics.map(() =>
        element("td", { class: "number" },
          element("span", { class: "figure" }), element("span", { class: "paper" }), element("span", { class: "share", "aria-hidden": "true" })))));
  }
}

// The errors of a guess reach a half; correlations reach one.
const largest = (metric) => (metric.startsWith("MAE") ? 0.5 : 1);

function drawCell(node, cell, metric, isComparing) {
  const [figure, paper, share] = node.children;
  setText(figure, cell ? cell.text : "");
  figure.classList.toggle("best", cell?.isBest === true);
  share.style.width = `${cell?.mean === undefined ? 0 : 100 * Math.min(1, Math.abs(cell.mean) / largest(metric))}%`;
  const isShown = isComparing && cell?.paper !== undefined;
  setText(paper, isShown ? `${cell.paper}${cell.difference ? `, ${cell.difference}` : ""}${cell.verdict ? ` ${verdicts[cell.verdict][0]}` : ""}` : "");
  paper.dataset.verdict = cell?.verdict ?? "";
  paper.title = isShown ? `the paper’s figure${cell.difference ? ", and ours minus it" : ""}${cell.verdict ? `; ${verdicts[cell.verdict].slice(2)}` : ""}` : "";
}
