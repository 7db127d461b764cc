import { readDeliveryPath } from './delivery-path.ts';

/** A URL of an asset, or what is wrong with it. */
export type InvalidatedUrl = { readonly id: string } | { readonly problem: string };

/**
 * Reads a URL whose copies are to be removed from the CDN cache. Its query does not matter: the cache tag of an asset
 * invalidates all its variants.
 * @param url with or without the name of the host: `https://cdn.example.com/is/image/luma/red-shoe?wid=400`, `/e2/luma/film`
 * @param domain the host of delivery URLs
 */
export function readInvalidatedUrl(url: string, company: string, domain: string): InvalidatedUrl {
  const [, host, path = ''] = /^(?:https?:\/\/([^/?#]*))?(\/[^?#]*)?/i.exec(url.trim()) ?? [];
  if (host !== undefined && host.toLowerCase() !== domain.toLowerCase())
    return { problem: `is at the host ${host}: media are delivered from ${domain}` };
  const read = readDeliveryPath(path);
  if (read === 'malformed') return { problem: 'has a path that is not valid percent-encoded UTF-8' };
  if (read === undefined) {
    return {
      problem: `is no delivery URL: one begins with /is/image/${company}/, /is/content/${company}/ or /e2/${company}/, followed by an id`,
    };
  }
  if (read.company !== company) return { problem: `is of the company ${read.company}, not of ${company}` };
  return { id: read.id.normalize('NFC') };
}
