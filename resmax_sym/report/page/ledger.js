(() => {
  "use strict";
  const STEP = 15; // rows that are laid out at once: formulas take the browser most of its time
  const form = document.querySelector("form");
  const list = document.querySelector(".claims");
  const more = document.querySelector(".more");
  const said = form.querySelector("[role=status]");
  const verdicts = [...form.elements.verdict.options].map((option) => option.value);
  const rows = [...list.children].map((element, place) => ({ element, place, ...element.dataset, used: Number(element.dataset.used) }));
  const orders = {
    "": (a, b) => a.place - b.place,
    name: (a, b) => (a.name < b.name ? -1 : 1),
    verdict: (a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) || a.place - b.place,
    used: (a, b) => b.used - a.used || a.place - b.place,
  };
  let fitting = rows;
  let limit = STEP;

  function hide(row, state) {
    if (row.element.hidden !== state) row.element.hidden = state;
  }

  // What is further down is not laid out before it is scrolled to; the browser's own search finds it all the same.
  function draw() {
    fitting.forEach((row, k) => hide(row, k < limit ? false : "until-found"));
    more.hidden = fitting.length <= limit;
  }

  function filter() {
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const exact = ["verdict", "chapter", "paper"].map((name) => [name, form.elements[name].value]).filter(([, value]) => value);
    const fits = (row) => exact.every(([name, value]) => row[name] === value) && words.every((word) => row.text.includes(word));
    fitting = [];
    for (const row of rows) fits(row) ? fitting.push(row) : hide(row, true);
    limit = STEP;
    draw();
    const about = form.elements.chapter.selectedOptions[0].dataset.about;
    const count = fitting.length === rows.length ? `${rows.length} claims` : `${fitting.length} of ${rows.length} claims`;
    said.textContent = about ? `${count}. ${about}` : count;
  }

  function sort() {
    rows.sort(orders[form.elements.order.value]);
    list.append(...rows.map((row) => row.element));
    filter();
  }

  function clear() {
    form.reset();
    sort();
  }

  function reveal(element) {
    const place = fitting.findIndex((row) => row.element === element);
    if (place >= limit) limit = place + STEP;
    draw();
  }

  function show() {
    document.querySelector(".here")?.classList.remove("here");
    const element = document.getElementById(location.hash.slice(1));
    if (!element?.classList.contains("claim")) return;
    if (element.hidden === true) clear();
    reveal(element);
    element.classList.add("here");
    element.querySelector("details").open = true;
    element.scrollIntoView();
    element.querySelector("h2 a").focus({ preventScroll: true });
  }

  function extend() {
    limit += STEP;
    draw();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => (event.target.name === "order" ? sort() : filter()));
  form.querySelector("button").addEventListener("click", clear);
  more.addEventListener("click", extend);
  const end = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    extend();
    end.unobserve(more); // observed anew it reports again, should it still be in sight
    end.observe(more);
  }, { rootMargin: "1200px" });
  end.observe(more);
  list.addEventListener("beforematch", (event) => reveal(event.target));
  addEventListener("beforeprint", () => { limit = Infinity; draw(); });
  addEventListener("hashchange", show);
  addEventListener("load", show);
  form.hidden = false;
  sort();
  list.classList.add("ready");
})();
