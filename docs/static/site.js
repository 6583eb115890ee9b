// A page that was opened as a file may not read other files, so that the search cannot show excerpts there.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// The drawers of a narrow screen, and the folded parts of the navigation, open by keyboard as they do by touch.
document.addEventListener("DOMContentLoaded", () => {
  const names = { __navigation: "Navigation", __toc: "Contents of this page" };
  for (const label of document.querySelectorAll("label.nav-overlay-icon, label.toc-overlay-icon, .sidebar-tree label")) {
    const box = document.getElementById(label.htmlFor);
    const tell = () => label.setAttribute("aria-expanded", box.checked);
    label.tabIndex = 0;
    label.setAttribute("role", "button");
    if (names[box.id]) label.setAttribute("aria-label", names[box.id]);
    label.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      box.click();
    });
    box.addEventListener("change", tell);
    tell();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const id of Object.keys(names)) {
      const box = document.getElementById(id);
      if (box && box.checked) box.click();
    }
  });
});
