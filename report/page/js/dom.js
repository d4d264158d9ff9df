// Making elements. Texts only ever become text nodes: nothing of a trace is taken for markup.

const SVG = 'http://www.w3.org/2000/svg';

// el('button', {class: 'x', type: 'button', onclick: f}, 'text', otherElement, null)
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function replaceChildren(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

export function svgElement(tag) {
  return document.createElementNS(SVG, tag);
}

// A section of the page with its heading; `parts` follow.
export function section(id, title, ...parts) {
  return el('section', {id, 'aria-labelledby': `${id}-title`}, el('h2', {id: `${id}-title`}, title), ...parts);
}

// Buttons of which one is chosen. `choices`: [value, text].
export function choice(label, choices, chosen, onChoose) {
  const name = `choice-${label.replace(/\W+/g, '-').toLowerCase()}`;
  const inputs = choices.map(([value, text]) => {
    const input = el('input', {type: 'radio', name, value, onchange: () => onChoose(value)});
    input.checked = value === chosen;
    return el('label', {}, input, el('span', {}, text));
  });
  const group = el('fieldset', {class: 'choice'}, el('legend', {}, label), ...inputs);
  group.choose = (value) => {
    for (const input of group.querySelectorAll('input')) input.checked = input.value === value;
  };
  return group;
}

// A key of the whole page, unless it is typed into something.
export function onKey(key, action) {
  addEventListener('keydown', (event) => {
    const typing = event.target.closest?.('input[type=search], select, textarea');
    if (event.key !== key || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
}

// What a theme calls a colour, as a canvas takes it.
export function color(name) {
  const probe = el('span', {hidden: true});
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
