import { type AssetType, isSetType } from '../assets/asset.ts';
import { acceptedTypes } from '../uploads/accepted-types.ts';
import { pixelLetters } from './pixel-letters.ts';
import { thumbnailSide } from './preview-scope.ts';

/** The name of a type on its card, and the colour of its band: white letters have a contrast of at least 4.5 on it. */
interface Look {
  readonly name: string;
  readonly colour: string;
}

const pictures = '#0b7285';
const films = '#6741d9';
const sounds = '#a61e4d';
const papers = '#c92a2a';
const code = '#364fc7';
const sets = '#2b7a0b';
const others = '#495057';

const looks: Readonly<Record<AssetType, Look>> = {
  image: { name: 'image', colour: pictures },
  'derived-image': { name: 'image', colour: pictures },
  'animated-gif': { name: 'animation', colour: pictures },
  svg: { name: 'drawing', colour: pictures },
  vignette: { name: 'vignette', colour: pictures },
  'icc-profile': { name: 'profile', colour: pictures },
  video: { name: 'video', colour: films },
  caption: { name: 'captions', colour: films },
  audio: { name: 'sound', colour: sounds },
  pdf: { name: 'document', colour: papers },
  document: { name: 'document', colour: papers },
  text: { name: 'text', colour: papers },
  font: { name: 'font', colour: others },
  zip: { name: 'archive', colour: others },
  xml: { name: 'data', colour: code },
  css: { name: 'styles', colour: code },
  javascript: { name: 'script', colour: code },
  html: { name: 'page', colour: code },
  'image-set': { name: 'image set', colour: sets },
  'swatch-set': { name: 'swatch set', colour: sets },
  'spin-set': { name: 'spin set', colour: sets },
  'mixed-media-set': { name: 'mixed set', colour: sets },
  ecatalog: { name: 'ecatalog', colour: sets },
  'adaptive-video-set': { name: 'video set', colour: sets },
  template: { name: 'template', colour: sets },
};

/**
 * The thumbnail of an asset that cannot be shown in small: a sheet with the usual extension of its files, and the name of its type,
 * legible at 128 pixels. Nothing on it comes from users. Its letters are outlines.
 * @returns SVG of {@link thumbnailSide} pixels
 */
export function drawCard(type: AssetType, mimeType: string): string {
  const { name, colour } = looks[type];
  const [extension = ''] = Object.hasOwn(acceptedTypes, mimeType)
    ? (acceptedTypes[mimeType]?.extensions ?? [])
    : [];
  const label = isSetType(type) ? 'set' : extension || 'file';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${thumbnailSide}" height="${thumbnailSide}" viewBox="0 0 512 512">`,
    '<path fill="#eef0f3" d="M0 0h512v512h-512z"/>',
    // A set is several sheets.
    isSetType(type) ? `<g transform="translate(28 -20)">${sheet}</g>` : '',
    sheet,
    `<path fill="${colour}" d="M64 204h384v132h-384z"/>`,
    `<path fill="#fff" d="${outlines(label, 12, 228)}"/>`,
    `<path fill="#343a40" d="${outlines(name, 8, 424)}"/>`,
    '</svg>',
  ].join('');
}

/** Paper with a folded corner. */
const sheet =
  '<g stroke="#ced4da" stroke-width="6" stroke-linejoin="round"><path fill="#fff" d="M120 48h200l72 72v264h-272z"/><path fill="#dee2e6" d="M320 48v72h72z"/></g>';

/**
 * A line of text in the middle of the card.
 * @param pixel side of one pixel of a letter. @param top of the line
 */
function outlines(text: string, pixel: number, top: number): string {
  const left = (512 - (text.length * 6 - 1) * pixel) / 2;
  return [...text]
    .flatMap((letter, place) =>
      (pixelLetters[letter] ?? []).flatMap((bits, row) =>
        [0, 1, 2, 3, 4]
          .filter((column) => bits & (16 >> column))
          .map(
            (column) =>
              `M${left + (place * 6 + column) * pixel} ${top + row * pixel}h${pixel}v${pixel}h-${pixel}z`,
          ),
      ),
    )
    .join('');
}
