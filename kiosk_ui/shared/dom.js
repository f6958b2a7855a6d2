// Elements built by hand: text goes in as text, so nothing that people typed can become markup.
const SVG = "http://www.w3.org/2000/svg";
const ICONS = new URL("./icons.svg", import.meta.url).pathname;

// h("p.quiet", {hidden: true}, "text", child, null) -> <p class="quiet" hidden>
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) set(element, key, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, key, value) {
  if (value === false || value === null || value === undefined) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else element.setAttribute(key, value === true ? "" : value);
}

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function icon(name, classes = "") {
  return svg("svg", { class: `icon ${classes}`, "aria-hidden": "true" }, svg("use", { href: `${ICONS}#i-${name}` }));
}

// An order's short number, set like the number of a station: letter above, digits below.
export function plate(number, state, size = "") {
  const [letter, digits = ""] = number.split("-");
  return h(`span.plate${size ? "." + size : ""}`, { "data-state": state },
    h("span.l", {}, letter, h("span.vh", {}, "-")), h("span.n.num", {}, digits),
    h("span.badge", {}, icon(state)));
}

// fill("{n} min left", {n: 3}): patterns come from the server in the reader's language.
export function fill(pattern, holes) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => holes[name] ?? "");
}

// fill, with {b:name} set in bold
export function rich(pattern, holes) {
  return pattern.split(/(\{b:\w+\}|\{\w+\})/).map((part) => {
    const hole = part.match(/^\{(b:)?(\w+)\}$/);
    if (!hole) return part;
    return hole[1] ? h("b.num", {}, String(holes[hole[2]] ?? "")) : String(holes[hole[2]] ?? "");
  });
}
