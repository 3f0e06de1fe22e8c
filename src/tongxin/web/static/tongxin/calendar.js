// Dragging a planned activity to another day; the form at each activity does the same without it.
const month = document.querySelector("[data-month]");

function dropped(event) {
  const cell = event.target.closest("td[data-day]");
  const uid = event.dataTransfer.getData("text/x-activity");
  const card = uid && document.getElementById(`move-${uid}`);
  if (!cell || !card) return;
  event.preventDefault();
  card.querySelector("input[name=day]").value = cell.dataset.day;
  card.requestSubmit();
}

if (month) {
  for (const card of month.querySelectorAll("[data-movable]")) card.draggable = true;
  month.addEventListener("dragstart", (event) => {
    const card = event.target.closest("[data-movable]");
    if (card) event.dataTransfer.setData("text/x-activity", card.dataset.movable);
  });
  month.addEventListener("dragover", (event) => {
    const cell = event.target.closest("td[data-day]");
    if (!cell || !event.dataTransfer.types.includes("text/x-activity")) return;
    event.preventDefault();
    for (const other of month.querySelectorAll("td.over")) if (other !== cell) other.classList.remove("over");
    cell.classList.add("over");
  });
  month.addEventListener("dragend", () => { for (const cell of month.querySelectorAll("td.over")) cell.classList.remove("over"); });
  month.addEventListener("drop", dropped);
}
