// A list of stops becomes a slider over the same stops; the list stays what is sent.
function enhance(root) {
  for (const box of root.querySelectorAll("[data-slider]:not([data-ready])")) {
    const list = box.querySelector("select");
    const options = [...list.options].sort((a, b) => place(a, list) - place(b, list));
    const range = document.createElement("input");
    const said = document.createElement("output");
    range.type = "range";
    range.min = 0;
    range.max = options.length - 1;
    range.step = 1;
    range.value = options.indexOf(list.selectedOptions[0]);
    range.id = list.id;
    range.setAttribute("aria-describedby", list.getAttribute("aria-describedby"));
    const tell = () => {
      const text = options[range.value].text;
      list.value = options[range.value].value;
      said.textContent = text;
      range.setAttribute("aria-valuetext", text);
    };
    list.removeAttribute("id");
    list.hidden = true;
    said.setAttribute("aria-hidden", "true");
    range.addEventListener("input", tell);
    list.before(said, range);
    box.dataset.ready = "";
    tell();
  }
}

// Where a value stands that is none of the stops: behind the last stop that is smaller.
function place(option, list) {
  const listed = [...list.options];
  const own = listed.indexOf(option);
  if (own < listed.length - 1 || option.value === "" || own === 0) return own;
  const before = listed.filter((o) => o !== option && o.value !== "" && Number(o.value) <= Number(option.value));
  const extra = Number(option.value) < Number(listed[own - 1].value || Infinity);
  return extra ? (before.length ? listed.indexOf(before[before.length - 1]) + 0.5 : -0.5) : own;
}

enhance(document);
document.body.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
