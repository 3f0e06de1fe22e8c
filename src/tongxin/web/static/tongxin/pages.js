// Small conveniences; every page works without them.
document.documentElement.classList.add("has-script");

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-refreshes]")) event.target.form.dispatchEvent(new CustomEvent("refresh-form"));
});

// Whoever goes on typing while a form is on its way to be filled anew loses nothing: it is asked for once more.
const written = (form) => new URLSearchParams(new FormData(form)).toString();
const sent = new WeakMap();
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.matches("form[hx-trigger=refresh-form]")) sent.set(event.target, written(event.target));
});
document.addEventListener("htmx:before:swap", (event) => {
  const form = event.target;
  if (!sent.has(form) || sent.get(form) === written(form)) return;
  event.preventDefault();
  setTimeout(() => form.dispatchEvent(new CustomEvent("refresh-form")));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-check-all]");
  if (!button) return;
  const value = button.dataset.checkAll;
  const boxes = value ? `[data-presence][value="${value}"]` : "[data-choice]";
  for (const box of button.form.querySelectorAll(boxes)) box.checked = true;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A figure chosen from the list is put where the cursor stands.
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-insert]");
  const text = chosen && document.querySelector("[data-insert-into]");
  if (!text) return;
  text.setRangeText(chosen.dataset.insert, text.selectionStart, text.selectionEnd, "end");
  text.focus();
});

// What scrolls within the page can be scrolled with the keyboard too.
const reachScrolled = () => {
  for (const each of document.querySelectorAll(".tablewrap, .names, .board, .menu ul")) {
    const scrolls = each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight;
    if (scrolls) each.tabIndex = 0;
    else each.removeAttribute("tabindex");
  }
};
reachScrolled();
addEventListener("resize", reachScrolled);
document.addEventListener("htmx:after:settle", reachScrolled);

// Of tabs that scroll, the one of this page stands in view.
for (const tabs of document.querySelectorAll(".tabs")) {
  const current = tabs.querySelector("[aria-current]");
  if (!current || tabs.scrollWidth <= tabs.clientWidth) continue;
  const [outer, inner] = [tabs, current].map((each) => each.getBoundingClientRect());
  tabs.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}

const drop = document.querySelector("[data-drop]");
if (drop) {
  const input = drop.querySelector("input[type=file]");
  const shown = drop.querySelector("[data-drop-name]");
  const tell = () => { if (shown && input.files.length) shown.textContent = input.files[0].name; };
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("drop--over"); });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("drop--over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); input.files = event.dataTransfer.files; tell(); });
  input.addEventListener("change", tell);
}
