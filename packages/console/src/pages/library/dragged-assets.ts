/** Says that what is dragged are assets of this page: files from the desktop are something else. */
export const assetsMimeType = 'application/x-pressroom-assets';
