/** The results of `npm run bench -- images`, and their goals. */
import type { AutoQualityBytes } from './auto-quality.ts';
import type { ColdStart } from './cold-start.ts';
import type { Edge } from './edge.ts';
import type { FileSize } from './file-size.ts';
import type { Memory } from './memory.ts';
import type { Speed } from './speed.ts';

interface Made {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** What bench/results/images.json holds. Figures are ratios; `imageGoals` has the goal of each. */
export interface ImageResults {
  readonly figures: Readonly<Partial<Record<ImageFigure, number>>>;
  /** What was compared. */
  readonly compared: object;
  readonly speed?: Speed & Made;
  readonly bytes?: FileSize & Made;
  readonly auto?: AutoQualityBytes & Made;
  readonly start?: ColdStart & Made;
  readonly memory?: Memory & Made;
  readonly edge?: Edge & Made;
}

/** Whether higher or lower is better, and the limit. */
export const imageGoals = {
  ipx: { min: 1.6 },
  ipxWithoutAvif: { min: 1.25 },
  worstCommand: { min: 0.95 },
  thumbnails: { min: 3 },
  imgproxyProjected: { min: 1 },
  lowestSimilarity: { min: 0.995 },
  jpegBytes: { max: 0.9 },
  avifBytes: { max: 1 },
  avifCpu: { max: 0.25 },
  webpBytes: { max: 1 },
  autoQualityBytes: { max: 0.8 },
  importReady: { max: 0.6 },
  importReadyApi: { max: 0.5 },
} as const;

type ImageFigure = keyof typeof imageGoals | 'ipxPlain' | 'ipxWithProfile';
