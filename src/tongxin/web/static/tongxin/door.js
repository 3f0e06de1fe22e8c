// The register at a door: find by initials, tick, undo; marks wait in this browser until the server has them.
// A mark is kept under its own key before anything shows it, and goes only when the server has answered it.
const door = document.getElementById("door");
const live = door && door.querySelector("[data-live]");
const SOURCE = { list: "list", badge: "badge" };
const PRESENCE = ["unknown", "present", "absent"];
const SHOWN = 100;

const words = {};
for (const word of door.querySelectorAll("[data-word]")) words[word.dataset.word] = word.textContent;
const say = (key, values = {}) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words[key]);

const parts = Object.fromEntries(
  ["rows", "row", "undo", "sync", "said", "more", "count", "only"].map((name) => [name, live.querySelector(`[data-${name}]`)]),
);
const find = document.getElementById("door-find");
const plain = door.querySelector("[data-plain]");
const prefix = `tongxin.mark ${door.dataset.marks} `;
const csrf = door.querySelector("[name=csrfmiddlewaretoken]");

let lines = [];
let byUid = new Map();
let byCode = new Map();
let voided = new Set();
let badges = 0;
let open = door.dataset.open === "yes";
let here = 0;
let limit = SHOWN;
let shown = [];
let sending = false;
let ended = false;
let failures = 0;
let timer = 0;
const undoable = [];

// What waits

const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID asks for https, which a county hall may lack
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const waiting = () => {
  const found = [];
  for (let i = 0; i < localStorage.length; i += 1) {
    const key = localStorage.key(i);
    if (key.startsWith(prefix)) found.push(JSON.parse(localStorage.getItem(key)));
  }
  return found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
};
const keep = (mark) => localStorage.setItem(prefix + mark.id, JSON.stringify(mark));
const forget = (id) => localStorage.removeItem(prefix + id);

const showSync = () => {
  const n = waiting().length;
  parts.sync.classList.toggle("door__sync--waiting", n > 0);
  if (ended) parts.sync.textContent = say("ended", { n });
  else if (n === 0) parts.sync.textContent = words.synced;
  else parts.sync.textContent = say(failures ? "offline" : "waiting", { n });
};

const later = (seconds) => {
  clearTimeout(timer);
  timer = setTimeout(send, seconds * 1000);
};

async function send() {
  if (sending || ended) return;
  const batch = waiting().slice(0, 100);
  if (!batch.length) { showSync(); return; }
  sending = true;
  const stop = new AbortController();
  const limitTimer = setTimeout(() => stop.abort(), 10000);
  try {
    const answer = await fetch(door.dataset.marks, {
      method: "POST",
      credentials: csrf ? "same-origin" : "omit",
      headers: { "Content-Type": "application/json", ...(csrf ? { "X-CSRFToken": csrf.value } : {}) },
      body: JSON.stringify({ marks: batch, now: Date.now() }),
      signal: stop.signal,
    });
    if (answer.status >= 500) throw new Error(answer.status);
    const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (!answer.ok || !json) { ended = true; return; }
    for (const each of (await answer.json()).marks) {
      const mark = batch.find((one) => one.id.replaceAll("-", "") === each.id.replaceAll("-", ""));
      if (!mark) continue;
      forget(mark.id);
      const line = byUid.get(mark.person);
      if (each.ok && line) settle(line, mark, true);
      else if (line) tell(`${line.name}：${each.message}${each.hint}`, true);
    }
    failures = 0;
  } catch {
    failures += 1;
  } finally {
    clearTimeout(limitTimer);
    sending = false;
    showSync();
    showLines();
  }
  if (failures) later(Math.min(15, 2 ** failures));
  else if (waiting().length) later(0);
  else refresh();
}

// What stands

const settle = (line, mark, confirmed) => {
  const target = confirmed ? line.server : line.local;
  if (mark.presence) target.presence = mark.presence;
  if (mark.late !== undefined) target.late = mark.late;
  if (mark.left_early !== undefined) target.left_early = mark.left_early;
};

