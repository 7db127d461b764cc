import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** PEM file for clients that check certificates (`--cacert`, NODE_EXTRA_CA_CERTS). */
  readonly file: string;
}

const validDays = 825;

/**
 * The self-signed certificate for localhost and 127.0.0.1. It is stored in `tls/` and replaced 30 days before it
 * expires.
 */
export function localCertificate(stateFolder: string, now = new Date()): Promise<Certificate> {
  const made = inProgress.get(stateFolder) ?? readOrMake(stateFolder, now);
  inProgress.set(stateFolder, made);
  return made.finally(() => inProgress.delete(stateFolder));
}

/** By folder: two callers at the same moment get one pair. */
const inProgress = new Map<string, Promise<Certificate>>();

async function readOrMake(stateFolder: string, now: Date): Promise<Certificate> {
  const folder = join(stateFolder, 'tls');
  const file = join(folder, 'localhost.pem');
  const keyFile = join(folder, 'localhost-key.pem');
  const stored = await readStored(file, keyFile);
  if (stored && isValid(stored, now)) return { ...stored, file };

  const created = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    curve: 'P-256',
    notBeforeDate: new Date(now.getTime() - 60_000),
    notAfterDate: new Date(now.getTime() + validDays * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(keyFile, created.private, 0o600);
  await writeWhole(file, created.cert, 0o644);
  return { cert: created.cert, key: created.private, file };
}

async function readStored(file: string, keyFile: string): Promise<{ cert: string; key: string } | undefined> {
  try {
    return { cert: await readFile(file, 'utf8'), key: await readFile(keyFile, 'utf8') };
  } catch {
    return undefined;
  }
}

/** Under another name first: a second local cloud that starts at the same moment once read half a certificate. */
async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, text, { mode });
  await rename(temporary, file);
}

/** Whether the pair can be read, belongs together and lasts. A damaged one is made again. */
function isValid({ cert, key }: { cert: string; key: string }, now: Date): boolean {
  try {
    const certificate = new X509Certificate(cert);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return false;
    return certificate.validToDate.getTime() - now.getTime() > 30 * 86_400_000;
  } catch {
    return false;
  }
}
