import { globSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { readEnvironment } from '../../infra/environment.ts';
import { synthesise } from './synth.ts';

const target = { account: '123456789012', region: 'eu-central-1' };

describe('an environment', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(inject('scratch'), 'environments-'));
  });
  const write = (content: unknown, name = 'test') => {
    writeFileSync(
      join(folder, `${name}.json`),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
    return () => readEnvironment(name, folder);
  };

  it('has an account, a region and settings, as text, numbers or lists', () => {
    const read = write({
      ...target,
      mfa: 'required',
      partConcurrency: 7,
      browserOrigins: ['https://a.example.com', 'https://b.example.com'],
    });
    const { account, region, settings } = read();
    expect({ account, region }).toEqual(target);
    expect(readConfig(settings)).toMatchObject({
      mfa: 'required',
      partConcurrency: 7,
      browserOrigins: ['https://a.example.com', 'https://b.example.com'],
    });
  });

  it.each([
    ['an account that is no text', { ...target, account: 123456789012 }, 'account: '],
    ['an account with too few digits', { ...target, account: '12' }, 'must be the 12 digits'],
    ['no account', { region: 'eu-central-1' }, 'account: '],
    ['a region with a spelling mistake', { ...target, region: 'eu-central' }, 'must be an AWS region'],
    ['a wrong setting', { ...target, mfa: 'yes' }, 'mfa is "yes": it must be off, optional or required'],
    ['an unknown setting', { ...target, mfaa: 'off' }, 'mfaa is no setting'],
    ['text that is no JSON', '{ "account": ', 'is not valid JSON'],
  ])('is refused for %s', (_what, content, complaint) => {
    const read = write(content);
    expect(read).toThrow('environments/test.json');
    expect(read).toThrow(complaint);
  });

  it('that does not exist is refused with the names of those that do', () => {
    write(target, 'production');
    expect(() => readEnvironment('prod', folder)).toThrow(
      /The environment "prod" does not exist\. There are: .*production/,
    );
    expect(() => readEnvironment('../package', folder)).toThrow('does not exist');
  });

  it('of this repository is valid', () => {
    const names = globSync('environments/*.json').map((file) => file.slice(13, -5));
    expect(names).toContain('example');
    for (const name of names) expect(() => readEnvironment(name)).not.toThrow();
  });

  it('decides account, region and settings of the templates, and records the settings', () => {
    const made = synthesise({ environment: 'example', logLevel: 'DEBUG' });
    const outputs = made.templates.data?.Outputs ?? {};
    expect(outputs.SettingMfa?.Value).toBe('required');
    expect(outputs.SettingLogLevel?.Value).toBe('DEBUG');
    expect(outputs).not.toHaveProperty('SettingPartConcurrency');
    expect(JSON.stringify(made.templates.delivery)).toContain('pressroom-check-request-eu-central-1');
  });
});
