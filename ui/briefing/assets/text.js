// The text of a briefing, by paragraphs: every number is a button, every paragraph can be changed. Text reaches the page as text alone.

/** Return an element of a class with children; a child that is text becomes a text node. */
function el(tag, name, ...children) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function button(name, label, told, act) {
  const node = el("button", name, label);
  node.type = "button";
  node.title = told;
  if (told !== label) node.setAttribute("aria-label", `${label} · ${told}`);
  node.addEventListener("click", act);
  return node;
}

function piece({ text, number, told, by_hand }, send) {
  if (number) return button(by_hand ? "number hand" : "number", text, told, () => send("number", number));
  return by_hand ? Object.assign(el("mark", "hand", text), { title: told }) : document.createTextNode(text);
}

function paragraph(found, words, send) {
  const line = el("p", found.kind, ...found.pieces.map((part) => piece(part, send)));
  const change = button("change", "✎", words.change, () => send("change", found.id));
  const before = found.draft ? el("details", "", el("summary", "", words.edited), el("p", "", found.draft)) : null;
  return el("div", found.draft ? "paragraph edited" : "paragraph", el("div", "line", line, change), before);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = el("div", "briefing");
  for (const section of data.sections) {
    box.append(el("h3", "", section.title), ...section.paragraphs.map((found) => paragraph(found, data.words, setTriggerValue)));
  }
  parentElement.querySelector(".briefing")?.remove();
  parentElement.append(box);
}
