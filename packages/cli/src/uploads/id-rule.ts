import { assetIdOf, checkAssetId } from '../../../../domain/assets/asset-id.ts';

/** Why an id cannot be one of this system; undefined if it can. The rule of the API, so that nothing is sent in vain. */
export function idProblem(id: string): string | undefined {
  return messageOf(() => checkAssetId(id, 'id'));
}

/** The id that a file's name gives; undefined if the API does not accept the name. */
export function idOfFile(name: string): string | undefined {
  let id: string | undefined;
  messageOf(() => {
    id = assetIdOf(name);
  });
  return id;
}

/** The name under which a file is sent, so that its asset has exactly the id. */
export function uploadName(
  id: string,
  path: string,
): { readonly name: string } | { readonly problem: string } {
  const extension = /(?<=[^/])\.[^./]*$/.exec(path)?.[0] ?? '';
  const name = `${id}${extension}`;
  let given: string | undefined;
  const problem = messageOf(() => {
    given = assetIdOf(name);
  });
  if (problem !== undefined) return { problem };
  return given === id
    ? { name }
    : { problem: `file: "${path}" needs an extension, so that the id stays ${id}` };
}

function messageOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
