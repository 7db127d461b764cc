import { companyPattern } from '../companies/company-name.ts';

/** Of images, files, videos and image rendering, also in previews. */
const deliveryPath = /^(?:\/preview\/[^/]+)?\/(?:is\/image|is\/content|e2|ir\/render)\/([^/?]+)/;

/** The company that a path of the CDN names, whether it exists or not. @param path as in an access log */
export function deliveredCompany(path: string): string | undefined {
  const company = deliveryPath.exec(path)?.[1];
  return company !== undefined && companyPattern.test(company) ? company : undefined;
}
