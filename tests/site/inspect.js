// What a reader would stumble over on the page that is open: a list of sentences, empty where all is well.
() => {
  const found = [];
  const say = (text) => found.push(text);

  // The page must not scroll sideways.
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) say(`the page is ${wide} px wide, the window ${window.innerWidth}`);

  // Formulas are drawn, and none is left as it was typed.
  for (const math of document.querySelectorAll("math")) {
    const painted = math.checkVisibility({ contentVisibilityAuto: true });
    const box = painted && math.getBoundingClientRect();
    if (painted && box.width * box.height === 0) say(`a formula has no size: ${math.textContent}`);
    if (/\\[a-zA-Z]/.test(math.textContent)) say(`TeX inside a formula: ${math.textContent}`);
  }
  const left = "pre, code, math, script, style, template";
  const choose = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    return node.matches(left) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, choose);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (/\\[a-zA-Z]+|\$[^\s$]|\{prf:/.test(text.data)) say(`TeX or markup is left: ${text.data.trim().slice(0, 80)}`);
  }

  // Pictures are there, ids are unique, buttons and fields have names.
  for (const image of document.images) {
    if (image.complete && image.naturalWidth === 0) say(`a picture is missing: ${image.src}`);
    if (!image.hasAttribute("alt")) say(`a picture without words: ${image.src}`);
  }
  const ids = new Set();
  for (const element of document.querySelectorAll("[id]")) {
    if (ids.has(element.id)) say(`the id ${element.id} occurs twice`);
    ids.add(element.id);
  }
  for (const field of document.querySelectorAll("button, input:not([type=hidden]), select")) {
    if (!field.checkVisibility()) continue;
    const named = field.ariaLabel || field.title || field.textContent.trim() || (field.labels && field.labels.length);
    if (!named) say(`a field without a name: ${field.outerHTML.slice(0, 80)}`);
  }
  return found;
}
