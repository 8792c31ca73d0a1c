// Comfort on the form of an event: a kind brings its design, and pictures are of that kind. All works without it.

const form = document.querySelector(".sheet-form");
let own = false;
for (const design of form.querySelectorAll("[name=design]")) design.addEventListener("change", () => (own = true));
for (const kind of form.querySelectorAll("[name=kind]")) {
  kind.addEventListener("change", () => {
    for (const picture of form.querySelectorAll(".designs img")) {
      const address = new URL(picture.src);
      address.searchParams.set("kind", kind.value);
      picture.src = address;
    }
    if (!own) form.querySelector(`[name=design][value=${kind.dataset.design}]`).checked = true;
  });
}

const [start, end, hours] = ["start", "end", "hours"].map((name) => form.elements[name]);
const computed = hours.placeholder;
const count = () => {
  const [from, to] = [start, end].map((input) => input.value.split(":").map(Number));
  if (from.length < 2 || to.length < 2) return (hours.placeholder = computed);
  const minutes = (to[0] * 60 + to[1] - from[0] * 60 - from[1] + 1440) % 1440 || 1440;
  hours.placeholder = (Math.round((minutes / 60) * 100) / 100).toLocaleString(document.documentElement.lang);
};
for (const input of [start, end]) input.addEventListener("input", count);
count();

form.elements.colour.addEventListener("input", () => (form.elements.own_colour.checked = true));
