/** A red sneaker in profile: the sample of the documentation and of the gallery. Its background is transparent on request. */

/** The shoe as SVG text, 1200 × 800. `backdrop: false` leaves everything around it transparent. */
export function drawRedShoe({ backdrop = true }: { backdrop?: boolean } = {}): string {
  const wall = backdrop
    ? `<rect width="1200" height="800" fill="url(#wall)"/><rect y="560" width="1200" height="240" fill="url(#floor)"/>
<ellipse cx="610" cy="640" rx="470" ry="34" fill="#3a2c22" fill-opacity="0.28" filter="url(#soft)"/>`
    : '';
  const eyelets = Array.from({ length: 5 }, (_, index) => {
    const [x, y] = [535 + index * 49, 298 + index * 37];
    return `<path d="M${x - 46} ${y + 34} L${x + 34} ${y - 12}" stroke="#f6efe6" stroke-width="15" stroke-linecap="round"/>
<circle cx="${x - 46}" cy="${y + 34}" r="8" fill="#7d1016"/>`;
  });
  const tread = Array.from(
    { length: 27 },
    (_, index) => `<rect x="${172 + index * 32}" y="622" width="18" height="22" rx="4" fill="#b9aa97"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800" viewBox="0 0 1200 800">
<defs>
<linearGradient id="wall" x1="0" y1="0" x2="0.3" y2="1"><stop offset="0" stop-color="#f3dfc2"/><stop offset="1" stop-color="#dcbf98"/></linearGradient>
<linearGradient id="floor" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#c69f74"/><stop offset="1" stop-color="#ad8357"/></linearGradient>
<linearGradient id="leather" x1="0" y1="0" x2="0.15" y2="1"><stop offset="0" stop-color="#e8323c"/><stop offset="0.55" stop-color="#c8161f"/><stop offset="1" stop-color="#8e0d14"/></linearGradient>
<linearGradient id="rubber" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fffaf2"/><stop offset="1" stop-color="#d9cdbd"/></linearGradient>
<filter id="soft" x="-10%" y="-150%" width="120%" height="400%"><feGaussianBlur stdDeviation="12"/></filter>
</defs>
${wall}
${tread.join('\n')}
<path d="M150 575 Q150 636 196 636 L1000 636 Q1076 636 1084 578 L1078 560 L156 550 Z" fill="url(#rubber)"/>
<path d="M166 600 L1072 604" stroke="#c8161f" stroke-width="9"/>
<path d="M168 560 C150 470 160 360 196 268 C206 242 236 236 262 250 C318 284 398 292 452 246 C474 228 502 232 520 250 L742 432 C850 462 1000 470 1058 520 C1078 538 1082 556 1078 572 L168 564 Z" fill="url(#leather)"/>
<path d="M196 268 C206 242 236 236 262 250 C300 273 352 285 398 276 C352 312 262 322 186 306 Z" fill="#5d0a0f"/>
<path d="M178 350 C250 372 300 420 306 562 L168 562 C156 490 160 420 178 350 Z" fill="#7d1016" fill-opacity="0.75"/>
<path d="M858 466 C930 474 1012 482 1058 520 C1078 538 1082 556 1078 572 L846 569 C826 532 832 490 858 466 Z" fill="#f6efe6"/>
<path d="M322 520 C430 500 520 452 566 392 C584 440 560 512 500 560 L330 562 Z" fill="#f6efe6"/>
<path d="M452 246 C474 228 502 232 520 250 L742 432 C716 442 690 446 660 444 L436 276 Z" fill="#9e1219"/>
${eyelets.join('\n')}
<path d="M236 262 C246 246 262 250 268 260" stroke="#f6efe6" stroke-width="10" fill="none" stroke-linecap="round"/>
<path d="M612 452 C680 486 760 500 834 500" stroke="#ff7a80" stroke-opacity="0.55" stroke-width="10" fill="none" stroke-linecap="round"/>
</svg>`;
}
