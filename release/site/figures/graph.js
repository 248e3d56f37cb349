// An expression as a graph: parse it, compute it, and send gradients back, edge by edge.

const FUNCTIONS = {
  exp: (a) => [Math.exp(a), Math.exp(a)],
  log: (a) => [Math.log(a), 1 / a],
  tanh: (a) => [Math.tanh(a), 1 - Math.tanh(a) ** 2],
  relu: (a) => [Math.max(a, 0), a > 0 ? 1 : 0],
};
const OPERATIONS = {
  "+": (a, b) => [a + b, 1, 1],
  "-": (a, b) => [a - b, 1, -1],
  "*": (a, b) => [a * b, b, a],
  "/": (a, b) => [a / b, 1 / b, -a / b / b],
};
const SIGNS = { "+": "+", "-": "−", "*": "×", "/": "÷" };

/** Cut an expression into numbers, names and signs. */
function tokens(source) {
  const plain = source.replace(/²/g, "^2").replace(/³/g, "^3").replace(/[−–]/g, "-").replace(/[·×]/g, "*");
  const found = plain.replace(/\*\*/g, "^").match(/\d+\.?\d*|\.\d+|[A-Za-z]\w*|\S/g) ?? [];
  const strange = found.find((token) => !/^([\w.]+|[-+*/^()])$/.test(token));
  if (strange) throw new Error(`What does “${strange}” mean here?`);
  return found;
}

/**
 * Parse an expression into a tree: a number, a name, or {op, of}, where `of` is a list of trees.
 * `3x` is a product. As in Python, a power binds more tightly than a minus before it.
 */
function parse(source) {
  const rest = tokens(source);
  const next = (...wanted) => (wanted.includes(rest[0]) ? rest.shift() : null);
  const bracket = () => {
    const inside = sum();
    if (!next(")")) throw new Error("A bracket is not closed.");
    return inside;
  };
  function sum() {
    let tree = product();
    for (let op = next("+", "-"); op; op = next("+", "-")) tree = { op, of: [tree, product()] };
    return tree;
  }
  function product() {
    let tree = signed();
    for (let op = next("*", "/"); op; op = next("*", "/")) tree = { op, of: [tree, signed()] };
    return tree;
  }
  function signed() {
    return next("-") ? { op: "neg", of: [signed()] } : power();
  }
  function power() {
    const base = atom();
    return next("^") ? { op: "^", of: [base, signed()] } : base;
  }
  function atom() {
    const token = rest.shift();
    if (token === undefined) throw new Error("The expression ends too early.");
    if (token === "(") return bracket();
    if (/^[\d.]/.test(token)) {
      const number = Number(token);
      return /^[A-Za-z]/.test(rest[0] ?? "") ? { op: "*", of: [number, power()] } : number;
    }
    if (!/^[A-Za-z]/.test(token)) throw new Error(`“${token}” stands where a number or a name should be.`);
    if (!next("(")) return token;
    if (!Object.hasOwn(FUNCTIONS, token)) {
      throw new Error(`${token} is no function here: there are exp, log, tanh and relu.`);
    }
    return { op: token, of: [bracket()] };
  }
  const tree = sum();
  if (rest.length) throw new Error(`“${rest[0]}” is left over.`);
  return tree;
}

/**
 * Compute a tree: returns the nodes that are no plain numbers, each after all that it is made of. A node has a label,
 * its `data`, its `parents` (numbers of nodes), and a slope for each of them.
 */
