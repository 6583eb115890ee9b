(() => {
  "use strict";
  const STEP = 15; // rows that are laid out at once: formulas take the browser most of its time
  const form = document.querySelector("form");
  const list = document.querySelector(".claims");
  const more = document.querySelector(".more");
  const said = form.querySelector("[role=status]");
  const fields = ["search", "verdict", "chapter", "paper", "order"].map((name) => form.elements[name]);
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
  let sorted = "";
  let touched = null; // the field of the last entry in the history of the window

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

  function arrange() {
    const order = form.elements.order.value;
    if (order !== sorted) {
      rows.sort(orders[order]);
      list.append(...rows.map((row) => row.element));
      sorted = order;
    }
    filter();
  }

  function reveal(element) {
    const place = fitting.findIndex((row) => row.element === element);
    if (place >= limit) limit = place + STEP;
    draw();
  }

  function extend() {
    limit += STEP;
    draw();
  }

  // The address holds what a link should show: #claim?verdict=refuted&search=sharp, where either part may be missing.
  function address() {
    const claim = list.querySelector(".here")?.id ?? "";
    const query = String(new URLSearchParams(fields.filter((field) => field.value).map((field) => [field.name, field.value])));
    return claim || query ? `#${claim}${query && "?"}${query}` : location.pathname + location.search;
  }

  // The state tells an entry that was written here from a link that was followed.
  function record(kept) {
    const wanted = new URL(address(), location.href).href;
    if (kept || wanted === location.href) history.replaceState({}, "", wanted);
    else history.pushState({}, "", wanted);
  }

  function mark(element) {
    list.querySelector(".here")?.classList.remove("here");
    element?.classList.add("here");
  }

  // A link on the page names a claim alone: the filters stay, unless they hide it.
  function show() {
    const [claim, query = ""] = location.hash.slice(1).split("?");
    if (query || history.state) {
      const values = new URLSearchParams(query);
      for (const field of fields) field.value = values.get(field.name) ?? "";
      for (const field of fields) if (field.selectedIndex === -1) field.value = ""; // an option that is not there
      arrange();
    }
    const element = rows.find((row) => row.element.id === claim)?.element;
    mark(element);
    touched = null;
    if (element) {
      if (element.hidden === true) {
        form.reset();
        arrange();
      }
      reveal(element);
      element.querySelector("details").open = true;
      element.scrollIntoView();
      element.querySelector("h2 a").focus({ preventScroll: true });
    }
    record(true);
  }

  function change(event) {
    arrange();
    mark(null);
    record(event.target === touched && event.target.name === "search"); // one entry for a word, not one for a letter
    touched = event.target;
  }

  // Down and up lead from claim to claim, "/" to the search.
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target;
    if (event.key === "/" && !at.matches("input, select")) {
      event.preventDefault();
      form.elements.search.select();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const from = at.closest("summary, h2 a") ? fitting.findIndex((row) => row.element === at.closest(".claim")) : -1;
      const next = fitting[from + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next || (from < 0 && at !== form.elements.search)) return;
      event.preventDefault();
      reveal(next.element);
      next.element.querySelector(at.matches("h2 a") ? "h2 a" : "summary").focus();
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", change);
  form.querySelector("button").addEventListener("click", (event) => {
    form.reset();
    change(event);
  });
  more.addEventListener("click", extend);
  const end = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    extend();
    end.unobserve(more); // observed anew it reports again, should it still be in sight
    end.observe(more);
  }, { rootMargin: "1200px" });
  end.observe(more);
  list.addEventListener("beforematch", (event) => reveal(event.target));
  list.addEventListener("click", (event) => {
    const details = event.target.closest("summary")?.parentElement;
    if (!details) return;
    mark(details.open ? null : details.closest(".claim")); // it is about to change
    record(true);
  });
  addEventListener("keydown", press);
  addEventListener("beforeprint", () => { limit = Infinity; draw(); });
  addEventListener("popstate", show); // links, the back button and what is typed into the address
  form.hidden = false;
  arrange();
  list.classList.add("ready");
  show();
})();
