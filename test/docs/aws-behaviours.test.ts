/** The page about AWS: its tests exist, and its steps are those of the smoke program. */
import { existsSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { accountSteps } from '../../smoke/account-steps.ts';
import { smokeSteps } from '../../smoke/smoke-steps.ts';
import type { SmokeTarget } from '../../smoke/smoke-target.ts';
import { readDocument, tableRows } from '../support/documents.ts';

const page = readDocument('docs/aws-behaviours.md');
const rows = page.split(/^## /m).slice(1).flatMap(tableRows);

// Nothing is called before a step works.
const dynamodb = new DynamoDBClient({ region: 'eu-central-1' });
const target = { directory: { dynamodb } } as unknown as SmokeTarget;
const account = {} as unknown as Parameters<typeof accountSteps>[0];
const steps = [...accountSteps(account), ...smokeSteps(target, 'names')].map(({ name }) => name);

const codeIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('docs/aws-behaviours.md', () => {
  it('lists many behaviours', () => {
    expect(rows.length).toBeGreaterThan(35);
  });

  it.each(rows)('says of "%s" where AWS documents it, and what exercises it', (_, source, tests, ...rest) => {
    expect(source).toMatch(/\]\(https:\/\/docs\.aws\.amazon\.com\/[^)]+\)$/);
    const files = codeIn(tests);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !file.endsWith('.test.ts') || !existsSync(file))).toEqual([]);
    expect(rest).toHaveLength(2);
  });

  it.each(rows)('names for "%s" steps that npm run smoke has', (_, __, ___, step) => {
    const named = codeIn(step);
    if (named.length === 0) expect(step).toBe('–');
    expect(named.filter((name) => !steps.includes(name))).toEqual([]);
  });

  it('names every step that proves something', () => {
    const named = new Set(rows.flatMap(([, , , step]) => codeIn(step)));
    expect(steps.filter((step) => !named.has(step))).toEqual(['clean-up']);
  });

  it('is linked from the README and from the page about deployment', () => {
    expect(readDocument('README.md')).toContain('(docs/aws-behaviours.md)');
    expect(readDocument('docs/deploy.md')).toContain('(aws-behaviours.md)');
  });
});
