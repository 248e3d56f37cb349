// The training step of assignment 08: one neuron, one line after the other.

const PEOPLE = [
  [170, 65, 25],
  [160, 55, 30],
  [180, 80, 22],
  [155, 50, 35],
];
const LABELS = [1, 0, 1, 0];
const WEIGHTS = [0.01, -0.02, 0.03, 0]; // the bias comes last, as if there were a fourth input, always 1
const ROUNDS = 3;
const LINES = ["z", "p", "l", "loss", "was", "g", "w"];

const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** One training step: what each line leaves behind. `was` are the gradients of before. */
function train(weights, was, rate, clear) {
  const rows = PEOPLE.map((row) => [...row, 1]);
  const z = rows.map((row) => row.reduce((sum, x, i) => sum + x * weights[i], 0));
  const p = z.map((one) => 1 / (1 + Math.exp(-one)));
  const l = p.map((one, i) => -Math.log(LABELS[i] ? one : 1 - one));
  const kept = clear ? was.map(() => null) : was;
  const slope = (i) => mean(rows.map((row, sample) => (p[sample] - LABELS[sample]) * row[i]));
  const g = weights.map((_, i) => (kept[i] ?? 0) + slope(i));
  const w = weights.map((weight, i) => weight - rate * g[i]);
  return { z, p, l, loss: [mean(l)], was: kept, g, w };
}

/** Three training steps. */
function trainAll(rate, clear) {
  const rounds = [];
  let [weights, gradients] = [WEIGHTS, WEIGHTS.map(() => null)];
  for (let i = 0; i < ROUNDS; i += 1) {
    rounds.push(train(weights, gradients, rate, clear));
    ({ w: weights, g: gradients } = rounds[i]);
  }
  return rounds;
}

/** Make the places of a line's numbers behind it. */
function makePlaces([name, values]) {
  $(name).append(...values.map((_, i) => element("b", { id: `${name}-${i}` })));
}

function news(done, { loss, g }, clear) {
  if (done === 0) return "The weights start at 0.01, −0.02 and 0.03, the bias at 0.";
  return [
    "Four logits, one for each row of X. Autograd records how they came about.",
    "Four probabilities of the label 1.",
    "The loss of each sample: what the probability of its own label costs.",
    `The mean loss is ${text(loss[0])}.`,
    clear ? "No gradients are left from before." : "Nothing is cleared: the gradients of before are still there.",
    `The slope along the first weight is ${text(g[0])}: heights are large numbers.`,
    "The weights and the bias have moved, in place and without being recorded.",
  ][done - 1];
}

function draw(place) {
  const [rate, clear] = [10 ** Number($("rate").value), $("clear").checked];
  const rounds = trainAll(rate, clear);
  const round = Math.min(Math.floor(Math.max(place - 1, 0) / LINES.length), ROUNDS - 1);
  const done = place - round * LINES.length;
  const now = rounds[round];
  show("rate-now", rate, 6);
  $("rate").setAttribute("aria-valuetext", text(rate, 6));
  write("round", round + 1);
  LINES.forEach((name, number) => {
    const before = name === "w" ? (rounds[round - 1]?.w ?? WEIGHTS) : now[name].map(() => null);
    const values = number < done ? now[name] : before;
    values.forEach((value, i) => show(`${name}-${i}`, value, 4));
    $("lines").children[number].classList.toggle("here", number === done - 1);
  });
  write("news", news(done, now, clear));
}

Object.entries(trainAll(0, true)[0]).forEach(makePlaces);
const film = player({ last: () => ROUNDS * LINES.length, draw, pause: 1200 });
for (const id of ["rate", "clear"]) {
  $(id).addEventListener("input", () => {
    film.stop();
    film.go(0);
  });
}
film.go(0);
