"use strict";
// What all figures share: elements, numbers, charts, and a player that goes through a figure's places one by one.

const $ = (id) => document.getElementById(id);

/** Make an element of a drawing. (The drawing itself knows its namespace.) */
function shape(svg, name, attributes, ...children) {
  const made = document.createElementNS(svg.namespaceURI, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// What stands in an element: to ask the page for it is slow, and most of it stays from one frame to the next.
const drawn = new WeakMap(); // the attributes that a pen has given it
const written = new WeakMap(); // its text
const shown = new WeakMap(); // the number that it shows

/**
 * Draw anew with the elements that are there: `add(name, attributes, words)` takes them one after the other, and
 * changes only what differs, which a browser need not lay out and paint again. What is left over goes in the end.
 */
function pen(svg) {
  let next = svg.firstElementChild;
  queueMicrotask(() => {
    while (next) {
      const left = next;
      next = next.nextElementSibling;
      left.remove();
    }
  });
  return (name, attributes, words) => {
    const made = next?.localName === name ? next : shape(svg, name, {});
    if (made === next) next = made.nextElementSibling;
    else svg.insertBefore(made, next);
    const before = drawn.get(made) ?? {};
    for (const key in before) if (!(key in attributes)) made.removeAttribute(key);
    for (const key in attributes) if (before[key] !== attributes[key]) made.setAttribute(key, attributes[key]);
    drawn.set(made, attributes);
    if (words !== undefined) {
      if (shown.delete(made)) made.removeAttribute("data-value");
      write(made, words);
    }
    return made;
  };
}

/** Put a text into an element, named or given, where another one stands there. */
function write(place, words) {
  const target = typeof place === "string" ? $(place) : place;
  const wanted = String(words);
  if (written.get(target) === wanted) return;
  written.set(target, wanted);
  target.textContent = wanted;
}

/** Make an element of the page. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A number as text, with a true minus sign; very large and very small ones as powers of ten. */
function text(value, digits = 4) {
  const size = Math.abs(value);
  let written = Number.isInteger(value) ? String(value) : value.toFixed(digits);
  if (size >= 1e5 || (value !== 0 && size < 0.5 * 10 ** -digits)) {
    const [digitsOf, power] = value.toExponential(2).split("e");
    written = `${digitsOf} · 10${raised(Number(power))}`;
  }
  return written.replace(/^-/, "−");
}

/** A whole number in small raised digits. */
function raised(power) {
  return [...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
}

/** Put a number into the page; `data-value` keeps all of its digits. Without a number, a dash. */
function show(place, value, digits) {
  const target = typeof place === "string" ? $(place) : place;
  if (shown.get(target) === value && shown.has(target)) return;
  shown.set(target, value);
  if (value === null || value === undefined) {
    write(target, "–");
    delete target.dataset.value;
  } else {
    write(target, text(value, digits));
    target.dataset.value = value;
  }
}

const whole = (value) => text(value, 0);

/**
 * Make one drawing of several parts, so that no frame takes long: a frame draws one of them, the first at once. Where
 * it is asked for again meanwhile, the parts that wait draw that. The very first drawing is done as a whole.
 */
function inTurns(...parts) {
  let waiting = null;
  let busy = false; // until the frame after the last part
  let latest = [];

  function one() {
    const part = waiting.shift();
    busy = part !== undefined;
    if (!busy) return;
    part(...latest);
    requestAnimationFrame(one);
  }
  return (...place) => {
    latest = place;
    if (waiting === null) {
      waiting = [];
      for (const part of parts) part(...latest);
      return;
    }
    waiting.push(...parts.filter((part) => !waiting.includes(part)));
    if (!busy) one();
  };
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** A function that maps the interval [from, to] to [start, end]. */
const scale = ([from, to], [start, end]) => (value) => start + ((value - from) / (to - from)) * (end - start);

/** A line through points, as the `d` of a path. */
const line = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

const sizes = new Map(); // until the page changes its width: to ask for a size in the middle of a drawing is slow

/** Give a drawing one unit for each pixel, and return its width and height. */
function measure(svg) {
  if (!sizes.has(svg)) {
    const width = Math.max(svg.clientWidth, 200); // in a hidden frame it is 0
    const height = svg.clientHeight;
    sizes.set(svg, { width, height });
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
  return sizes.get(svg);
}

/**
 * Begin a drawing anew with its axes. x and y: {range, label, ticks, name}, where `name` writes a tick.
 * Returns the scales, and `add`, which draws one more element.
 */
function chart(svg, x, y) {
  const { width, height } = measure(svg);
  const [left, right, top, bottom] = [50, width - 16, 10, height - 40];
  const X = scale(x.range, [left, right]);
  const Y = scale(y.range, [bottom, top]);
  const add = pen(svg);
  for (const tick of y.ticks) {
    add("line", { class: "grid", x1: left, x2: right, y1: Y(tick), y2: Y(tick) });
    add("text", { x: left - 6, y: Y(tick) + 4, "text-anchor": "end" }, (y.name ?? whole)(tick));
  }
  for (const tick of x.ticks) {
    add("line", { class: "axis", x1: X(tick), x2: X(tick), y1: bottom, y2: bottom + 4 });
    add("text", { x: X(tick), y: bottom + 18, "text-anchor": "middle" }, (x.name ?? whole)(tick));
  }
  add("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom });
  add("text", { x: (left + right) / 2, y: height - 4, "text-anchor": "middle" }, x.label);
  const middle = (top + bottom) / 2;
  add("text", { x: 11, y: middle, "text-anchor": "middle", transform: `rotate(-90 11 ${middle})` }, y.label);
  return { X, Y, add, left, right, top, bottom };
}

/** Draw anew where the page becomes wider or narrower. */
function onResize(draw) {
  let before = document.body.clientWidth;
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === before) return;
    before = contentRect.width;
    sizes.clear();
    draw();
  }).observe(document.body);
}

/**
 * Go through the places 0, 1, … last() of a figure: by the buttons #step, #back, #play and #reset where the page has
 * them, by the arrow keys, Home and End, and by the space bar. `draw(place)` shows one of them.
 * Whoever wants less motion sees the last place at once in place of a film.
 */
function player({ last, draw, pause = 600 }) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let place = 0;
  let timer = null;

  function stop() {
    clearInterval(timer);
    timer = null;
    write("play", "Play");
    $("news").setAttribute("aria-live", "polite");
  }
  function go(next) {
    place = clamp(next, 0, last());
    if (timer !== null && place === last()) stop();
    draw(place);
  }
  function play() {
    if (timer !== null) return stop();
    if (calm.matches) return go(last());
    if (place >= last()) go(0);
    write("play", "Pause");
    $("news").setAttribute("aria-live", "off"); // nobody can listen as fast as this
    timer = setInterval(() => go(place + 1), pause);
    return undefined;
  }
  const jumps = {
    ArrowRight: () => place + 1,
    ArrowLeft: () => place - 1,
    Home: () => 0,
    End: last,
  };
  const by = (jump) => () => {
    stop();
    go(jump());
  };
  $("step").addEventListener("click", by(jumps.ArrowRight));
  $("back").addEventListener("click", by(jumps.ArrowLeft));
  $("reset").addEventListener("click", by(jumps.Home));
  $("play").addEventListener("click", play);
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (target.closest("input:not([type=checkbox]), select, textarea")) return; // these have arrows of their own
    if (event.key === " " && !target.closest("button, input, summary")) {
      event.preventDefault();
      play();
    } else if (event.key in jumps) {
      event.preventDefault();
      by(jumps[event.key])();
    }
  });
  onResize(() => draw(place));
  return { go, stop, place: () => place };
}

// A page around this one may say which theme it has (light, dark or auto), and learns how high the figure is.
function paint(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}
paint(location.hash.slice(1));
addEventListener("message", (event) => paint(event.data?.theme));
if (parent !== window) {
  new ResizeObserver(([{ target }]) => {
    parent.postMessage({ figure: document.title, height: target.scrollHeight }, "*");
  }).observe(document.body);
}
