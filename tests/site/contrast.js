// Text whose contrast with what is behind it is below 4.5 (3 where it is large), as WCAG 2 counts it.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  const rgba = (colour) => {
    if (!seen.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      seen.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return seen.get(colour);
  };
  const over = (top, below) => top.slice(0, 3).map((c, k) => (c * top[3] + below[k] * (255 - top[3])) / 255);
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 255) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = new Map();
  const left = "script, style, template, [aria-hidden=true]";
  const choose = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim() ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT;
    if (node.matches(left) || !node.checkVisibility({ opacityProperty: true, contentVisibilityAuto: true })) return NodeFilter.FILTER_REJECT;
    return node.localName === "math" ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, choose);
  const looked = new Set();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (looked.has(element) || element.parentElement.closest("math")) continue; // a formula has one colour
    looked.add(element);
    const text = node.textContent.trim();
    const style = getComputedStyle(element);
    const back = behind(element);
    const front = over(rgba(style.color), back);
    const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const enough = size >= 24 || (size >= 18.6 && parseInt(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < enough - 0.01) found.set(`${style.color} on ${back.map(Math.round)}`, `${ratio.toFixed(2)}: ${text.slice(0, 40)} (${element.className || element.tagName})`);
  }
  return [...found].map(([colours, text]) => `${colours} ${text}`);
}
