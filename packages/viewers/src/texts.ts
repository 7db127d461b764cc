/** Every text of the viewers. `{…}` is replaced. Pages give others with the property or the attribute `texts`. */
export const defaultTexts = {
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomReset: 'Show the whole image',
  zoomHelp: 'Plus and minus zoom, arrow keys move, Home shows the whole image.',
  zoomed: '{percent} percent',
  flyoutHelp: 'Point at the image, or use the arrow keys, to see a part of it enlarged. Escape closes.',
  spin: 'Rotatable view',
  spinHelp: 'Arrow keys rotate.',
  frame: 'View {frame} of {frames}',
  frameOfRow: 'View {frame} of {frames}, row {row} of {rows}',
  choices: 'Views',
  pageOf: 'Page {page} of {pages}',
  pagesOf: 'Pages {first} and {last} of {pages}',
  nextPage: 'Next page',
  previousPage: 'Previous page',
  carousel: 'Images',
  slide: 'image',
  slideOf: 'Image {slide} of {slides}',
  nextSlide: 'Next image',
  previousSlide: 'Previous image',
  play: 'Play',
  pause: 'Pause',
  failed: 'This cannot be shown at the moment.',
  retry: 'Try again',
  noServer: 'The attribute server-url is missing.',
} as const;

export type TextName = keyof typeof defaultTexts;
export type Texts = Partial<Record<TextName, string>>;
