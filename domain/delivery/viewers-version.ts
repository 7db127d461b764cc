/** The version in packages/viewers/package.json, which the addresses of the published viewers have. A test compares the two. */
export const viewersVersion = '0.1.0';
