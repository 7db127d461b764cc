import type { CloudServices } from '../cloud-services.ts';

const sharedName = 'assets of the assembly';

/** Provides the assets of the assembly to the resources. Call it once, before any resource is created. */
export function provideAssets(
  services: Pick<CloudServices, 'shared'>,
  assets: ReadonlyMap<string, string>,
): void {
  services.shared(sharedName, () => assets);
}

/**
 * The local folder (or file) of an asset, such as the code of a function.
 * @param key `Code.S3Key` of the template: the key in the bootstrap bucket, `<hash>.zip`
 * @throws Error if the assembly does not contain the asset
 */
export function assetFolder(services: Pick<CloudServices, 'shared'>, key: string): string {
  const path = services.shared<ReadonlyMap<string, string>>(sharedName, () => new Map()).get(key);
  if (!path) throw new Error(`The assembly does not contain the asset "${key}"`);
  return path;
}