function compute(tree, inputs) {
  const nodes = [];
  const leaves = new Map();
  const add = (node) => nodes.push({ parents: [], slopes: [], ...node }) - 1;
  const constant = (part) => typeof part === "number";
  const dataOf = (part) => (constant(part) ? part : nodes[part.node].data);

  function apply(op, label, parts, [data, ...slopes]) {
    if (parts.every(constant)) return data;
    if (!Number.isFinite(data)) throw new Error(`${label} has no value here.`);
    const kept = parts.map((part, i) => [part, slopes[i]]).filter(([part]) => !constant(part));
    return { node: add({ op, label, data, parents: kept.map(([{ node }]) => node), slopes: kept.map(([, s]) => s) }) };
  }
  function power(base, exponent) {
    const [a, n] = [dataOf(base), dataOf(exponent)];
    if (constant(exponent)) return apply("^", `^ ${text(n, 2)}`, [base], [a ** n, n * a ** (n - 1)]);
    if (!constant(base) || a <= 0) throw new Error("A power needs a plain number: as exponent, or as base above 0.");
    return apply("^", `${text(a, 2)} ^`, [exponent], [a ** n, a ** n * Math.log(a)]);
  }
  function visit(part) {
    if (constant(part)) return part;
    if (typeof part === "string") {
      if (!leaves.has(part)) leaves.set(part, { node: add({ label: part, name: part, data: inputs[part] }) });
      return leaves.get(part);
    }
    const of = part.of.map(visit);
    if (part.op === "^") return power(...of);
    if (part.op === "neg") return apply("neg", "−", of, [-dataOf(of[0]), -1]);
    if (Object.hasOwn(FUNCTIONS, part.op)) return apply(part.op, part.op, of, FUNCTIONS[part.op](dataOf(of[0])));
    const sign = SIGNS[part.op];
    const [before, behind] = of.map((one) => (constant(one) ? text(one, 2) : ""));
    const label = `${before} ${sign} ${behind}`.trim();
    return apply(part.op, label, of, OPERATIONS[part.op](...of.map(dataOf)));
  }
  if (constant(visit(tree))) throw new Error("There is no name in it, and so no gradient.");
  return nodes;
}

/** The names in a tree, in the order in which they come. */
function namesIn(tree) {
  if (typeof tree === "number") return [];
  return typeof tree === "string" ? [tree] : [...new Set(tree.of.flatMap(namesIn))];
}

/** All that happens, one event after the other: values, then a backward or a zeroing for each of `calls`. */
function happenings(nodes, calls) {
  const root = nodes.length - 1;
  const inner = nodes.map((_, node) => node).filter((node) => nodes[node].parents.length);
  const forward = inner.map((node) => ({ kind: "forward", node }));
  const edges = inner.reverse().flatMap((node) => nodes[node].parents.map((_, way) => ({ kind: "edge", node, way })));
  const backward = [{ kind: "start", node: root }, ...edges];
  return [...forward, ...calls.flatMap((call) => (call === "zero" ? [{ kind: "zero" }] : backward))];
}

/** What stands in the graph after some events: which nodes are computed, their gradients, and the edges just passed. */
function after(nodes, events) {
  const computed = new Set([...nodes.keys()].filter((node) => !nodes[node].parents.length));
  const grads = nodes.map(({ parents }) => (parents.length ? null : 0));
  let passed = new Map();
  for (const { kind, node, way } of events) {
    if (kind === "forward") computed.add(node);
    if (kind === "zero" || kind === "start") {
      nodes.forEach(({ parents }, i) => {
        if (parents.length) grads[i] = null;
        else if (kind === "zero") grads[i] = 0;
      });
      passed = new Map();
    }
    if (kind === "start") grads[node] = (grads[node] ?? 0) + 1;
    if (kind === "edge") {
      const flow = nodes[node].slopes[way] * grads[node];
      const parent = nodes[node].parents[way];
      grads[parent] = (grads[parent] ?? 0) + flow;
      passed.set(`${node} ${way}`, flow);
    }
  }
  return { computed, grads, passed };
}

/**
 * Where nodes and edges go. A node stands one row below the lowest of its parents, a leaf just above its first use;
 * an edge that crosses rows has a place of its own in each of them. Returns {at, bends, rows}: `at` has a column
 * between 0 and 1 and a row for each node, and `bends` the places of each edge on its way.
 */
