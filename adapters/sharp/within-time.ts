import type { Sharp } from 'sharp';
import { Failure } from '../../domain/failure.ts';

/** The time limit of sharp is in whole seconds. */
const millisecondsPerSecond = 1_000;

/** The time limit of a request, and what of it was spent. */
export interface Time {
  readonly milliseconds: number;
  readonly spent: number;
}

/**
 * sharp's own limit stops the work between two lines of pixels, but not inside an encoder that needs the whole image, such
 * as AVIF's. In that case the error is thrown in time and the work ends by itself.
 */
export async function withinTime<Result>(
  pipeline: Sharp,
  { milliseconds, spent }: Time,
  run: () => Promise<Result>,
): Promise<Result> {
  const left = milliseconds - spent;
  const tooSlow = () =>
    new Failure(
      'image.too-slow',
      `The image could not be made in ${Math.round(milliseconds)} ms; request a smaller one, or jpeg or webp`,
    );
  if (left <= 0) throw tooSlow();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooSlow()), left);
  try {
    pipeline.timeout({ seconds: Math.ceil(left / millisecondsPerSecond) });
    const work = run().catch((cause: unknown) => {
      throw cause instanceof Error && cause.message.startsWith('timeout') ? tooSlow() : undecodable(cause);
    });
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

export function undecodable(cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : 'unknown reason';
  return new Failure('image.undecodable', `The stored image cannot be decoded: ${reason}`, { cause });
}
