import type { Client } from '@pressroom/client/create-client';
import type { Upload } from '@pressroom/client/upload';

/** The contents of videos that are being uploaded, to take a picture of each when its asset exists. */
const videos = new WeakMap<Upload, readonly File[]>();

/** Longest side of a poster in pixels, and its bytes: the API accepts 700,000 (domain/assets/poster.ts). */
const maxSide = 1_280;
const maxBytes = 700_000;

/** Milliseconds that a browser may take to show a picture of a video. */
const patienceMs = 15_000;

/** Milliseconds between two looks at the job. */
const pollMs = 2_000;

/** Remembers the videos among these files until their upload is sent. */
export function rememberVideos(upload: Upload, files: readonly File[]): void {
  const found = files.filter(({ type }) => type.startsWith('video/'));
  if (found.length > 0) videos.set(upload, [...(videos.get(upload) ?? []), ...found]);
}

/**
 * Gives each uploaded video a poster, once it is in the library. A video that this browser cannot play, or whose poster
 * cannot be sent, keeps its card: nobody is asked.
 */
export async function setPosters(upload: Upload, client: Client): Promise<void> {
  const files = videos.get(upload) ?? [];
  videos.delete(upload);
  const jobId = upload.job?.id;
  if (files.length === 0 || jobId === undefined) return;
  try {
    const isOpen = async () => {
      const { status } = await client.call('readJob', { params: { jobId } });
      return ['queued', 'running', 'stopping'].includes(status);
    };
    while (await isOpen()) await new Promise((resolve) => setTimeout(resolve, pollMs));
    const ids = new Map<string, string>();
    for await (const { asset, type, message } of client.all('readJobLog', { params: { jobId } })) {
      const file = type === 'video' && files.find(({ name }) => message.startsWith(`${name}: `));
      if (file && asset !== undefined) ids.set(file.name, asset);
    }
    for (const file of files) {
      const id = ids.get(file.name);
      const image = id === undefined ? undefined : await posterOf(file);
      if (id !== undefined && image !== undefined)
        await client.call('setPoster', { params: { id }, body: { image } });
    }
  } catch {
    // A poster is a convenience: the detail view can set it later.
  }
}

/** A picture of a video as JPEG in Base64; undefined if this browser cannot show it. */
export async function posterOf(file: File): Promise<string | undefined> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  try {
    video.muted = true;
    video.preload = 'auto';
    video.src = url;
    await event(video, 'loadedmetadata');
    // Not the first picture, which is often black.
    video.currentTime = Number.isFinite(video.duration) ? Math.min(1, video.duration / 4) : 0;
    await event(video, 'seeked');
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, maxSide / Math.max(videoWidth, videoHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(videoWidth * scale));
    canvas.height = Math.max(1, Math.round(videoHeight * scale));
    canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.85, 0.6, 0.4]) {
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
      if (blob && blob.size <= maxBytes) return await base64Of(blob);
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    video.removeAttribute('src');
    URL.revokeObjectURL(url);
  }
}

function event(video: HTMLVideoElement, name: 'loadedmetadata' | 'seeked'): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} did not come`)), patienceMs);
    const settle = (end: () => void) => () => {
      clearTimeout(timer);
      end();
    };
    video.addEventListener(name, settle(resolve), { once: true });
    video.addEventListener(
      'error',
      settle(() => reject(new Error('The video cannot be shown'))),
      { once: true },
    );
  });
}

async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  // Not all at once: a call accepts only so many arguments.
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
