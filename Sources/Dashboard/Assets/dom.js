// Elements from words. Whatever comes from a sweep, a file or a host becomes text, never markup.

/** An element with attributes and children; a string among the children is text. */
export function element(name, attributes = {}, ...children) {
  const node = name.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Writes a text only where it is another one, so that nothing is drawn or read out for nothing. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setHidden(node, isHidden) {
  if (node.hidden !== isHidden) node.hidden = isHidden;
}

/**
 * Makes a parent's children those of these items, in their order. A child stays the same element as long as its item's
 * key does, so that focus and scrolling stay where they are.
 */
export function keep(parent, items, key, make, update) {
  const known = new Map(Array.from(parent.children, (child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = known.get(name);
    if (child) known.delete(name);
    else {
      child = make(item);
      child.dataset.key = name;
    }
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of known.values()) child.remove();
}

/** A path with a query in which a blank is %20: a plus is itself in most of the world. */
export const address = (path, query) =>
  `${path}?${Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;

/** The answer to a GET as JSON; what the server refuses is an error with its words. */
export async function ask(path, query = {}) {
  const response = await fetch(address(path, query));
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? response.statusText);
  return answer;
}

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** A span of time in its two largest units: 2 h 05 min. */
export function span(seconds) {
  const [s, m, h] = [Math.round(seconds), Math.round(seconds / 60), Math.floor(seconds / 3600)];
  const two = (number) => String(number).padStart(2, "0");
  if (s < 90) return `${s} s`;
  if (m < 90) return `${m} min`;
  if (h < 48) return `${h} h ${two(Math.min(59, Math.round((seconds - h * 3600) / 60)))} min`;
  return `${Math.floor(h / 24)} d ${h % 24} h`;
}

/** A rate with as many decimals as say something. */
export const rate = (number) => (number === undefined || number === null ? "–" : number.toLocaleString("en", { maximumSignificantDigits: 3 }));
