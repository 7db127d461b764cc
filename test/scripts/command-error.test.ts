import { expect, it } from 'vitest';
import { parseAdminCommand } from '../../scripts/admin/run-admin.ts';
import { readAssumptions } from '../../scripts/costs/assumptions.ts';
import { commandErrorText } from '../../scripts/deployment/command-error.ts';

it.each([
  [new Error('Region is missing'), /^No AWS region is set\. Name an environment/],
  [
    Object.assign(new Error('Could not load'), { name: 'CredentialsProviderError' }),
    /^No AWS credentials were found/,
  ],
  [Object.assign(new Error('The token'), { name: 'ExpiredToken' }), /^The AWS credentials have expired/],
  [new Error('There is no stack'), /^There is no stack$/],
  ['text', /^text$/],
])('%s is explained', (error, text) => {
  expect(commandErrorText(error)).toMatch(text);
});

it.each([
  [[], 'Name a command'],
  [['help'], 'There is no command "help"'],
  [['--nowhere'], "Unknown option '--nowhere'"],
])('npm run admin -- %j is refused before anything is asked of AWS', (parameters, text) => {
  expect(() => parseAdminCommand(parameters)).toThrow(text);
});

it.each([
  [['--pages', '3'], "Unknown option '--pages'"],
  [['--assets', 'many'], "--assets: 'many' is wrong. Use a number from 0, such as --assets=100."],
])('npm run costs -- %j is refused with what would be right', (parameters, text) => {
  expect(() => readAssumptions(parameters)).toThrow(text);
});
