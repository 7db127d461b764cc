/**
 * Loads sharp with the first image, not with the module: it takes about 40 ms, which responses with 304 and 404 do not
 * need.
 */
async function load() {
  const { default: sharp } = await import('sharp');
  // An environment has about one processor and makes one image at a time: more threads would only need memory, and a
  // cache would keep the pixels of images that are not requested again.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}
let loaded: ReturnType<typeof load> | undefined;

/** sharp, as the image server uses it. */
export function loadSharp(): ReturnType<typeof load> {
  loaded ??= load();
  return loaded;
}