function layOut(nodes) {
  const depth = [];
  const order = [];
  let leaf = 0;
  nodes.forEach(({ parents }, i) => {
    depth[i] = parents.length ? 1 + Math.max(...parents.map((parent) => depth[parent])) : 0;
    order[i] = parents.length ? parents.reduce((sum, parent) => sum + order[parent], 0) / parents.length : leaf++;
  });
  nodes.forEach(({ parents }, i) => {
    if (parents.length) return;
    const uses = nodes.map((node, child) => (node.parents.includes(i) ? depth[child] : Infinity));
    depth[i] = Math.max(0, Math.min(...uses, nodes.length === 1 ? 1 : Infinity) - 1);
  });
  const rows = Array.from({ length: Math.max(...depth) + 1 }, () => []);
  const bends = new Map();
  nodes.forEach((node, i) => {
    rows[depth[i]].push({ order: order[i], node: i });
    node.parents.forEach((parent, way) => {
      const crossed = [];
      for (let row = depth[parent] + 1; row < depth[i]; row += 1) {
        const bend = { order: order[parent] + 0.01 * (way + 1), row };
        rows[row].push(bend);
        crossed.push(bend);
      }
      bends.set(`${i} ${way}`, crossed);
    });
  });
  const at = [];
  rows.forEach((row, i) => {
    row.sort((one, other) => one.order - other.order);
    row.forEach((item, column) => {
      item.column = (column + 0.5) / row.length;
      item.row = i;
      if (item.node !== undefined) at[item.node] = item;
    });
  });
  return { at, bends, rows };
}

// From here on: the page.

const ROW = 104;
const BOX = 58;
let graph = null; // {nodes, events, error}
let calls = ["backward"];

function drawGraph(nodes, { computed, grads, passed }, event) {
  const svg = $("stage");
  const { at, bends, rows } = layOut(nodes);
  const height = (rows.length - 1) * ROW + BOX + 4;
  const { width } = measure(svg);
  const box = `0 0 ${width} ${height}`;
  if (svg.getAttribute("viewBox") !== box) {
    svg.style.height = `${height}px`;
    svg.setAttribute("viewBox", box);
  }
  const wide = Math.min(104, width / Math.max(...rows.map((row) => row.length)) - 8);
  const X = ({ column }) => column * width;
  const Y = ({ row }) => row * ROW + 2;
  const put = pen(svg);

  const labels = [];
  nodes.forEach(({ parents }, child) => {
    parents.forEach((parent, way) => {
      const key = `${child} ${way}`;
      const end = [X(at[child]) + wide * ((way + 1) / (parents.length + 1) - 0.5), Y(at[child])];
      const start = [X(at[parent]), Y(at[parent]) + BOX];
      const points = [start, ...bends.get(key).flatMap((bend) => [[X(bend), Y(bend)], [X(bend), Y(bend) + BOX]]), end];
      const flow = passed.get(key);
      const kind = flow !== undefined ? "orange" : computed.has(child) ? "blue" : "grid";
      put("path", { class: `curve ${kind}`, d: line(points) });
      const share = way ? 0.8 : 0.4; // two labels of one node keep out of each other's way
      const onEdge = (axis) => start[axis] + share * (points[1][axis] - start[axis]);
      if (flow !== undefined) labels.push([onEdge(0), onEdge(1), flow]);
    });
  });
  for (const [x, y, flow] of labels) {
    const written = `${flow < 0 ? "" : "+"}${text(flow, 2)}`;
    const half = 4 * written.length + 3;
    put("rect", { class: "fill-paper", x: x - half, y: y - 9, width: 2 * half, height: 18, rx: 4 });
    put("text", { class: "text-orange", x, y: y + 4.5, "text-anchor": "middle" }, `↑ ${written}`);
  }
  nodes.forEach((node, i) => {
    const [x, y] = [X(at[i]), Y(at[i])];
    const here = event && (event.node === i || (event.kind === "edge" && nodes[event.node].parents[event.way] === i));
    const fill = grads[i] ? "pale-orange" : computed.has(i) ? "pale-blue" : "fill-paper";
    put("rect", {
      class: `${fill} ${here ? "ink" : "axis"}`,
      "stroke-width": here ? 3 : 1,
      x: x - wide / 2,
      y,
      width: wide,
      height: BOX,
      rx: 8,
    });
    put("text", { x, y: y + 16, "text-anchor": "middle", "font-weight": 600 }, node.label);
    const value = put("text", { class: "text-blue", id: `value-${i}`, x, y: y + 33, "text-anchor": "middle" });
    show(value, computed.has(i) ? node.data : null, 4);
    const grad = put("text", { class: "text-orange", id: `grad-${i}`, x, y: y + 50, "text-anchor": "middle" });
    show(grad, grads[i], 4);
  });
}

