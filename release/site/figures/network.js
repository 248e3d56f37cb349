// A network with one hidden layer, and what is commonly wrong with its way back. Samples stand in columns.

const X = [
  [1, 2],
  [2, -1],
];
const Y = [[1, 0]];
const START = {
  W1: [
    [0.5, -0.5],
    [1, 0.5],
    [-1, 0.5],
  ],
  b1: [[0], [-0.5], [0.5]],
  W2: [[1, -2, 0.5]],
  b2: [[0.5]],
};
const RATE = 0.5;
const EPSILON = 1e-12;
const MISTAKES = ["sign", "sum", "twice", "flat", "place", "late"];
const HIDDEN = {
  relu: [(z) => Math.max(z, 0), (z) => (z > 0 ? 1 : 0)],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
};

const map = (f, ...matrices) => matrices[0].map((row, i) => row.map((_, j) => f(...matrices.map((M) => M[i][j]))));
const transpose = (M) => M[0].map((_, j) => M.map((row) => row[j]));
const times = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((sum, a, k) => sum + a * B[k][j], 0)));
const addColumn = (M, b) => M.map((row, i) => row.map((one) => one + b[i][0]));
const sumRows = (M) => M.map((row) => [row.reduce((sum, one) => sum + one, 0)]);

/** The way forward: all matrices up to the answers, and the loss J, the mean binary cross-entropy. */
function forward({ W1, b1, W2, b2 }, hidden) {
  const Z1 = addColumn(times(W1, X), b1);
  const A1 = map(HIDDEN[hidden][0], Z1);
  const Z2 = addColumn(times(W2, A1), b2);
  const A2 = map((z) => (1 + Math.tanh(z / 2)) / 2, Z2);
  const costs = map((a, y) => {
    const inside = clamp(a, EPSILON, 1 - EPSILON);
    return -(y * Math.log(inside) + (1 - y) * Math.log(1 - inside));
  }, A2, Y);
  return { Z1, A1, Z2, A2, J: [[sumRows(costs)[0][0] / Y[0].length]] };
}

/** The way back, with these mistakes (a set of names). */
function backward({ W2 }, { Z1, A1, A2 }, hidden, mistakes) {
  const m = Y[0].length;
  const mean = (M) => map((one) => (mistakes.has("sum") ? one : one / m), M);
  const sign = mistakes.has("sign") ? -1 : 1;
  const dZ2 = map((a, y) => (sign * (a - y)) / (mistakes.has("twice") ? m : 1), A2, Y);
  const dW2 = mean(times(dZ2, transpose(A1)));
  const db2 = mean(sumRows(dZ2));
  const used = mistakes.has("late") ? map((w, dw) => w - RATE * dw, W2, dW2) : W2;
  const slopes = map((z, a) => {
    if (mistakes.has("flat")) return 1;
    return HIDDEN[hidden][1](mistakes.has("place") ? a : z);
  }, Z1, A1);
  const dZ1 = map((flow, slope) => flow * slope, times(transpose(used), dZ2), slopes);
  return { dZ2, dW2, db2, dZ1, dW1: mean(times(dZ1, transpose(X))), db1: mean(sumRows(dZ1)) };
}

/** One step of gradient descent. */
function update(parameters, gradients) {
  const moved = (name) => map((one, slope) => one - RATE * slope, parameters[name], gradients[`d${name}`]);
  return Object.fromEntries(Object.keys(parameters).map((name) => [name, moved(name)]));
}

/** The loss after some updates. */
function lossAfter(updates, hidden, mistakes) {
  let parameters = START;
  for (let i = 0; i < updates; i += 1) {
    parameters = update(parameters, backward(parameters, forward(parameters, hidden), hidden, mistakes));
  }
  return forward(parameters, hidden).J[0][0];
}

/** How far gradients are from central differences of the loss. */
function gradientCheck(gradients, hidden, step = 1e-5) {
  let [apart, given, measured] = [0, 0, 0];
  for (const [name, M] of Object.entries(START)) {
    M.forEach((row, i) => row.forEach((value, j) => {
      const lossAt = (moved) => {
        const changed = M.map((one) => [...one]);
        changed[i][j] = moved;
        return forward({ ...START, [name]: changed }, hidden).J[0][0];
      };
      const estimate = (lossAt(value + step) - lossAt(value - step)) / (2 * step);
      const gradient = gradients[`d${name}`][i][j];
      apart += (gradient - estimate) ** 2;
      given += gradient ** 2;
      measured += estimate ** 2;
    }));
  }
  return Math.sqrt(apart) / (Math.sqrt(given) + Math.sqrt(measured));
}

// From here on: the page.

