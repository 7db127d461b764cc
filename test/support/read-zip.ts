import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ReadZipEntry {
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

const script = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as file:
    print(json.dumps([{'path': entry.filename, 'bytes': entry.file_size,
        'sha256': hashlib.sha256(file.read(entry)).hexdigest()} for entry in file.infolist()]))
`;

/** Reads a ZIP file with the reader of Python, which checks names, sizes and checksums. @throws Error if it is broken */
export function readZip(bytes: Uint8Array): ReadZipEntry[] {
  const folder = mkdtempSync(join(tmpdir(), 'pressroom-zip-'));
  try {
    const file = join(folder, 'files.zip');
    writeFileSync(file, bytes);
    const printed = execFileSync('python3', ['-c', script, file], { maxBuffer: 64 * 1024 ** 2 });
    return JSON.parse(printed.toString()) as ReadZipEntry[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
