// Softmax of four logits.

const CLASSES = ["A", "B", "C", "D"];

/** The logarithms of the probabilities, for logits of any size. */
function logSoftmax(logits) {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, z) => total + Math.exp(z - largest), 0);
  return logits.map((z) => z - largest - Math.log(sum));
}

function drawBars(probabilities, label) {
  const { Y, add, left, right, bottom } = chart(
    $("stage"),
    { range: [0, 4], ticks: [], label: "class" },
    { range: [0, 1.08], ticks: [0, 0.25, 0.5, 0.75, 1], name: String, label: "probability" },
  );
  const wide = (right - left) / CLASSES.length;
  probabilities.forEach((p, i) => {
    const x = left + (i + 0.5) * wide;
    const kind = i === label ? "fill-orange" : "fill-blue";
    add("rect", { class: kind, x: x - 0.3 * wide, y: Y(p), width: 0.6 * wide, height: Y(0) - Y(p) });
    add("text", { x, y: Y(p) - 5, "text-anchor": "middle" }, p.toFixed(3));
    add("text", { x, y: bottom + 18, "text-anchor": "middle" }, i === label ? `${CLASSES[i]} (label)` : CLASSES[i]);
  });
}

/** What the controls say, and what follows from it. */
function situation() {
  const temperature = 10 ** Number($("temperature").value);
  const logits = CLASSES.map((_, i) => Number($(`logit-${i}`).value));
  const label = Number(document.querySelector("[name=label]:checked").value);
  const logs = logSoftmax(logits.map((z) => z / temperature));
  return { temperature, logits, label, loss: -logs[label], probabilities: logs.map(Math.exp) };
}

function news({ probabilities, label }) {
  const best = probabilities.indexOf(Math.max(...probabilities));
  const right = best === label ? "It is right." : `Right would be ${CLASSES[label]}.`;
  return `${CLASSES[best]} has the largest probability, ${text(probabilities[best], 3)}. ${right}`;
}

function showNumbers({ temperature, logits, label, loss, probabilities }) {
  show("temperature-now", temperature, 2);
  $("temperature").setAttribute("aria-valuetext", text(temperature, 2));
  logits.forEach((z, i) => {
    write(`now-${i}`, text(z, 1));
    show(`p-${i}`, probabilities[i], 4);
    show(`dz-${i}`, probabilities[i] - (i === label ? 1 : 0), 4);
  });
  show("loss", loss, 4);
}

const draw = inTurns(
  () => {
    const { probabilities, label } = situation();
    drawBars(probabilities, label);
  },
  () => showNumbers(situation()),
  () => write("news", news(situation())),
);

for (const input of document.querySelectorAll("input")) input.addEventListener("input", () => draw());
onResize(draw);
draw();
