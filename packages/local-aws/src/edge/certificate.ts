import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
export async function localCertificate(stateFolder: string, now = new Date()): Promise<Certificate> {
  const folder = join(stateFolder, 'tls');
  const file = join(folder, 'localhost.pem');
  const keyFile = join(folder, 'localhost-key.pem');
  const stored = await readStored(file, keyFile);
  if (stored && isValid(stored.cert, now)) return { ...stored, file };

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
  await writeFile(keyFile, created.private, { mode: 0o600 });
  await writeFile(file, created.cert);
  return { cert: created.cert, key: created.private, file };
}

async function readStored(file: string, keyFile: string): Promise<{ cert: string; key: string } | undefined> {
  try {
    return { cert: await readFile(file, 'utf8'), key: await readFile(keyFile, 'utf8') };
  } catch {
    return undefined;
  }
}

function isValid(cert: string, now: Date): boolean {
  const { validToDate } = new X509Certificate(cert);
  return validToDate.getTime() - now.getTime() > 30 * 86_400_000;
}
