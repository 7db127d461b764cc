/**
 * The settings of a deployment. Each has a default; another value comes from environments/<name>.json, by
 * `-c name=value` on the command line, or from the `context` of cdk.json. All are checked before anything is synthesised, and every wrong one is reported
 * at once, with what would be right.
 */
import * as z from 'zod';
import { parseSourceBuckets } from '../domain/uploads/source-buckets.ts';
import { type Concurrency, concurrencyComplaints, deriveConcurrency, maxRunningJobs } from './concurrency.ts';

/** Retentions that CloudWatch Logs takes, in days. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

interface Setting<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** Completes "… is wrong: it must be" in the error about a wrong value. */
  readonly mustBe: string;
}

const setting = <Schema extends z.ZodType>(schema: Schema, mustBe: string): Setting<Schema> => ({
  schema,
  mustBe,
});

const domainName = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/)
  .optional();

const edgeCertificate = z
  .string()
  .regex(/^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/)
  .optional();

/** Settings that are given both or not at all. */
const pairs = [
  ['deliveryDomain', 'deliveryCertificateArn'],
  ['apiDomain', 'apiCertificateArn'],
  ['consoleDomain', 'consoleCertificateArn'],
  ['hostedZoneId', 'hostedZoneName'],
  ['assetTableName', 'assetTableStreamArn'],
] as const;

