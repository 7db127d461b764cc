/** The header and the tags of an ICC profile (ICC.1:2022, 7.2 and 7.3). */

/** Code points of Rec. ITU-T H.273: transfer characteristics of HDR images. */
export const hdrTransfers: Readonly<Record<number, string>> = { 16: 'PQ', 18: 'HLG' };

/** Names of profiles whose curve is an HDR one, although they have no tag for it. */
const hdrNames = /(?:^|[^a-z])(PQ|HLG)(?:[^a-z]|$)/i;

/** The colour space that a profile describes: `RGB`, `GRAY`, `CMYK`. @returns undefined for bytes that are no profile */
export function iccColourSpace(profile: Uint8Array): string | undefined {
  const view = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (view.length < 132 || view.toString('latin1', 36, 40) !== 'acsp') return undefined;
  return view.toString('latin1', 16, 20).trim();
}

/** The HDR curve of a profile, `PQ` or `HLG`, by its cicp tag or by its name. @returns undefined for all other profiles */
export function iccHdrTransfer(profile: Uint8Array): string | undefined {
  const view = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (iccColourSpace(profile) === undefined) return undefined;
  const cicp = iccTag(view, 'cicp');
  const named = cicp && cicp.length >= 12 ? hdrTransfers[cicp[9] ?? 0] : undefined;
  if (named !== undefined) return named;
  const [, name] = hdrNames.exec(nameOf(iccTag(view, 'desc'))) ?? [];
  return name?.toUpperCase();
}

/** The bytes of a tag. */
export function iccTag(view: Buffer, signature: string): Buffer | undefined {
  const count = view.readUInt32BE(128);
  for (let at = 132, index = 0; index < count && at + 12 <= view.length; index += 1, at += 12) {
    if (view.toString('latin1', at, at + 4) !== signature) continue;
    const first = view.readUInt32BE(at + 4);
    return view.subarray(first, first + view.readUInt32BE(at + 8));
  }
  return undefined;
}

/** The text of a `desc` (version 2) or `mluc` (version 4) tag. */
function nameOf(description: Buffer | undefined): string {
  if (!description) return '';
  if (description.toString('latin1', 0, 4) === 'mluc') {
    const utf16 = Buffer.from(description.subarray(28, 28 + Math.floor((description.length - 28) / 2) * 2));
    return utf16.length < 2 ? '' : utf16.swap16().toString('utf16le');
  }
  return description.toString('latin1', 12);
}
