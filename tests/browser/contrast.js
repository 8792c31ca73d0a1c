// Every text of a page whose contrast with the ground it stands on is less than WCAG 2.2 AA asks.
() => {
  const linear = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  const bright = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((x) => linear(x / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\)$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const told = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.offsetParent && told(element) && !element.closest("svg, .unseen, .stamp"))
    .map((element) => {
      const pair = [bright(getComputedStyle(element).color), bright(ground(element))];
      return [(Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05), element.textContent.trim().slice(0, 40)];
    })
    .filter(([ratio]) => ratio < 4.5);
}