const ORDER = ["Z1", "A1", "Z2", "A2", "J", "dZ2", "dW2", "db2", "dZ1", "dW1", "db1"];
const NAMES = { W1: "W₁", b1: "b₁", W2: "W₂", b2: "b₂", Z1: "Z₁", A1: "A₁", Z2: "Z₂", A2: "A₂" };
const nameOf = (matrix) => (matrix[0] === "d" ? `d${NAMES[matrix.slice(1)]}` : NAMES[matrix] ?? matrix);
const shapeOf = (M) => `(${M.length}, ${M[0].length})`;

/** By which formula a matrix is computed, with the mistakes. */
function formula(matrix, hidden, mistakes) {
  const g = hidden === "relu" ? "ReLU" : "tanh";
  const mean = mistakes.has("sum") ? "" : "1/m · ";
  const minus = mistakes.has("sign") ? "Y − A₂" : "A₂ − Y";
  const slope = mistakes.has("flat") ? "" : ` ⊙ g′(${mistakes.has("place") ? "A₁" : "Z₁"})`;
  return {
    Z1: "W₁ X + b₁",
    A1: `${g}(Z₁)`,
    Z2: "W₂ A₁ + b₂",
    A2: "σ(Z₂)",
    J: "mean of −(y log a + (1 − y) log(1 − a))",
    dZ2: mistakes.has("twice") ? `1/m · (${minus})` : minus,
    dW2: `${mean}dZ₂ A₁ᵀ`,
    db2: `${mean}the sum of dZ₂ over the samples`,
    dZ1: `${mistakes.has("late") ? "(W₂ − η dW₂)" : "W₂"}ᵀ dZ₂${slope}`,
    dW1: `${mean}dZ₁ Xᵀ`,
    db1: `${mean}the sum of dZ₁ over the samples`,
  }[matrix];
}

let kept = { key: null }; // the situation is computed once for each position of the switches

function situation() {
  const chosen = MISTAKES.filter((name) => $(name).checked);
  const key = [$("hidden").value, ...chosen].join();
  if (kept.key !== key) kept = { key, ...compute($("hidden").value, new Set(chosen)) };
  return kept;
}

/** All that the page needs to know. */
function compute(hidden, mistakes) {
  const found = forward(START, hidden);
  const right = { ...found, ...backward(START, found, hidden, new Set()) };
  const all = { ...found, ...backward(START, found, hidden, mistakes) };
  const cells = ORDER.flatMap((matrix) => all[matrix].flatMap((row, i) => row.map((_, j) => ({ matrix, i, j }))));
  const numbers = new Map(cells.map(({ matrix, i, j }, number) => [`${matrix}-${i}-${j}`, number]));
  const losses = [1, 10].map((updates) => lossAfter(updates, hidden, mistakes));
  return { hidden, mistakes, right, all, cells, numbers, losses, check: gradientCheck(all, hidden) };
}

function makeCards() {
  const { all } = situation();
  const cards = ORDER.map((matrix) => {
    const rows = all[matrix].map((row, i) =>
      element("tr", {}, ...row.map((_, j) => element("td", { id: `${matrix}-${i}-${j}` }))));
    const caption = element("caption", {}, `${nameOf(matrix)} ${shapeOf(all[matrix])}`);
    return element("table", { id: `card-${matrix}`, class: ORDER.indexOf(matrix) < 5 ? "forth" : "back" }, caption,
      element("tbody", {}, ...rows));
  });
  $("cards").replaceChildren(...cards);
}

let filled = { key: null, place: 0 }; // where the cards stand

/** Fill the cards up to a place. Where nothing was switched, only cells between it and the last place change. */
function fillCards({ key, all, right, cells }, place) {
  const same = filled.key === key;
  const first = same ? Math.max(Math.min(filled.place, place) - 1, 0) : 0;
  const last = same ? Math.max(filled.place, place) : cells.length;
  for (let number = first; number < last; number += 1) {
    const { matrix, i, j } = cells[number];
    const cell = $(`${matrix}-${i}-${j}`);
    const value = all[matrix][i][j];
    show(cell, number < place ? value : null, 4);
    cell.classList.toggle("here", number === place - 1);
    cell.classList.toggle("wrong", number < place && Math.abs(value - right[matrix][i][j]) > 1e-9);
  }
  filled = { key, place };
}

/** What the two drawings of the network share: where its layers stand, which sample they show, what is computed. */
function frame({ cells, numbers }, place) {
  const { width, height } = measure($("net"));
  const sample = Math.min(cells[Math.max(place - 1, 0)].j, 1);
  const halves = [24, 39, 39];
  const columns = [halves[0], (2 * halves[0] + width - 2 * halves[2]) / 2, width - halves[2] - 1];
  const at = (layer, unit) => [columns[layer], 62 + ((unit + 0.5) * (height - 66)) / [2, 3, 1][layer]];
  const known = (matrix, i) => numbers.get(`${matrix}-${i}-${sample}`) < place;
  return { height, sample, halves, columns, at, known };
}