function news(nodes, event, { grads }) {
  if (!event) return "Values first: each node computes when its inputs are there.";
  const node = nodes[event.node];
  if (event.kind === "forward") return `Forward: the node “${node.label}” is ${text(node.data)}.`;
  if (event.kind === "zero") return "All gradients are 0 again, and the next backward starts afresh.";
  if (event.kind === "start") return "Backward begins at the end: the slope of a number with respect to itself is 1.";
  const parent = node.parents[event.way];
  const slope = node.slopes[event.way];
  const flow = slope * grads[event.node];
  const total = grads[parent];
  const sum = Math.abs(total - flow) > 1e-12 ? ` With what was there, that is ${text(total)}.` : "";
  const product = `slope ${text(slope)} × gradient ${text(grads[event.node])} = ${text(flow)}`;
  return `“${node.label}” passes back ${product} to “${nodes[parent].label}”.${sum}`;
}

function draw(place) {
  if (graph.error) return;
  const { nodes, events } = graph;
  const now = after(nodes, events.slice(0, place));
  const event = events[place - 1];
  drawGraph(nodes, now, event);
  nodes.forEach(({ name, data }, i) => {
    if (!name) return;
    show(`value-${name}`, data, 4);
    show(`grad-${name}`, now.grads[i], 4);
  });
  write("news", news(nodes, event, now));
}

/** Read the expression and the inputs, and begin. */
function begin(inputs) {
  film.stop();
  calls = ["backward"];
  try {
    const tree = parse($("expression").value);
    const names = namesIn(tree);
    if (names.length > 8) throw new Error("Eight names are the most that fit here.");
    if (inputs) makeInputs(names, inputs);
    const numbers = Object.fromEntries(names.map((name) => [name, Number($(`input-${name}`).value)]));
    const nodes = compute(tree, numbers);
    if (nodes.length > 24) throw new Error("This is too long to be drawn here.");
    graph = { nodes, events: happenings(nodes, calls) };
    makeLeaves(names);
  } catch (error) {
    graph = { error: error.message, events: [] };
    $("stage").replaceChildren();
    $("leaves").replaceChildren();
    write("news", error.message);
  }
  film.go(0);
}

function makeLeaves(names) {
  const rows = names.map((name) => element("tr", {}, element("th", { scope: "row" }, name),
    element("td", { id: `value-${name}` }), element("td", { id: `grad-${name}` })));
  $("leaves").replaceChildren(...rows);
}

function makeInputs(names, inputs) {
  const fields = names.map((name) => {
    const before = $(`input-${name}`)?.value;
    const value = inputs[name] ?? before ?? 1;
    const field = element("input", { type: "number", step: "any", id: `input-${name}`, value });
    field.style.width = "6.5rem";
    field.addEventListener("input", () => begin());
    return element("label", {}, `${name} =`, field);
  });
  $("inputs").replaceChildren(...fields);
}

function call(kind) {
  if (graph.error) return;
  film.stop();
  calls.push(kind);
  graph.events = happenings(graph.nodes, calls);
  film.go(graph.events.length);
}

function showExample() {
  const [expression, values] = $("example").value.split(";");
  $("expression").value = expression;
  begin(Object.fromEntries([...values.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value])));
}

const film = player({ last: () => graph.events.length, draw, pause: 900 });
$("example").addEventListener("change", showExample);
$("expression").addEventListener("input", () => begin({}));
$("again").addEventListener("click", () => call("backward"));
$("zero").addEventListener("click", () => call("zero"));
showExample();
