// One weight, one bias, one activation.

/** The error function: a series near 0, a continued fraction further out. */
function erf(x) {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 80; n >= 1; n -= 1) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction));
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const normalCdf = (z) => (1 + erf(z / Math.SQRT2)) / 2;
const normalDensity = (z) => Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Each activation with its slope. */
const ACTIVATIONS = {
  linear: [(z) => z, () => 1],
  sigmoid: [sigmoid, (z) => sigmoid(z) * (1 - sigmoid(z))],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  relu: [(z) => Math.max(z, 0), (z) => (z > 0 ? 1 : 0)],
  leaky_relu: [(z) => (z > 0 ? z : 0.01 * z), (z) => (z > 0 ? 1 : 0.01)],
  gelu: [(z) => z * normalCdf(z), (z) => normalCdf(z) + z * normalDensity(z)],
};

function drawLayer({ x, w, b, pair: [g, slope] }) {
  const { X, Y, add, top, bottom } = chart(
    $("stage"),
    { range: [-4, 4], ticks: [-4, -2, 0, 2, 4], label: "x" },
    { range: [-3, 3], ticks: [-2, -1, 0, 1, 2], label: "a" },
  );
  const places = Array.from({ length: 241 }, (_, i) => -4 + i / 30);
  const inside = (y) => clamp(Y(y), top - 500, bottom + 500);
  const slopes = places.map((one) => [X(one), inside(w * slope(w * one + b))]);
  add("path", { class: "curve orange dashed", d: line(slopes) });
  add("path", { class: "curve blue", d: line(places.map((one) => [X(one), inside(g(w * one + b))])) });
  add("line", { class: "axis dotted", x1: X(x), x2: X(x), y1: top, y2: bottom });
  add("circle", { class: "fill-blue", cx: X(x), cy: inside(g(w * x + b)), r: 7 });
}

function news(z, name, slope) {
  if (name === "linear") return "Without an activation the layer is a line.";
  if (Math.abs(slope) < 0.01) return `z = ${text(z, 2)}: the activation is flat here, so w and b hardly learn.`;
  if (name === "relu") return `z = ${text(z, 2)}: the unit is on, and passes z through.`;
  return `z = ${text(z, 2)}: a small change of z changes a by ${text(slope, 2)} times as much.`;
}

/** What the controls say: the three numbers, the activation's name, and itself with its slope. */
function situation() {
  const [x, w, b] = ["x", "w", "b"].map((name) => Number($(name).value));
  const name = $("activation").value;
  return { x, w, b, name, pair: ACTIVATIONS[name] };
}

function showNumbers({ x, w, b, name, pair }) {
  const z = w * x + b;
  const slope = pair[1](z);
  for (const [given, value] of Object.entries({ x, w, b })) write(`${given}-now`, text(value, 1));
  const numbers = { z, a: pair[0](z), slope, dw: slope * x, db: slope, dx: slope * w };
  for (const [found, value] of Object.entries(numbers)) show(found, value, 4);
  write("news", news(z, name, slope));
}

const draw = inTurns(
  () => drawLayer(situation()),
  () => showNumbers(situation()),
);

for (const id of ["activation", "x", "w", "b"]) $(id).addEventListener("input", () => draw());
onResize(draw);
draw();