/** Take up a pen, and return it with one that writes. */
function pens(id) {
  const put = pen($(id));
  const word = (x, y, kind, written) => put("text", { x, y, class: kind, "text-anchor": "middle" }, written);
  return [put, word];
}

function drawWeights(now, place) {
  const { halves, at, known } = frame(now, place);
  const [put, word] = pens("weights");
  ["W1", "W2"].forEach((name, layer) => {
    START[name].forEach((row, i) => row.forEach((w, j) => {
      const [[left, y1], [right, y2]] = [at(layer, j), at(layer + 1, i)];
      const [x1, x2] = [left + halves[layer], right - halves[layer + 1]];
      const back = known(layer ? "dZ2" : "dZ1", i);
      const kind = back ? "orange" : known(layer ? "Z2" : "Z1", i) ? "blue" : "grid";
      put("line", { class: `curve ${kind}`, x1, y1, x2, y2 });
      const near = layer ? 0.5 : 0.28 + 0.4 * j;
      const [x, y] = [x1 + near * (x2 - x1), y1 + near * (y2 - y1)];
      put("rect", { class: "fill-paper", x: x - 15, y: y - 9, width: 30, height: 17, rx: 3 });
      word(x, y + 4, "", text(w, 1));
    }));
  });
}

function drawUnits(now, place) {
  const { all, cells } = now;
  const { height, sample, halves, columns, at, known } = frame(now, place);
  const here = cells[place - 1];
  const [put, word] = pens("units");
  X.forEach((row, i) => {
    const [x, y] = at(0, i);
    put("rect", { class: "pale-blue axis", x: x - 24, y: y - 15, width: 48, height: 30, rx: 8 });
    word(x, y + 5, "text-blue", text(row[sample]));
  });
  [3, 1].forEach((units, layer) => {
    for (let i = 0; i < units; i += 1) {
      const [x, y] = at(layer + 1, i);
      const [Z, A] = [`Z${layer + 1}`, `A${layer + 1}`];
      const active = here && here.i === i && [Z, A, `d${Z}`].includes(here.matrix);
      const fill = known(`d${Z}`, i) ? "pale-orange" : known(Z, i) ? "pale-blue" : "fill-paper";
      const edge = active ? { class: `${fill} ink`, "stroke-width": 3 } : { class: `${fill} axis` };
      put("rect", { ...edge, x: x - 39, y: y - 29, width: 78, height: 58, rx: 8 });
      word(x, y - 11, "text-blue", `z ${known(Z, i) ? text(all[Z][i][sample]) : "–"}`);
      word(x, y + 5, "text-blue", `a ${known(A, i) ? text(all[A][i][sample]) : "–"}`);
      word(x, y + 22, "text-orange", `dz ${known(`d${Z}`, i) ? text(all[`d${Z}`][i][sample]) : "–"}`);
    }
  });
  const gaps = [0, 1].map((i) => (columns[i] + halves[i] + columns[i + 1] - halves[i + 1]) / 2);
  word(gaps[0], 16, "", "W₁ (3, 2) →");
  word(gaps[1], 16, "", "W₂ (1, 3) →");
  word(columns[0] + 2, 34, "", "X (2, 2)");
  word(columns[1], 34, "", "Z₁, A₁ (3, 2)");
  word(columns[2] - 4, 34, "", "Z₂, A₂ (1, 2)");
  word(gaps[0], 52, "text-orange", "← dZ₁ (3, 2)");
  word(gaps[1], 52, "text-orange", "← dZ₂ (1, 2)");
  put("text", { x: 2, y: height - 6, class: "text-faint" }, `sample ${sample + 1} of 2`);
}

function news({ hidden, mistakes, all, cells }, place) {
  if (place === 0) return "Nothing is computed yet. Each step computes one number.";
  const { matrix, i, j } = cells[place - 1];
  const where = matrix === "J" ? "" : `, row ${i + 1}, column ${j + 1}`;
  return `${nameOf(matrix)} = ${formula(matrix, hidden, mistakes)}${where}: ${text(all[matrix][i][j])}.`;
}

function showNumbers({ all, losses, check }) {
  show("loss", all.J[0][0], 4);
  show("one", losses[0], 4);
  show("later", losses[1], 4);
  show("check", check, 4);
}

const draw = inTurns(
  (place) => drawUnits(situation(), place),
  (place) => drawWeights(situation(), place),
  (place) => {
    fillCards(situation(), place);
    showNumbers(situation());
  },
  (place) => write("news", news(situation(), place)),
);

makeCards();
const film = player({ last: () => situation().cells.length, draw, pause: 500 });
for (const id of ["hidden", ...MISTAKES]) $(id).addEventListener("change", () => film.go(film.place()));
film.go(0);