/** Names that DynamoDB takes: docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const tableName = setting(
  z
    .string()
    .regex(/^[\w.-]{3,255}$/)
    .optional(),
  'the name of a table in the same account and region, as in pressroom-assets-restored',
);

/** Addresses of a web app that Cognito may send people to. Only those of the same machine may be without TLS. */
const appUrls = setting(
  z
    .string()
    .transform((list) => list.split(',').map((url) => url.trim()))
    .pipe(z.array(z.string().regex(/^(https:\/\/[^\s#*]+|http:\/\/localhost(:\d+)?(\/[^\s#*]*)?)$/)).min(1))
    .default([]),
  'a comma-separated list of addresses, as in https://console.example.com/callback (http only for localhost)',
);

const providerName = (by: string) =>
  setting(
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{2,31}$/)
      .default(by),
    '3 to 32 letters, digits and hyphens, beginning with a letter, as in Example',
  );

/** Every setting: what it takes, its default, and the text that a wrong value is answered with. */
const settings = {
  /** First part of every name: stacks, functions, queues, alarms. Two prefixes can live in one account. */
  prefix: setting(
    z
      .string()
      .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
      .max(20)
      .default('pressroom'),
    'at most 20 lower-case letters, digits and single hyphens, starting with a letter, as in pressroom',
  ),
  /** What becomes of buckets, tables and the user pool when their stack is deleted. */
  data: setting(
    z.enum(['retain', 'destroy']).default('retain'),
    'retain (a deleted stack leaves its data, and deletion is protected) or destroy (empty buckets go with it)',
  ),
  /** Tables restored from a backup, which the functions use in place of those of the data stack: docs/backup.md. */
  assetTableName: tableName,
  /** The stream of that table, which the search indexes follow: `LatestStreamArn` of `aws dynamodb describe-table`. */
  assetTableStreamArn: setting(
    z
      .string()
      .regex(/^arn:aws[\w-]*:dynamodb:[\w-]+:\d{12}:table\/[\w.-]+\/stream\/[\w.:-]+$/)
      .optional(),
    'the ARN of the stream of assetTableName, as in arn:aws:dynamodb:eu-west-1:123456789012:table/assets/stream/2026-11-24T08:30:00.000',
  ),
  jobTableName: tableName,
  secretTableName: tableName,
  logRetentionDays: setting(
    z.coerce
      .number()
      .refine((days) => (logRetentions as readonly number[]).includes(days))
      .default(90),
    `a retention that CloudWatch Logs knows, in days: ${logRetentions.join(', ')}`,
  ),
  logLevel: setting(z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'), 'DEBUG, INFO, WARN or ERROR'),
  /** Executions of Lambda that the account may run at once in this region. Without it nothing is reserved. */
  accountConcurrency: setting(
    wholeNumber(10, 1_000_000).optional(),
    'a whole number from 10 to 1000000, as in 1000: the limit of the account in this region',
  ),
  /** Executions of serve-image: guaranteed to it, and its limit. infra/concurrency.ts has this default and the next ones. */
  imageConcurrency: setting(wholeNumber(1, 100_000).optional(), 'a whole number from 1 to 100000, as in 270'),
  /** The same for serve-api. */
  apiConcurrency: setting(wholeNumber(1, 100_000).optional(), 'a whole number from 1 to 100000, as in 90'),
  /** The same for publish-part, for all jobs together. */
  publishConcurrency: setting(
    wholeNumber(1, 100_000).optional(),
    'a whole number from 1 to 100000, as in 360',
  ),
  /** Publish jobs that run at once in the whole installation. The others wait, and the companies take turns. */
  maxRunningJobs: setting(
    wholeNumber(1, maxRunningJobs).optional(),
    'a whole number from 1 to 1000, as in 25',
  ),
  /** Parts of a publish job that are worked on at a time. */
  partConcurrency: setting(wholeNumber(1, 1000).optional(), 'a whole number from 1 to 1000, as in 40'),
  /**
   * Assets of a part, which one call of publish-part works through. What a part costs besides its assets ($0.00005) is
   * spread over them: of 200, $0.25 a million. Fewer make more transitions and a longer manifest (150 bytes each, which
   * the planner holds in memory: from 20 on it has room for ten million assets); more make a part longer than one run
   * of the function where the storage is slow.
   */
  partEntries: setting(wholeNumber(20, 500).default(200), 'a whole number from 20 to 500, as in 200'),
  /**
   * Assets of a part that are copied at a time, and the distance between two looks at whether the job goes on: 25 copies
   * of some 100 ms each make that half a second. What all jobs make of S3 is `partConcurrency` × this; a worker that S3
   * slows down makes fewer. Beyond 100 the function's connections would be the limit.
   */
  copiesAtATime: setting(wholeNumber(1, 100).default(25), 'a whole number from 1 to 100, as in 25'),
  /**
   * Whether publish-part changes the records of up to 25 assets in a call, by PartiQL (docs/decisions/0015). Without it each
   * record is a call of its own: the same write units, and about twice the function's time.
   */
  batchedUpdates: setting(z.enum(['on', 'off']).default('on'), 'on or off'),
  /**
   * MB of publish-part, which uses some 120: its CPU follows the memory, 1,769 MB are one vCPU. New accounts have at most
   * 3,008 MB.
   */
  partMemory: setting(wholeNumber(256, 3008).default(512), 'a whole number from 256 to 3008, as in 512'),
  /**
   * Write units a second that the asset table and its index of pending assets take from the first moment on. DynamoDB
   * never lowers it again, and 40,000 is the quota of a table.
   */
  warmThroughput: setting(
    wholeNumber(4_000, 40_000).optional(),
    'a whole number from 4000 to 40000, as in 8000: write units a second',
  ),
  /** Uploaded files that are ingested at a time. Lambda's event source mappings take no less than 2. */
  ingestConcurrency: setting(wholeNumber(2, 1000).optional(), 'a whole number from 2 to 1000, as in 20'),
  /** Requests a second that the API takes before it answers 429; bursts may be twice that. */
  apiRequestsPerSecond: setting(
    wholeNumber(1, 10_000).default(200),
    'a whole number from 1 to 10000, as in 200',
  ),
  /** Whether HEIC images are accepted. Their format has patents, and their decoder is LGPL (docs/uploads.md). */
  heic: setting(z.enum(['off', 'on']).default('on'), 'on or off'),
  /** Alarms are mailed to it, through an SNS topic that exists only then. */
  alarmEmail: setting(z.email().optional(), 'an e-mail address, as in operators@example.com'),
  /** Requests to the CDN within an hour, above which an alarm is raised. A million costs about $1. */
  alarmRequestsPerHour: setting(
    wholeNumber(1, 1_000_000_000).default(2_000_000),
    'a whole number from 1 to 1000000000, as in 2000000',
  ),
  /** Gigabytes that the CDN delivers within an hour, above which an alarm is raised. 100 GB cost about $8.50. */
  alarmGigabytesPerHour: setting(
    wholeNumber(1, 1_000_000).default(100),
    'a whole number from 1 to 1000000, as in 100',
  ),
  /**
   * Mails about jobs come from it, through SES: an address that is verified there, or one of a domain that is. Without it
   * no mail is sent, and what asks for one is refused.
   */
  mailFrom: setting(z.email().optional(), 'an e-mail address, as in pressroom@example.com'),
  /**
   * Whether notifications may go to this machine itself: for the local cloud, whose receivers run there. A deployed
   * function has nothing on its loopback that anybody should be able to call.
   */
  notifyLoopback: setting(z.enum(['off', 'on']).default('off'), 'off, or on (for the local cloud only)'),
  /**
   * Buckets that uploads may fetch files from, by company: only these are in the permissions of fetch-files
   * (docs/uploads.md, "From a bucket").
   */
  sourceBuckets: setting(
    z
      .string()
      .default('off')
      .refine((text) => parseSourceBuckets(text) !== undefined),
    'off, or a comma-separated list of company:bucket or company:bucket/prefix, with * for all companies, as in luma:acme-photos/web/',
  ),
  mfa: setting(
    z.enum(['off', 'optional', 'required']).default('optional'),
    'off, optional or required (a one-time code from an authenticator app when signing in)',
  ),
  /**
   * Web origins whose pages may call the API and upload: those of your console. None unless named, so that a page of
   * another site cannot use a token that it got hold of.
   */
  browserOrigins: setting(
    z
      .string()
      .transform((list) => list.split(',').map((origin) => origin.trim()))
      .pipe(z.array(z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/)).min(1))
      .default([]),
    'a comma-separated list of web origins without a path, as in https://console.example.com, or *',
  ),
  /**
   * Requests that one IP address may send to the CDN within five minutes, before it gets 429: a web ACL, which costs $6 a
   * month and $0.60 a million requests. Without it there is none. A page with 100 pictures is 100 requests, and an office
   * or a mobile network may have one address for many people.
   */
  maxRequestsPerAddress: setting(
    wholeNumber(10, 2_000_000_000).optional(),
    'a whole number from 10 to 2000000000, as in 10000',
  ),
  /** Where the login pages may return to after a sign-in, besides the console. */
  callbackUrls: appUrls,
  /** Where they may return to after a sign-out, besides the console. */
  logoutUrls: appUrls,
  /** First label of the address of the login pages, unique in the region. The default has prefix, account and region. */
  loginDomainPrefix: setting(
    z
      .string()
      .regex(/^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
      .optional(),
    'up to 63 lower-case letters, digits and inner hyphens, without aws, amazon and cognito, as in acme-media',
  ),
  /**
   * `managed`: Cognito's newer pages, on its plan Essentials. `classic`: the older ones, on the plan Lite, which costs a
   * third above 10,000 people a month.
   */
  loginPages: setting(z.enum(['managed', 'classic']).default('managed'), 'managed or classic'),
  /** Sends invitations and codes: Cognito itself, at most 50 mails a day, or SES from `mailFrom`. */
  loginMail: setting(z.enum(['cognito', 'ses']).default('cognito'), 'cognito or ses'),
  /** An OpenID Connect provider that people may sign in with. */
  oidcIssuer: setting(
    z.url({ protocol: /^https$/ }).optional(),
    'the address of the issuer, as in https://login.example.com',
  ),
  oidcClientId: setting(
    z.string().min(1).max(256).optional(),
    'the id of the client that the provider gave you',
  ),
  /** The secret itself must not stand in a template. */
  oidcClientSecretName: setting(
    z
      .string()
      .regex(/^[\w/+=.@-]{1,512}$/)
      .optional(),
    'the name of a secret in Secrets Manager whose text is the client secret, as in pressroom/oidc',
  ),
  samlMetadataUrl: setting(
    z.url({ protocol: /^https$/ }).optional(),
    'the address of the SAML metadata of your provider, as in https://login.example.com/metadata.xml',
  ),
  /** The names of these providers on the login pages. */
  oidcName: providerName('OpenID'),
  samlName: providerName('SAML'),
  /** Where CloudFront serves from: 100 is North America and Europe, 200 adds Asia and Africa, all is everywhere. */
  priceClass: setting(z.enum(['100', '200', 'all']).default('all'), '100, 200 or all'),
  deliveryDomain: setting(domainName, 'a domain name in lower case, as in media.example.com'),
  deliveryCertificateArn: setting(
    edgeCertificate,
    'the ARN of an ACM certificate in us-east-1, the only region CloudFront takes certificates from',
  ),
  /** The API's own domain. The address that API Gateway gives it works beside it, always: trigger URLs have it. */
  apiDomain: setting(domainName, 'a domain name in lower case, as in api.example.com'),
  apiCertificateArn: setting(
    z
      .string()
      .regex(/^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/)
      .optional(),
    'the ARN of an ACM certificate in the region of the installation',
  ),
  /** The web console's own domain, in place of the name that CloudFront gives it. */
  consoleDomain: setting(domainName, 'a domain name in lower case, as in console.example.com'),
  consoleCertificateArn: setting(
    edgeCertificate,
    'the ARN of an ACM certificate in us-east-1, the only region CloudFront takes certificates from',
  ),
  /**
   * Hosts that the console's pages may call and load pictures from, besides those of AWS and of the domains above: for the
   * local cloud, whose services have addresses of this machine.
   */
  consoleSources: setting(
    z
      .string()
      .transform((list) => list.split(',').map((source) => source.trim()))
      .pipe(z.array(z.string().regex(/^https?:\/\/[^/\s;,]+$/)).min(1))
      .default([]),
    'a comma-separated list of web origins without a path, as in https://media.example.com',
  ),
  /** `on` deploys the documentation beside the installation: a bucket and a distribution of its own. */
  site: setting(z.enum(['off', 'on']).default('off'), 'on or off'),
  /** A zone of Route 53 in this account: the records of the domains above are made in it. */
  hostedZoneId: setting(
    z
      .string()
      .regex(/^Z[A-Z0-9]{1,31}$/)
      .optional(),
    'the id of a hosted zone, as in Z0123456789ABCDEFGHIJ',
  ),
  hostedZoneName: setting(domainName, 'the name of the hosted zone, as in example.com'),
} as const;

type Settings = typeof settings;

/** The checked settings. */
export type Config = {
  readonly [Name in Exclude<keyof Settings, keyof Concurrency>]: z.output<Settings[Name]['schema']>;
} & Concurrency;

/**
 * Checks the settings found in the context of the app.
 * @param context everything the CDK calls context; its own entries hold a colon, slash or hyphen and are passed over
 * @throws Error that lists every wrong or unknown setting with what would be right
 */
export function readConfig(context: Readonly<Record<string, unknown>>): Config {
  const complaints: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, mustBe }] of Object.entries(settings)) {
    const result = (schema as z.ZodType).safeParse(context[name]);
    if (result.success) values[name] = result.data;
    else complaints.push(`${name} is ${JSON.stringify(context[name])}: it must be ${mustBe}.`);
  }
  for (const name of Object.keys(context)) {
    if (/^[A-Za-z]+$/.test(name) && !(name in settings))
      complaints.push(`${name} is no setting. There are: ${Object.keys(settings).join(', ')}.`);
  }
  complaints.push(...concurrencyComplaints(values));
  const config = { ...values, ...deriveConcurrency(values) } as Config;
  if (complaints.length === 0) complaints.push(...contradictions(config), ...loginComplaints(config));
  if (complaints.length > 0) throw new Error(`The configuration is wrong.\n${complaints.join('\n')}`);
  return config;
}

function loginComplaints(config: Config): string[] {
  const { oidcIssuer, oidcClientId, oidcClientSecretName } = config;
  const oidc = [oidcIssuer, oidcClientId, oidcClientSecretName].filter((value) => value !== undefined);
  const complaints: string[] = [];
  if (oidc.length % 3 !== 0)
    complaints.push('oidcIssuer, oidcClientId and oidcClientSecretName go together: set all or none.');
  if (config.oidcName === config.samlName)
    complaints.push('oidcName and samlName must differ: providers are known by their names.');
  if (config.loginMail === 'ses' && config.mailFrom === undefined)
    complaints.push('loginMail=ses needs mailFrom, the address that the mails come from.');
  if (config.loginDomainPrefix === undefined && /aws|amazon|cognito/.test(config.prefix))
    complaints.push(
      `loginDomainPrefix is needed: Cognito takes no domain with aws, amazon or cognito in it, and prefix is ${config.prefix}.`,
    );
  return complaints;
}

function contradictions(config: Config): string[] {
  const complaints = pairs
    .filter(([one, other]) => (config[one] === undefined) !== (config[other] === undefined))
    .map(([one, other]) => `${one} and ${other} go together: set both or neither.`);
  const { hostedZoneName: zone, deliveryDomain, apiDomain, consoleDomain } = config;
  const domains = [deliveryDomain, apiDomain, consoleDomain];
  if (zone !== undefined && !domains.some((domain) => domain && isInZone(domain, zone)))
    complaints.push(
      `hostedZoneName is "${zone}": it must be the end of deliveryDomain, apiDomain or consoleDomain, since only their records are made in it.`,
    );
  return complaints;
}

/** Whether the records of a domain belong into the zone of this name. */
export function isInZone(domain: string, zone: string): boolean {
  return domain === zone || domain.endsWith(`.${zone}`);
}

/**
 * Web origins whose pages may call the API and upload.
 * @param consoleOrigin that of the console, a token where CloudFront makes its name
 */
export function webOrigins({ browserOrigins }: Config, consoleOrigin: string): readonly string[] {
  // S3 refuses an origin that is named twice, and the API one beside `*`.
  return browserOrigins.includes('*') ? ['*'] : [...new Set([...browserOrigins, consoleOrigin])];
}

/** The settings that are not at their default, as text. They are recorded in the outputs of the data stack. */
export function changedSettings(config: Config): Readonly<Record<string, string>> {
  // What follows from another setting is not a setting that was made.
  const { accountConcurrency, partConcurrency } = config;
  const defaults: Readonly<Record<string, unknown>> = {
    ...readConfig({}),
    ...deriveConcurrency({ accountConcurrency, partConcurrency }),
    partConcurrency: deriveConcurrency({ accountConcurrency }).partConcurrency,
  };
  return Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) =>
      value === undefined || JSON.stringify(value) === JSON.stringify(defaults[name])
        ? []
        : [[name, String(value)]],
    ),
  );
}
