/** The arrows between the layers: read by the import rules, and compared with the page about the architecture. */

export interface Layer {
  /** Files whose values and types it may import, by the start of their path or by a pattern. */
  readonly files: readonly (string | RegExp)[];
  /** Files of which it may import types only. */
  readonly types?: readonly (string | RegExp)[];
  /** Packages and modules of Node; all of them unless given. */
  readonly packages?: readonly RegExp[];
}

/** Shared by synthesis and run time, so these files import neither the CDK nor an SDK. */
const contracts = [
  /^functions\/[\w-]+\/env\.ts$/,
  /\.contract\.ts$/,
  'adapters/dynamodb/keys.ts',
  'adapters/runtime/environment.ts',
];

/** The layers, and what each may import besides itself (docs/architecture.md). */
export const layers: Readonly<Record<string, Layer>> = {
  // Rules only: no AWS, no environment, no clock, no input or output, so no package at all.
  domain: { files: ['domain/'], packages: [] },
  application: {
    files: ['application/', 'domain/'],
    types: ['adapters/'],
    packages: [/^node:(crypto|util)$/],
  },
  adapters: { files: ['adapters/', 'domain/'], types: ['packages/api/'] },
  functions: {
    files: ['functions/', 'application/', 'adapters/', 'domain/', 'packages/api/', /\.contract\.ts$/],
  },
  statemachines: { files: ['adapters/dynamodb/keys.ts', 'domain/'], packages: [/^zod$/] },
  'packages/api': { files: ['packages/api/', 'domain/'], packages: [/^zod$/, /^zod-openapi$/] },
  'packages/client': { files: ['packages/client/', 'domain/delivery/'], types: ['packages/api/'] },
  // The API alone: what the command line does, every program can do.
  'packages/cli': {
    // The rule of ids: an import checks a million of them before it sends anything.
    files: ['packages/cli/', 'packages/client/', 'domain/assets/asset-id.ts'],
    types: ['packages/api/'],
    packages: [/^node:/, /^commander$/, /^csv-parse$/, /^esbuild$/, /^listr2$/, /^saxes$/],
  },
  // Tools for assistants, with the schemas that the protocol needs.
  'packages/cli/mcp': {
    files: ['packages/cli/', 'packages/client/'],
    types: ['packages/api/'],
    packages: [/^node:/, /^zod$/, /^@modelcontextprotocol\/sdk/],
  },
  // What `--json` prints, from the contract: the command line takes its types, and has no schema at run time.
  'packages/cli/contract': {
    files: ['packages/cli/contract/', 'packages/api/', 'domain/'],
    packages: [/^zod$/],
  },
  'packages/local-aws': { files: ['packages/local-aws/'] },
  // Calls the API by the client only; hosting/ builds the files and puts them into the bucket.
  // Reads the grammar of image commands; hosting/ builds the files and puts them into the bucket.
  'packages/site': { files: ['packages/site/', 'packages/console/hosting/', 'domain/delivery/'] },
  // Runs on pages of others: browsers are all that it has.
  'packages/viewers': {
    files: ['packages/viewers/'],
    packages: [/^node:/, /^esbuild$/, /^@aws-sdk\/client-s3$/],
  },
  'packages/console': {
    files: ['packages/console/', 'packages/client/', 'packages/viewers/'],
    types: ['packages/api/'],
  },
  infra: {
    files: ['infra/', 'domain/', 'packages/api/', ...contracts],
    packages: [/^aws-cdk-lib/, /^constructs$/, /^esbuild$/, /^zod$/, /^node:(fs|path|url)$/],
  },
  // Members are seeded into the table: no route makes the first one.
  local: {
    files: [
      'local/',
      'packages/client/',
      'packages/console/hosting/',
      'packages/site/hosting/',
      'packages/local-aws/',
      'packages/viewers/hosting/',
      'samples/',
      'domain/',
      'adapters/dynamodb/keys.ts',
    ],
  },
  samples: { files: ['samples/', 'domain/'] },
  // Proves an installation from outside, by its API and its delivery URLs. Its company is made as an operator makes one.
  smoke: {
    files: [
      'smoke/',
      'local/',
      'packages/client/',
      'samples/',
      'application/companies/',
      'domain/',
      'adapters/cognito/',
      'adapters/dynamodb/companies/',
      'adapters/dynamodb/keys.ts',
      'infra/',
      'scripts/deployment/',
    ],
  },
};
