/** What the editor sets, and the image commands that it is kept as. */

export interface Crop {
  /** Pixels of the parent image. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const adjustments = ['op_brightness', 'op_contrast', 'op_saturation'] as const;
export type Adjustment = (typeof adjustments)[number];

export interface RecipeDraft {
  readonly crop: Crop | undefined;
  /** Pixels; empty: as it is. */
  readonly width: string;
  readonly height: string;
  readonly rotate: '0' | '90' | '180' | '270';
  readonly flip: 'none' | 'lr' | 'ud' | 'lrud';
  /** Percent, from -100 to 100. */
  readonly adjust: Readonly<Record<Adjustment, number>>;
  readonly sharpen: boolean;
  /** Commands that the editor has no field for. */
  readonly more: string;
}

export const emptyRecipe: RecipeDraft = {
  crop: undefined,
  width: '',
  height: '',
  rotate: '0',
  flip: 'none',
  adjust: { op_brightness: 0, op_contrast: 0, op_saturation: 0 },
  sharpen: false,
  more: '',
};

const cropOf = (text: string): Crop | undefined => {
  const [x, y, width, height] = text.split(',').map(Number);
  if (x === undefined || y === undefined || !width || !height) return undefined;
  return { x, y, width, height };
};

/** Image commands as the editor writes them: those without an effect are left out. */
export function recipeOf(draft: RecipeDraft): string {
  const { crop, width, height, rotate, flip, adjust, sharpen, more } = draft;
  const commands = [
    ...(crop ? [`crop=${[crop.x, crop.y, crop.width, crop.height].join(',')}`] : []),
    ...(flip === 'none' ? [] : [`flip=${flip}`]),
    ...(rotate === '0' ? [] : [`rotate=${rotate}`]),
    ...adjustments.flatMap((name) => (adjust[name] === 0 ? [] : [`${name}=${adjust[name]}`])),
    ...(width ? [`wid=${width}`] : []),
    ...(height ? [`hei=${height}`] : []),
    // Both sides fix the shape, so what does not fit in it is cut off around the focal point.
    ...(width && height ? ['fit=crop'] : []),
    ...(sharpen ? ['op_sharpen=1'] : []),
    more.trim().replace(/^[?&]+|&+$/g, ''),
  ];
  return commands.filter(Boolean).join('&');
}

/** The draft that a recipe is shown as. What it does not know stays in `more`. */
export function draftOf(recipe: string): RecipeDraft {
  let draft = emptyRecipe;
  const more: string[] = [];
  // A preset counts by its place among the commands, so nothing may be moved.
  if (recipe.includes('$')) return { ...emptyRecipe, more: recipe };
  const names = recipe.split('&').map((command) => command.split('=')[0] ?? '');
  const isCropped = recipe.split('&').includes('fit=crop');
  const isBoth = names.includes('wid') && names.includes('hei');
  const isKnownSize = isBoth === isCropped;
  for (const command of recipe.split('&').filter(Boolean)) {
    const [name = '', value = ''] = command.split('=');
    const adjustment = adjustments.find((one) => one === name);
    const crop = name === 'crop' ? cropOf(value) : undefined;
    if (crop) draft = { ...draft, crop };
    else if (name === 'flip' && ['lr', 'ud', 'lrud'].includes(value))
      draft = { ...draft, flip: value as RecipeDraft['flip'] };
    else if (name === 'rotate' && ['0', '90', '180', '270'].includes(value))
      draft = { ...draft, rotate: value as RecipeDraft['rotate'] };
    else if (adjustment && /^-?\d+$/.test(value))
      draft = { ...draft, adjust: { ...draft.adjust, [adjustment]: Number(value) } };
    else if (isKnownSize && name === 'wid' && /^\d+$/.test(value)) draft = { ...draft, width: value };
    else if (isKnownSize && name === 'hei' && /^\d+$/.test(value)) draft = { ...draft, height: value };
    else if (name === 'op_sharpen' && value === '1') draft = { ...draft, sharpen: true };
    else if (!(isBoth && command === 'fit=crop')) more.push(command);
  }
  return { ...draft, more: more.join('&') };
}
