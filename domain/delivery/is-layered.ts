import type { ImageCommand } from './read-image-query.ts';

/** Commands of layer 0 that need a composite, even without other layers. */
const ofLayerZero = [
  'src',
  'mask',
  'color',
  'text',
  'opac',
  'hide',
] as const satisfies readonly (keyof ImageCommand)[];

/** Whether an image is made of layers. Without them it is made in fewer steps. */
export function isLayered(command: ImageCommand): boolean {
  return command.layers !== undefined || ofLayerZero.some((name) => command[name] !== undefined);
}