const recount = () => {
  for (const line of lines) line.local = { ...line.server };
  for (const mark of waiting()) { const line = byUid.get(mark.person); if (line) settle(line, mark, false); }
};

const read = (states) => {
  lines.forEach((line, i) => {
    const value = parseInt(states.slice(2 * i, 2 * i + 2), 16);
    line.server = { presence: PRESENCE[value & 3], late: !!(value & 4), left_early: !!(value & 8) };
    line.leave = !!(value & 16);
  });
  recount();
};

const showTotals = (totals) => {
  for (const [name, value] of Object.entries(totals)) {
    const cell = door.querySelector(`[data-total="${name}"]`);
    if (cell) cell.textContent = value;
  }
};

async function refresh(whole = false) {
  const address = door.dataset.lines + (whole ? "" : "?states=1");
  const answer = await fetch(address, { credentials: csrf ? "same-origin" : "omit" });
  if (!answer.ok || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) return false;
  const sent = await answer.json();
  if (whole) {
    lines = sent.lines.map(([uid, name, initials, hint, capacity, code]) => ({ uid: hexOf(uid), name, initials, hint, capacity, code }));
    byUid = new Map(lines.map((line) => [line.uid, line]));
    byCode = new Map(lines.filter((line) => line.code).map((line) => [line.code, line]));
    voided = new Set(sent.void);
    badges = sent.badges;
  } else if (sent.states.length !== 2 * lines.length || sent.badges !== badges) {
    return refresh(true); // somebody was added, or a badge was made or replaced
  }
  open = sent.open;
  read(sent.states);
  showTotals(sent.totals);
  showLines();
  return true;
}

const hexOf = (text) => Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");

// What is shown

const wanted = (line, typed) => !typed || line.name.includes(typed) || line.initials.startsWith(typed.toLowerCase());
const kept = (line) => {
  switch (parts.only.value) {
    case "unmarked": return line.local.presence === "unknown" && !line.leave;
    case "present": return line.local.presence === "present";
    case "leave": return line.leave && line.local.presence !== "present";
    case "guests": return line.capacity > 0;
    default: return true;
  }
};

function showLines() {
  const typed = find.value.trim();
  shown = lines.filter((line) => wanted(line, typed) && kept(line));
  here = Math.max(0, Math.min(here, shown.length - 1));
  const rows = shown.slice(0, Math.max(limit, here + 1)).map((line, place) => {
    const row = parts.row.content.firstElementChild.cloneNode(true);
    const [name, note] = row.querySelectorAll("strong, .fine");
    name.textContent = line.name;
    note.textContent = [line.hint, ["", words.observer, words.invited][line.capacity], line.leave ? words.leave : ""].filter(Boolean).join(" · ");
    row.dataset.uid = line.uid;
    row.classList.toggle("door__line--here", place === here);
    for (const button of row.querySelectorAll("[data-act]")) {
      const on = { present: line.local.presence === "present", absent: line.local.presence === "absent", late: line.local.late, left_early: line.local.left_early }[button.dataset.act];
      button.setAttribute("aria-pressed", on);
      button.setAttribute("aria-label", `${line.name} ${button.textContent}`);
      button.disabled = !open;
    }
    return row;
  });
  parts.rows.replaceChildren(...rows);
  parts.more.hidden = shown.length <= rows.length;
  parts.count.textContent = say("count", { n: shown.length });
  parts.undo.disabled = !undoable.length || !open;
  live.querySelector(".door__keys").hidden = !open;
}

const tell = (text, warn = false) => {
  parts.said.textContent = text;
  parts.said.classList.toggle("door__said--warn", warn);
};

// What is done

function put(line, facts, source, undoes) {
  const before = {};
  for (const name of Object.keys(facts)) before[name] = line.local[name];
  const mark = { id: newId(), person: line.uid, at: Date.now(), source, ...facts, ...(undoes ? { undoes } : {}) };
  keep(mark); // first kept, then shown
  settle(line, mark, false);
  if (!undoes) undoable.push({ line, before, id: mark.id });
  showSync();
  showLines();
  send();
}

