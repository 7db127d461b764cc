/**
 * How alike two pictures look: ssimulacra2, by its Python package, which is installed in a temporary folder as ipx is. Where that
 * is not possible, structural similarity (SSIM).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import { pixelsOf, ssim } from '../support/ssim.ts';

export interface Likeness {
  /** ssimulacra2: 100 for equal pictures, 90 is hardly visible, 70 is high quality. SSIM: 1 for equal pictures. */
  readonly metric: 'ssimulacra2' | 'SSIM';
  /** @param original a file without loss, or its path. @param file of the same size */
  score(original: Uint8Array | string, file: Uint8Array): Promise<number>;
  stop(): void;
}

/** Of larger pictures, the middle is compared: pixels a side. */
const maxSide = 1_200;

const script = `
import json, sys
from ssimulacra2.ssimulacra2 import compute_ssimulacra2
for line in sys.stdin:
    print(compute_ssimulacra2(*json.loads(line)), flush=True)
`;

export async function startLikeness(folder: string): Promise<Likeness> {
  const python = installTool(folder);
  if (python === undefined) {
    console.log('ssimulacra2 cannot be installed: pictures are compared by SSIM');
    const score: Likeness['score'] = async (original, file) =>
      ssim(await pixelsOf(await comparable(original)), await pixelsOf(await comparable(file)));
    return { metric: 'SSIM', score, stop: () => undefined };
  }
  return scores(spawn(python, ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] }), folder);
}

function scores(child: ChildProcess, folder: string): Likeness {
  const waiting: ((score: number) => void)[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
    waiting.shift()?.(Number(line)),
  );
  return {
    metric: 'ssimulacra2',
    async score(original, file) {
      const paths = ['original', 'compared'].map((name) => join(folder, `likeness-${name}.png`));
      await writeFile(paths[0] as string, await comparable(original));
      await writeFile(paths[1] as string, await comparable(file));
      const score = Promise.withResolvers<number>();
      waiting.push(score.resolve);
      child.stdin?.write(`${JSON.stringify(paths)}\n`);
      return score.promise;
    },
    stop: () => child.stdin?.end(),
  };
}

/** @returns the Python that has the package; undefined without Python or network */
function installTool(folder: string): string | undefined {
  const place = join(folder, 'python');
  const python = join(place, 'bin', 'python');
  try {
    execFileSync('python3', ['-m', 'venv', place], { stdio: 'ignore' });
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'ssimulacra2'], { stdio: 'ignore' });
    return python;
  } catch {
    return undefined;
  }
}

/** PNG of the upright picture, on white where it is transparent. */
async function comparable(picture: Uint8Array | string): Promise<Buffer> {
  const upright = await sharp(picture)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = upright.info;
  if (width <= maxSide && height <= maxSide) return upright.data;
  const [wide, high] = [Math.min(width, maxSide), Math.min(height, maxSide)];
  const middle = {
    left: Math.floor((width - wide) / 2),
    top: Math.floor((height - high) / 2),
    width: wide,
    height: high,
  };
  return sharp(upright.data).extract(middle).png({ compressionLevel: 1 }).toBuffer();
}
