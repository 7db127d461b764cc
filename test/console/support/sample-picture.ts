import sharp from 'sharp';

const colours = ['#b3261e', '#0b5fbd', '#1d7f3f', '#8a5a00', '#5b3db0', '#3f4a55'];

/** A JPEG with a spot, in one of six colours; every third is upright. */
export async function samplePicture(index: number): Promise<Blob> {
  const [width, height] = index % 3 === 0 ? [600, 900] : [900, 600];
  const background = colours[index % colours.length] ?? '#000';
  const spot = `<svg width="${width}" height="${height}"><circle cx="50%" cy="50%" r="30%" fill="#fff8"/></svg>`;
  const bytes = await sharp({ create: { width, height, channels: 3, background } })
    .composite([{ input: Buffer.from(spot) }])
    .jpeg()
    .toBuffer();
  return new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' });
}