function act(line, what, source = SOURCE.list) {
  if (!open) { tell(words.closed, true); return; }
  const now = line.local;
  if (what === "present") {
    const there = now.presence === "present";
    tell(say(there ? "unknown" : "present", { name: line.name }));
    put(line, { presence: there ? "unknown" : "present" }, source);
  } else if (what === "absent") {
    const away = now.presence === "absent";
    tell(say(away ? "unknown" : "absent", { name: line.name }));
    put(line, { presence: away ? "unknown" : "absent" }, source);
  } else {
    const on = !now[what];
    tell(say({ late: on ? "late" : "notlate", left_early: on ? "left" : "notleft" }[what], { name: line.name }));
    // Who came late or left early was there.
    put(line, { [what]: on, ...(on && now.presence !== "present" ? { presence: "present" } : {}) }, source);
  }
}

function undo() {
  const last = undoable.pop();
  if (!last || !open) return;
  tell(say("undone", { name: last.line.name }));
  put(last.line, last.before, SOURCE.list, last.id);
}

const CODE = /^[A-HJ-NP-Z2-9]{10}$/;
function scanned(text) {
  const code = text.toUpperCase();
  const line = byCode.get(code);
  find.value = "";
  if (!line) { tell(voided.has(code) ? words.void : words.nobadge, true); showLines(); return; }
  if (line.local.presence === "present") { tell(say("again", { name: line.name })); showLines(); return; }
  act(line, "present", SOURCE.badge);
}

find.addEventListener("input", () => { here = 0; limit = SHOWN; showLines(); });
parts.only.addEventListener("change", () => { here = 0; limit = SHOWN; showLines(); });
parts.more.addEventListener("click", () => { limit += SHOWN; showLines(); });
parts.undo.addEventListener("click", undo);

find.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const line = shown[here];
  const text = find.value.trim();
  const done = () => { event.preventDefault(); };
  switch (event.key) {
    case "ArrowDown": here += 1; done(); showLines(); break;
    case "ArrowUp": here -= 1; done(); showLines(); break;
    case "Escape": find.value = ""; here = 0; done(); showLines(); break;
    case "Enter":
      done();
      if (CODE.test(text.toUpperCase()) && !shown.length) scanned(text);
      else if (!text) break;
      else if (line) { act(line, "present"); find.value = ""; showLines(); } else { find.value = ""; tell(words.garbage, true); showLines(); }
      break;
    case " ": done(); if (line) { act(line, "present"); find.value = ""; showLines(); } break;
    case ",": case "，": done(); if (line) act(line, "late"); break;
    case ".": case "。": done(); if (line) act(line, "left_early"); break;
    default: break;
  }
  live.querySelector(".door__line--here")?.scrollIntoView({ block: "nearest" });
});

// With a Chinese keyboard switched on a scanner's letters come as one composition, and its Enter only ends that.
find.addEventListener("compositionend", () => {
  const text = find.value.trim();
  if (CODE.test(text.toUpperCase()) && !shown.length) scanned(text);
});

parts.rows.addEventListener("click", (event) => {
  const row = event.target.closest(".door__line");
  const line = row && byUid.get(row.dataset.uid);
  if (!line) return;
  here = shown.indexOf(line);
  const button = event.target.closest("[data-act]");
  if (button) act(line, button.dataset.act); else showLines();
});

document.addEventListener("keydown", (event) => {
  // A scanner types wherever the focus is; after a tap on a line that is nowhere.
  const elsewhere = !event.target.closest?.("input, select, textarea, button, a, summary");
  if (elsewhere && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) find.focus();
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") { event.preventDefault(); undo(); }
});

window.addEventListener("online", () => { failures = 0; send(); });
window.addEventListener("beforeunload", (event) => { if (waiting().length) event.preventDefault(); });
setInterval(() => { if (!document.hidden && !waiting().length) refresh().catch(() => {}); }, 10000);

refresh(true).then((there) => {
  if (!there) return; // the plain form stays
  live.hidden = false;
  plain.hidden = true;
  if (open) find.focus();
  showSync();
  send();
}).catch(() => {});
