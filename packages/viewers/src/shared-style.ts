import { makeStyle } from './make-style.ts';

/** The look that all viewers share. Pages change it by custom properties and by parts. */
export const sharedStyle = makeStyle(`
:host {
  display: block;
  position: relative;
  inline-size: 100%;
  aspect-ratio: 4 / 3;
  min-block-size: 0;
  color: var(--viewer-color, #16191f);
  background: var(--viewer-background, #fff);
  font: 14px/1.4 system-ui, sans-serif;
  contain: layout style;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.body { display: flex; flex-direction: column; block-size: 100%; }
.view { position: relative; display: flex; flex-direction: column; flex: 1; min-block-size: 0; }
.stage {
  position: relative;
  flex: 1;
  min-block-size: 0;
  overflow: hidden;
  touch-action: pan-x pan-y;
  user-select: none;
  -webkit-user-select: none;
  -webkit-touch-callout: none;
}
.stage img { -webkit-user-drag: none; }
.status, .hidden {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  margin: 0;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
button {
  font: inherit;
  color: inherit;
  cursor: pointer;
}
.controls {
  position: absolute;
  inset-block-end: 8px;
  inset-inline-end: 8px;
  display: flex;
  gap: 4px;
}
.controls button, .turn {
  display: grid;
  place-items: center;
  inline-size: 40px;
  block-size: 40px;
  padding: 0;
  border: 1px solid var(--viewer-border, #7d8998);
  border-radius: 20px;
  background: var(--viewer-button, #fffffff0);
  color: var(--viewer-button-color, #16191f);
}
svg {
  inline-size: 18px;
  block-size: 18px;
  fill: none;
  stroke: currentColor;
  stroke-width: 2;
  stroke-linecap: round;
  stroke-linejoin: round;
}
button[aria-disabled="true"] { cursor: default; color: var(--viewer-disabled, #8c95a1); }
:focus-visible { outline: 3px solid var(--viewer-focus, #0972d3); outline-offset: -3px; }
.failure { margin: auto; padding: 16px; text-align: center; }
.failure button { padding: 8px 16px; border: 1px solid; border-radius: 8px; background: none; }
@media (forced-colors: active) {
  .controls button, .turn { border-color: ButtonText; background: ButtonFace; color: ButtonText; }
  button[aria-disabled="true"] { color: GrayText; border-color: GrayText; }
  :focus-visible { outline-color: Highlight; }
}
`);
