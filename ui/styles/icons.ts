/** Our few icons, drawn on a grid of 24 with the stroke of the text around them. */
import { svg, html } from 'lit';
import type { TemplateResult } from 'lit';

const icon = (shape: TemplateResult<2>): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape}</svg>`;

export const icons = {
  send: icon(svg`<path d="M12 19V5M6 11l6-6 6 6"/>`),
  down: icon(svg`<path d="M12 5v14M6 13l6 6 6-6"/>`),
  people: icon(
    svg`<circle cx="9" cy="8" r="3.25"/><path d="M3 19c.6-3.2 3-5 6-5s5.4 1.8 6 5M16 5.2a3 3 0 0 1 0 5.6M18 14.5c1.7.8 2.7 2.3 3 4.5"/>`,
  ),
  menu: icon(svg`<path d="M4 7h16M4 12h16M4 17h10"/>`),
  stop: icon(svg`<rect x="7" y="7" width="10" height="10" rx="1.5" fill="currentColor"/>`),
  spark: icon(svg`<path d="M12 3.5l2 6.5 6.5 2-6.5 2-2 6.5-2-6.5-6.5-2 6.5-2z"/>`),
  keys: icon(svg`<rect x="3" y="6" width="18" height="12" rx="2"/><path d="M7 10h.01M12 10h.01M17 10h.01M8 14h8"/>`),
  retry: icon(svg`<path d="M19 12a7 7 0 1 1-2.1-5M19 4v4h-4"/>`),
  leave: icon(svg`<path d="M14 4h4a1.5 1.5 0 0 1 1.5 1.5v13A1.5 1.5 0 0 1 18 20h-4M10 8l-4 4 4 4M6 12h9"/>`),
  reply: icon(svg`<path d="M10 6l-6 6 6 6M4 12h9a7 7 0 0 1 7 7"/>`),
  react: icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M8.5 14.2a4.2 4.2 0 0 0 7 0M9 9.5h.01M15 9.5h.01"/>`),
  more: icon(svg`<path d="M6 12h.01M12 12h.01M18 12h.01" stroke-width="2.75"/>`),
  copy: icon(
    svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M5.5 15.5A1.5 1.5 0 0 1 4.5 14V6A1.5 1.5 0 0 1 6 4.5h8a1.5 1.5 0 0 1 1.5 1"/>`,
  ),
  edit: icon(svg`<path d="M5 19l.9-3.9L16 5a1.8 1.8 0 0 1 2.6 0l.4.4a1.8 1.8 0 0 1 0 2.6L8.9 18.1z"/>`),
  bin: icon(svg`<path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5"/>`),
  close: icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`),
  chevron: icon(svg`<path d="M7 10l5 5 5-5"/>`),
  key: icon(svg`<circle cx="8.5" cy="15.5" r="3.75"/><path d="M11.3 12.7L19 5M15.5 8.5l3 3"/>`),
  plus: icon(svg`<path d="M12 5v14M5 12h14"/>`),
  lock: icon(svg`<rect x="6" y="11" width="12" height="8.5" rx="1.5"/><path d="M8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>`),
  noWriting: icon(
    svg`<path d="M9 9l-3.1 6.1L5 19l3.9-.9L12 15M13 7l3-3a1.8 1.8 0 0 1 2.6 0l.4.4a1.8 1.8 0 0 1 0 2.6l-3 3M4 4l16 16"/>`,
  ),
  person: icon(svg`<circle cx="12" cy="8.5" r="3.5"/><path d="M5.5 19.5c.8-3.6 3.3-5.5 6.5-5.5s5.7 1.9 6.5 5.5"/>`),
  letter: icon(svg`<path d="M5 18.5V7A1.5 1.5 0 0 1 6.5 5.5h11A1.5 1.5 0 0 1 19 7v7.5a1.5 1.5 0 0 1-1.5 1.5H8z"/>`),
  search: icon(svg`<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>`),
  up: icon(svg`<path d="M12 19V5M6 11l6-6 6 6"/>`),
  file: icon(svg`<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>`),
  cloudOff: icon(svg`<path d="M4 4l16 16M9.5 6.3A6 6 0 0 1 17.5 11a4 4 0 0 1 2.7 6.7M16 18H7a4 4 0 0 1-.6-7.95"/>`),
};
