// Maps as pictures: what was asked for, what was predicted, and what it is off by.

import { address, element } from "./dom.js";

// Colours of equal steps in lightness, readable without telling hues apart.
const ramps = {
  value: [[68, 1, 84], [72, 40, 120], [62, 74, 137], [49, 104, 142], [38, 130, 142], [31, 158, 137], [53, 183, 121], [109, 205, 89], [180, 222, 44], [253, 231, 37]],
  error: [[0, 0, 4], [40, 11, 84], [101, 21, 110], [159, 42, 99], [212, 72, 66], [245, 125, 21], [250, 193, 39], [252, 255, 164]],
};
export const largestError = 0.5;

function colour(ramp, share) {
  const place = Math.max(0, Math.min(1, share)) * (ramp.length - 1);
  const lower = Math.min(ramp.length - 2, Math.floor(place));
  return ramp[lower].map((part, index) => part + (ramp[lower + 1][index] - part) * (place - lower));
}

/** A trial's map and its truth; null for a truth that is not known. */
export async function fetchMap(trial, map, target, stripes) {
  const query = { trial, test: map.testSet, image: map.image, target, ...(stripes ? { stripes } : {}) };
  const response = await fetch(address("/api/map", query));
  if (!response.ok) throw new Error((await response.json()).error);
  const view = new DataView(await response.arrayBuffer());
  const values = Float32Array.from({ length: view.byteLength / 4 }, (_, place) => view.getFloat32(4 * place, true));
  const count = map.height * map.width;
  return { prediction: values.subarray(0, count), truth: values.length === 2 * count ? values.subarray(count) : null };
}

/** A picture of values between two ends. */
export function heatMap(values, map, [lowest, highest], kind, label) {
  const canvas = element("canvas", { width: map.width, height: map.height, role: "img", "aria-label": label, class: "heat" });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(map.width, map.height);
  values.forEach((value, place) => {
    const [red, green, blue] = Number.isFinite(value) ? colour(ramps[kind], (value - lowest) / (highest - lowest)) : [128, 128, 128];
    picture.data.set([red, green, blue, 255], 4 * place);
  });
  context.putImageData(picture, 0, 0);
  return canvas;
}

/** What the colours mean. */
export function scale([lowest, highest], kind, label) {
  const canvas = element("canvas", { width: 128, height: 1, class: "scale", "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  for (let place = 0; place < 128; place += 1) {
    context.fillStyle = `rgb(${colour(ramps[kind], place / 127).map(Math.round).join(" ")})`;
    context.fillRect(place, 0, 1, 1);
  }
  return element("figure", { class: "legend" }, element("figcaption", {}, label),
    element("span", {}, String(lowest)), canvas, element("span", {}, kind === "error" ? `${highest} or more` : String(highest)));
}

/** From the lowest to the highest of some values, in words. */
export function range(values) {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return `${lowest.toFixed(2)} to ${highest.toFixed(2)}`;
}
