/** The runbook: its entries, and the log texts, metrics and titles that it tells an operator to look for. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../support/documents.ts';
import { readSource } from '../support/source-texts.ts';

const page = readDocument('docs/operations.md');

/** Alarms by heading: `### <source> <short name>`. That each alarm has one is checked with the templates. */
const entries = page
  .split(/^(?=#{2,3} )/m)
  .filter((section) => /^### [\w-]+ [\w-]+\n/.test(section))
  .map((section) => [section.slice(4, section.indexOf('\n')), section] as const);

describe('the runbook', () => {
  it('has an entry for each of many alarms', () => {
    expect(entries.length).toBeGreaterThan(25);
  });

  it.each(entries)('describes %s, says where to look and what to do', (_, entry) => {
    const parts = [...entry.matchAll(/^\*\*(\w+)\.\*\* /gm)].map(([, name]) => name);
    expect(parts).toEqual(['Description', 'Investigation', 'Resolution']);
  });

  it.each(entries)('refers in %s only to entries that exist', (_, entry) => {
    const named = [...entry.matchAll(/(?:[Ss]ee|at|or) "([\w-]+ [\w-]+)"/g)].map(([, name]) => name);
    expect(named.filter((name) => !entries.some(([heading]) => heading === name))).toEqual([]);
  });
});

it.each([
  'An item could not be deleted for good',
  'Could not be reconciled',
  'The storage is busy',
  'Functions: at work at a time',
  'JobsRepaired',
  'copiesAtATime',
  'batchedUpdates',
  'DynamoDB refuses a batched statement; changes are made one by one',
  'Companies of the last round still wait; no new round begins',
  'The work goes on in another call',
])('operators find "%s", which the runbook names, in the sources', (text) => {
  expect(page).toContain(text);
  const found = globSync('{functions,adapters,application,infra}/**/*.ts').some((file) => {
    const source = readFileSync(file, 'utf8');
    if (!source.includes(text)) return false;
    // Metrics and facts of a log entry are named by keys, not by texts.
    return readSource(file, source).texts.includes(text) || new RegExp(`\\b${text}\\b\\s*[:,]`).test(source);
  });
  expect(found).toBe(true);
});
