// Rosenblatt's rule over the three gates.

const SAMPLES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const GATES = { AND: [0, 0, 0, 1], OR: [0, 1, 1, 1], XOR: [0, 1, 1, 0] };
const EPOCHS = 12;

const answer = ({ w, b }, x) => (w[0] * x[0] + w[1] * x[1] + b >= 0 ? 1 : 0);

/** Learn from one sample: the new weights and bias, and the error, which is -1, 0 or 1. */
function update(neuron, x, target) {
  const error = target - answer(neuron, x);
  return { w: neuron.w.map((w, i) => w + error * x[i]), b: neuron.b + error, error };
}

/**
 * What is there at the start and after each sample, until an epoch passes without a mistake: the neuron, the sample
 * just shown, the epoch, and the mistakes of this epoch and of all.
 */
function learn(targets) {
  let now = { w: [0, 0], b: 0, sample: null, error: 0, epoch: 0, mistakes: 0, total: 0 };
  const path = [now];
  for (let epoch = 1; epoch <= EPOCHS; epoch += 1) {
    let mistakes = 0;
    SAMPLES.forEach((x, sample) => {
      const next = update(now, x, targets[sample]);
      mistakes += Math.abs(next.error);
      now = { ...next, sample, epoch, mistakes, total: now.total + Math.abs(next.error) };
      path.push(now);
    });
    if (mistakes === 0) break;
  }
  return path;
}

const gate = () => document.querySelector("[name=gate]:checked").value;

/** The part of a square on one side of the line w·x + b = 0: the corners there, and where the line cuts its edges. */
function side([low, high], { w, b }, sign) {
  const corners = [
    [low, low],
    [high, low],
    [high, high],
    [low, high],
  ];
  const height = ([x, y]) => sign * (w[0] * x + w[1] * y + b);
  return corners.flatMap((corner, i) => {
    const next = corners[(i + 1) % 4];
    const [here, there] = [height(corner), height(next)];
    const share = here / (here - there);
    const cut = here * there < 0 ? [corner.map((one, axis) => one + share * (next[axis] - one))] : [];
    return here >= 0 ? [corner, ...cut] : cut;
  });
}

function drawPlane(now, targets) {
  const square = [-0.5, 1.5];
  const { X, Y, add } = chart(
    $("plane"),
    { range: square, ticks: [0, 1], label: "x₁" },
    { range: square, ticks: [0, 1], label: "x₂" },
  );
  for (const [sign, kind] of [
    [-1, "pale-blue"],
    [1, "pale-orange"],
  ]) {
    const corners = side(square, now, sign).map(([x, y]) => [X(x), Y(y)]);
    if (corners.length) add("path", { class: kind, d: `${line(corners)}Z` });
  }
  const onLine = ([x, y]) => Math.abs(now.w[0] * x + now.w[1] * y + now.b) < 1e-9;
  const ends = now.w.some((w) => w !== 0) ? side(square, now, 1).filter(onLine) : [];
  if (ends.length) add("path", { class: "curve ink", d: line(ends.map(([x, y]) => [X(x), Y(y)])) });
  SAMPLES.forEach((x, i) => {
    const [cx, cy] = [X(x[0]), Y(x[1])];
    if (i === now.sample) add("circle", { class: "curve ink", cx, cy, r: 20 });
    if (answer(now, x) !== targets[i]) add("circle", { class: "curve ink dashed", cx, cy, r: 25 });
    const colour = targets[i] ? "orange" : "blue";
    add("circle", { class: `fill-${colour}`, cx, cy, r: 14 });
    add("text", { class: `on-${colour}`, x: cx, y: cy + 5, "text-anchor": "middle", "font-weight": 700 }, targets[i]);
  });
}

function news(now, place, last, targets) {
  if (place === 0) return "All weights are 0, so the sum is 0 everywhere, and every answer is 1.";
  const x = SAMPLES[now.sample];
  const shown = `(${x}) was shown`;
  const done = place === last && now.mistakes === 0 ? " A whole epoch without a mistake: it has learned." : "";
  const never = place === last && now.mistakes > 0 ? ` After ${EPOCHS} epochs it is still wrong: no line will do.` : "";
  if (now.error === 0) return `${shown}, and the answer ${targets[now.sample]} was right.${done}${never}`;
  const change = now.error > 0 ? "is added to w, and 1 to b" : "is taken from w, and 1 from b";
  return `${shown}, and the answer was ${targets[now.sample] - now.error}: wrong. (${x}) ${change}.${never}`;
}

function draw(place) {
  const targets = GATES[gate()];
  const path = learn(targets);
  const now = path[place];
  show("w1", now.w[0], 0);
  show("w2", now.w[1], 0);
  show("b", now.b, 0);
  show("epoch", now.epoch, 0);
  show("mistakes", now.mistakes, 0);
  show("total", now.total, 0);
  write("news", news(now, place, path.length - 1, targets));
  drawPlane(now, targets);
}

const film = player({ last: () => learn(GATES[gate()]).length - 1, draw, pause: 700 });
for (const choice of document.querySelectorAll("[name=gate]")) {
  choice.addEventListener("change", () => {
    film.stop();
    film.go(0);
  });
}
film.go(0);
