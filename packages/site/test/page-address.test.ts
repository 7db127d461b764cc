import { expect, it } from 'vitest';
import { pageOf, siteLinkOf } from '../src/page-address.ts';

it.each([
  ['docs/jobs.md', 'jobs.md'],
  ['docs/api/jobs.md', 'api/jobs.md'],
  ['packages/cli/README.md', 'packages/cli.md'],
  ['CONTRIBUTING.md', 'contributing.md'],
  ['README.md', 'index.md'],
  ['infra/config.ts', undefined],
  ['packages/cli/test/notes.md', undefined],
])('%s is the page %s', (file, page) => {
  expect(pageOf(file)).toBe(page);
});

it.each([
  ['a page beside it', 'docs/jobs.md', 'plans.md#cost', { kind: 'page', href: '/plans.md#cost' }],
  ['a page above it', 'docs/api/jobs.md', '../jobs.md', { kind: 'page', href: '/jobs.md' }],
  [
    'a page of a package',
    'docs/cli.md',
    '../packages/client/README.md',
    { kind: 'page', href: '/packages/client.md' },
  ],
  ['a source file', 'docs/deploy.md', '../infra/config.ts', { kind: 'source', path: 'infra/config.ts' }],
  ['a heading of the same page', 'docs/jobs.md', '#log', { kind: 'address', href: '#log' }],
  [
    'another site',
    'docs/jobs.md',
    'https://example.com/a.md',
    { kind: 'address', href: 'https://example.com/a.md' },
  ],
])('reads a link to %s', (_, from, href, link) => {
  expect(siteLinkOf(from, href)).toEqual(link);
});
