/** What is used of the browser's trusted types: TypeScript does not know them. */
interface TrustedTypes {
  createPolicy(name: 'default', rules: { createScriptURL(url: string): string }): unknown;
}

/**
 * The policy of the pages allows no address of a script that is made by a script. Workers of this origin are the
 * exception: the client hashes uploads in one.
 */
export function allowOwnWorkers(): void {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  trustedTypes?.createPolicy('default', {
    createScriptURL(url) {
      if (new URL(url, location.href).origin === location.origin) return url;
      throw new TypeError(`${url} is not an address of the console`);
    },
  });
}
