const marker = Buffer.from('ICC_PROFILE\0', 'latin1');

/** Bytes of a profile that one APP2 segment takes: 65,533 less the marker and two numbers. */
const partBytes = 65_519;

/** Embeds an ICC profile into a JPEG without one, without changing its pixels (ICC.1:2022, annex B.4). */
export function withJpegProfile(jpeg: Uint8Array, profile: Uint8Array): Buffer {
  const count = Math.ceil(profile.length / partBytes);
  if (count > 255) return Buffer.from(jpeg);
  const segments = Array.from({ length: count }, (_, index) => {
    const part = profile.subarray(index * partBytes, (index + 1) * partBytes);
    const head = Buffer.alloc(4);
    head.writeUInt16BE(0xffe2, 0);
    head.writeUInt16BE(2 + marker.length + 2 + part.length, 2);
    return Buffer.concat([head, marker, Buffer.from([index + 1, count]), part]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}
