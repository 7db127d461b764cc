import type { CloudServices } from '../cloud-services.ts';

const shelf = 'assets of the assembly';

/** Makes the assets of the assembly known to the resources. Called once, before any resource is created. */
export function provideAssets(
  services: Pick<CloudServices, 'shared'>,
  assets: ReadonlyMap<string, string>,
): void {
  services.shared(shelf, () => assets);
}

/**
 * The local folder (or file) of an asset, such as the code of a function.
 * @param key `Code.S3Key` of the template: the key in the bootstrap bucket, `<hash>.zip`
 * @throws Error when the assembly holds no such asset
 */
export function assetFolder(services: Pick<CloudServices, 'shared'>, key: string): string {
  const path = services.shared<ReadonlyMap<string, string>>(shelf, () => new Map()).get(key);
  if (!path) throw new Error(`The assembly holds no asset "${key}"`);
  return path;
}
