// Words selected in the text are put into the form of the note, with the place where they begin (in code points).
const text = document.querySelector("[data-text]");
const quote = document.querySelector("[data-quote]");
const start = document.querySelector("[data-quote-start]");

// The numbers of notes stand in the text but are no part of it.
const plain = (range) => {
  const piece = range.cloneContents();
  for (const mark of piece.querySelectorAll("[data-mark], .notes")) mark.remove();
  return piece.textContent;
};

const paragraphOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-start]");

if (text && quote && start) {
  text.addEventListener("pointerup", () => {
    const chosen = getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return;
    const range = chosen.getRangeAt(0);
    const paragraph = paragraphOf(range.startContainer);
    if (!paragraph || paragraphOf(range.endContainer) !== paragraph) return;
    const before = document.createRange();
    before.setStart(paragraph, 0);
    before.setEnd(range.startContainer, range.startOffset);
    quote.value = plain(range);
    start.value = Number(paragraph.dataset.start) + Array.from(plain(before)).length;
  });
  quote.addEventListener("input", () => { start.value = ""; });
}
