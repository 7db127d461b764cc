type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with attributes. `true` is an attribute without a value; false and undefined leave it out. */
export function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
}

const svg = 'http://www.w3.org/2000/svg';

/** Lines of icons in a square of 16. */
const icons = {
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  whole: 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4',
  play: 'M5 3l8 5-8 5z',
  pause: 'M5 3v10M11 3v10',
  next: 'M6 3l5 5-5 5',
  previous: 'M10 3L5 8l5 5',
} as const;

export type Icon = keyof typeof icons;

function iconOf(icon: Icon): SVGElement {
  const drawing = document.createElementNS(svg, 'svg');
  setAttributes(drawing, { viewBox: '0 0 16 16', 'aria-hidden': 'true' });
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', icons[icon]);
  drawing.append(path);
  return drawing;
}

/** A button with an icon, and its name as text for screen readers and as tooltip. */
export function iconButton(icon: Icon, label: string, press: () => void): HTMLButtonElement {
  const button = create('button', { type: 'button' });
  nameButton(button, icon, label);
  button.addEventListener('click', press);
  return button;
}

export function nameButton(button: HTMLButtonElement, icon: Icon, label: string): void {
  setAttributes(button, { 'aria-label': label, title: label });
  button.replaceChildren(iconOf(icon));
}

/** The button stays where the focus is, and says that it has no effect now. */
export function setDisabled(button: HTMLButtonElement, isDisabled: boolean): void {
  button.setAttribute('aria-disabled', String(isDisabled));
}
