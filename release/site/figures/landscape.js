// Gradient descent in the bowl (w - 3)².

const MINIMUM = 3;
const STEPS = 20;

const bowl = (w) => (w - MINIMUM) ** 2;
const slopeAt = (w) => 2 * (w - MINIMUM);

/** w at the start and after each step. */
function descend(w, rate, steps) {
  const path = [w];
  for (let step = 0; step < steps; step += 1) path.push(path[step] - rate * slopeAt(path[step]));
  return path;
}

/** What a path does, in the words of the handout. It does not start at the minimum. */
function describeRate(path) {
  const offsets = path.map((w) => w - MINIMUM);
  const d = offsets.map(Math.abs);
  if (d.at(-1) > d[0] + 1e-9) return "diverges";
  if (d.every((one) => Math.abs(one - d[0]) <= 1e-9)) return "bounces";
  if (d[1] < 1e-9) return "one step";
  const far = offsets.filter((one) => Math.abs(one) >= 1e-9);
  const pairs = far.slice(1).map((one, i) => [far[i], one]);
  const shrinks = pairs.every(([before, after]) => Math.abs(after) < Math.abs(before));
  if (shrinks && pairs.every(([before, after]) => before * after < 0)) return "overshoots";
  return shrinks && d[20] > d[0] / 2 ? "creeps" : "converges";
}

/** What one step has done, in a sentence. */
function describeStep(before, after) {
  const [far, near] = [Math.abs(before - MINIMUM), Math.abs(after - MINIMUM)];
  if (near < 1e-9) return "at the minimum";
  const side = (before - MINIMUM) * (after - MINIMUM) < 0 ? "over to the other side" : "on the same side";
  if (Math.abs(far - near) <= 1e-9) return `${side}, and as far away as before`;
  return `${side}, and ${near < far ? "closer" : "further away"}`;
}

function drawBowl(path) {
  const [low, high, top] = [-2.5, 8.5, 32];
  const { X, Y, add, left, right } = chart(
    $("bowl"),
    { range: [low, high], ticks: [-2, 0, 2, 4, 6, 8], label: "w" },
    { range: [-1, top], ticks: [0, 10, 20, 30], label: "(w − 3)²" },
  );
  const places = Array.from({ length: 111 }, (_, i) => low + (i * (high - low)) / 110);
  add("path", { class: "curve ink", d: line(places.map((w) => [X(w), Y(bowl(w))])) });
  const seen = path.map((w) => [clamp(X(w), -1e4, 1e4), clamp(Y(bowl(w)), -1e4, 1e4)]);
  add("path", { class: "curve orange", "stroke-width": 1, d: line(seen) });
  for (const [x, y] of seen) add("circle", { class: "fill-orange", cx: x, cy: y, r: 3.5 });
  const [x, y] = seen.at(-1);
  if (bowl(path.at(-1)) <= top) {
    add("circle", { class: "fill-blue", cx: x, cy: y - 9, r: 9 });
  } else {
    const middle = (left + right) / 2;
    add("rect", { class: "fill-paper", x: middle - 95, y: 12, width: 190, height: 20 });
    add("text", { class: "text-orange", x: middle, y: 27, "text-anchor": "middle" }, "the ball has left the picture");
  }
}

function draw(place) {
  const [rate, start] = [Number($("rate").value), Number($("start").value)];
  const whole = descend(start, rate, STEPS);
  const path = whole.slice(0, place + 1);
  const w = path.at(-1);
  const still = start === MINIMUM;
  const word = place < STEPS || still ? null : describeRate(whole);
  write("rate-now", rate.toFixed(2));
  write("start-now", text(start, 1));
  write("steps", place);
  show("w", w, 4);
  show("loss", bowl(w), 4);
  show("slope", slopeAt(w), 4);
  show("share", still ? null : Math.abs(w - MINIMUM) / Math.abs(start - MINIMUM), 4);
  write("word", word ?? "–");
  if (still) write("news", "This is the minimum: the slope is 0, and no rate moves the ball.");
  else if (place === 0) write("news", "Will it creep, converge, overshoot, bounce or diverge?");
  else {
    const verdict = word ? ` In a word: ${word}.` : "";
    write("news", `Step ${place}: ${describeStep(path.at(-2), w)}.${verdict}`);
  }
  drawBowl(path);
}

const film = player({ last: () => STEPS, draw, pause: 400 });
for (const id of ["rate", "start"]) {
  $(id).addEventListener("input", () => {
    film.stop();
    film.go(0);
  });
}
film.go(0);
