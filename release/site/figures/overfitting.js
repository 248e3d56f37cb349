// Four networks that the reference has trained (RECORDED), played check by check.

const EVERY = 10; // epochs between two checks
const PATIENCE = 5;

/** At which check early stopping stops, and which one it keeps, counted from 0. */
function stopEarly(validation, patience) {
  let best = 0;
  for (let check = 1; check < validation.length; check += 1) {
    if (validation[check] < validation[best]) best = check;
    else if (check - best > patience) return { stop: check, best };
  }
  return { stop: validation.length - 1, best };
}

/** What two curves show, and the number of the best check, counted from 0. */
function diagnose(train, validation) {
  const best = validation.indexOf(Math.min(...validation));
  const [lastTrain, lastValidation] = [train.at(-1), validation.at(-1)];
  if (lastValidation > 1.2 * validation[best] && lastTrain < train[best]) return { word: "overfitting", best };
  if (lastTrain > train[0] / 2) return { word: "underfitting", best };
  return { word: "healthy", best };
}

/** The recorded run that the switches name. Place 0 of a recording is before the first update, place 1 is check 0. */
function chosenRun() {
  const [dropout, decay] = [$("dropout").checked, $("decay").checked];
  return RECORDED.runs[dropout && decay ? "both" : dropout ? "dropout" : decay ? "decay" : "plain"];
}

function lastPlace() {
  const { validation } = chosenRun().losses;
  return $("stopping").checked ? stopEarly(validation.slice(1), PATIENCE).stop + 1 : validation.length - 1;
}

/** All that is shown at one place. */
function situation(place) {
  const { losses, answers } = chosenRun();
  const [train, validation] = [losses.train.slice(1, place + 1), losses.validation.slice(1, place + 1)];
  const found = place > 0 ? diagnose(train, validation) : null;
  const restored = $("stopping").checked && place === lastPlace();
  const kept = restored ? found.best + 1 : place;
  const now = Object.fromEntries(Object.entries(losses).map(([name, values]) => [name, values[kept]]));
  return { losses, found, restored, kept, now, answers: answers[kept] };
}

function drawFit({ answers }) {
  const { X, Y, add } = chart(
    $("fit"),
    { range: [-1.05, 1.05], ticks: [-1, 0, 1], label: "x" },
    { range: [-2.6, 2.6], ticks: [-2, -1, 0, 1, 2], label: "answer" },
  );
  const at = (i) => -1 + (2 * i) / (answers.length - 1);
  add("path", { class: "curve ink dotted", d: line(answers.map((_, i) => [X(at(i)), Y(Math.sin(3 * at(i)))])) });
  add("path", { class: "curve orange", d: line(answers.map((height, i) => [X(at(i)), Y(height)])) });
  for (const [x, y] of RECORDED.samples.validation) {
    add("rect", { class: "curve green", x: X(x) - 4, y: Y(y) - 4, width: 8, height: 8 });
  }
  for (const [x, y] of RECORDED.samples.train) add("circle", { class: "fill-blue", cx: X(x), cy: Y(y), r: 5 });
}

function drawCurves({ losses, found, kept }, place) {
  const ticks = [0.05, 0.1, 0.2, 0.5, 1].map(Math.log10);
  const { X, Y, add, top, bottom } = chart(
    $("curves"),
    { range: [0, 300], ticks: [0, 100, 200, 300], label: "epoch" },
    { range: [-1.4, 0.15], ticks, name: (power) => text(10 ** power, 2).replace(/0$/, ""), label: "loss" },
  );
  const kinds = { curve: "curve ink dotted", validation: "curve green dashed", train: "curve blue" };
  for (const [name, kind] of Object.entries(kinds)) {
    const points = losses[name].slice(0, place + 1).map((loss, i) => [X(EVERY * i), Y(Math.log10(loss))]);
    add("path", { class: kind, d: line(points) });
    add("circle", { class: "fill-ink", cx: X(EVERY * kept), cy: Y(Math.log10(losses[name][kept])), r: 3.5 });
  }
  if (found) {
    const x = X(EVERY * (found.best + 1));
    add("line", { class: "axis dotted", x1: x, x2: x, y1: top, y2: bottom });
  }
}

function news({ found, restored, kept, now }, place) {
  if (place === 0) return "Nothing is learned yet: the answers are those of the initial weights.";
  const best = EVERY * (found.best + 1);
  if (restored) return `Stopped after ${EVERY * place} epochs. The weights of epoch ${EVERY * kept} are put back.`;
  const both = `Training ${text(now.train, 3)}, validation ${text(now.validation, 3)}.`;
  return `Epoch ${EVERY * place}: ${found.word}. ${both} Validation was lowest at epoch ${best}.`;
}

function showWords({ found }, place) {
  $("place").max = lastPlace();
  $("place").value = place;
  $("place").setAttribute("aria-valuetext", `${EVERY * place} epochs`);
  write("epochs", EVERY * place);
  write("best", found ? `${EVERY * (found.best + 1)} epochs` : "–");
  write("word", found?.word ?? "–");
}

const draw = inTurns(
  (place) => {
    const now = situation(place);
    showWords(now, place);
    drawFit(now);
  },
  (place) => drawCurves(situation(place), place),
  (place) => {
    const now = situation(place);
    for (const [name, loss] of Object.entries(now.now)) show(name, loss, 4);
    write("news", news(now, place));
  },
);

const film = player({ last: lastPlace, draw, pause: 250 });
$("place").addEventListener("input", () => {
  film.stop();
  film.go(Number($("place").value));
});
for (const id of ["stopping", "dropout", "decay"]) $(id).addEventListener("change", () => film.go(film.place()));
film.go(0);
