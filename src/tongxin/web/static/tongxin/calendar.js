// Moving a planned activity to another day: dragged, or picked up with the space bar, carried with the arrow keys and
// put down with Enter.  The form at each activity does the same without a script.
const months = document.querySelectorAll("[data-month]");
const said = document.querySelector("[data-said]");
const cells = [...document.querySelectorAll("td[data-day]")];
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
let card = null;
let place = -1;

function mark(cell) {
  for (const other of cells) other.classList.toggle("over", other === cell);
}

function say(words, day = "") {
  if (said) said.textContent = words.replace("{day}", day);
}

function move(day) {
  const form = card.querySelector("form");
  form.querySelector("input[name=day]").value = day;
  form.requestSubmit();
}

function letGo() {
  card?.classList.remove("happening--held");
  card = null;
  mark(null);
}

function carry(event) {
  const focused = event.target.closest("[data-movable]");
  if (event.target !== focused) return; // keys inside its link or form are their own
  if (card === null) {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    card = focused;
    card.classList.add("happening--held");
    place = Math.max(0, cells.findIndex((cell) => cell.dataset.day === card.querySelector("input[name=day]").value));
    mark(cells[place]);
    say(said.dataset.picked, cells[place].dataset.day);
  } else if (event.key in STEPS) {
    event.preventDefault();
    place = Math.min(cells.length - 1, Math.max(0, place + STEPS[event.key]));
    mark(cells[place]);
    say(said.dataset.target, cells[place].dataset.day);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    move(cells[place].dataset.day);
  } else if (event.key === "Escape" || event.key === "Tab") {
    letGo();
    say(said.dataset.hint);
  }
}

for (const month of months) {
  for (const each of month.querySelectorAll("[data-movable]")) each.draggable = true;
  month.addEventListener("keydown", carry);
  month.addEventListener("dragstart", (event) => {
    card = event.target.closest("[data-movable]");
    if (card) event.dataTransfer.setData("text/x-activity", card.dataset.movable);
  });
  month.addEventListener("dragover", (event) => {
    const cell = event.target.closest("td[data-day]");
    if (!cell || card === null) return;
    event.preventDefault();
    mark(cell);
  });
  month.addEventListener("dragend", letGo);
  month.addEventListener("drop", (event) => {
    const cell = event.target.closest("td[data-day]");
    if (!cell || card === null) return;
    event.preventDefault();
    move(cell.dataset.day);
  });
}
