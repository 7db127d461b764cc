import type { Config } from '../config.ts';

/**
 * The content security policy of the console's pages. Scripts and styles come from its own origin only: Cloudscape sets
 * `style` by script, which needs no exception. AWS makes the names of API, buckets, login pages and CDN when it deploys
 * stacks that depend on the console's, therefore they are named by service and region.
 * @param region of the installation
 */
export function consolePolicy(config: Config, region: string): string {
  const { apiDomain, deliveryDomain, consoleSources } = config;
  const named = (domain: string | undefined) => (domain === undefined ? [] : [`https://${domain}`]);
  const pictures = [
    ...(deliveryDomain === undefined ? ['https://*.cloudfront.net'] : named(deliveryDomain)),
    ...consoleSources,
  ];
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    // data: for placeholders and icons, blob: for files that are chosen and not uploaded yet.
    'img-src': ["'self'", 'data:', 'blob:', ...pictures],
    'media-src': ["'self'", 'blob:', ...pictures],
    'font-src': ["'self'"],
    'connect-src': [
      "'self'",
      ...(apiDomain === undefined ? [`https://*.execute-api.${region}.amazonaws.com`] : named(apiDomain)),
      `https://*.auth.${region}.amazoncognito.com`,
      `https://*.s3.${region}.amazonaws.com`,
      ...pictures,
    ],
    'worker-src': ["'self'", 'blob:'],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
