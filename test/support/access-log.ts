import { gzipSync } from 'node:zlib';

/** A log file as CloudFront's standard logging v2 writes it. @param requests [day, path, bytes] */
export function accessLog(
  requests: readonly (readonly [day: string, path: string, bytes: number | '-'])[],
): Buffer {
  const lines = requests.map(([day, path, bytes]) =>
    [day, '08:30:00', 'FRA56-P1', bytes, '192.0.2.1', 'GET', 'd1.cloudfront.net', path, 200].join('\t'),
  );
  return gzipSync(
    [
      '#Version: 1.0',
      '#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status',
      ...lines,
      '',
    ].join('\n'),
  );
}
