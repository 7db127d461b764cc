import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { assetTypes, isSetType } from '../../domain/assets/asset.ts';
import { serversFor } from '../../domain/assets/publish-state.ts';
import { defaultSettings } from '../../domain/companies/settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import { originMetadata } from '../../domain/delivery/origin-metadata.ts';
import { servers as allServers, type Server } from '../../domain/delivery/server.ts';
import { memberRoles, parseSetRecord, printSetRecord, setMimeType } from '../../domain/sets/set-record.ts';
import { anAsset } from '../support/builders.ts';

const page = readFileSync('docs/origins.md', 'utf8');

function tableOf(name: string): string[][] {
  const text = page.split(`<!-- ${name}`)[1]?.split(`<!-- /${name} -->`)[0] ?? '';
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

it('docs/origins.md names each type, its servers, and where its object lies', () => {
  const settings = { ...defaultSettings, servers: allServers };
  const made = assetTypes.flatMap((type) => {
    const asset = anAsset({
      id: 'ID',
      company: '<co>',
      type,
      folder: '<folder>',
      fileName: 'ID.file',
    });
    const holds = isSetType(type) ? 'the record of the set' : 'the file';
    const keyOn = (server: Server) =>
      originKey(server, asset).replace('ID.file', '<file name>').replace('ID', '<id>');
    return serversFor(type, settings).map((server) => [type, server, keyOn(server), holds]);
  });
  const written = tableOf('objects').map(([type, server, key, holds]) => [
    type,
    server,
    key,
    holds?.replace(/ of its parent.*/, ''),
  ]);
  expect(written.toSorted()).toEqual(made.toSorted());
});

it('and every header of an object', () => {
  const metadata = originMetadata(
    anAsset({ id: 'a', type: 'derived-image', recipe: 'wid=9', memberCount: 1 }),
  );
  for (const name of Object.keys(metadata)) expect(page).toContain(`\`x-amz-meta-${name}\``);
  const facts = JSON.parse(decodeURIComponent(metadata.asset)) as object;
  for (const name of Object.keys(facts)) expect(page).toContain(`\`${name}\``);
  expect(page).toContain(setMimeType);
});

it('and shows a record as it is written', () => {
  const shown = /```json\n(.*)\n```/.exec(page)?.[1] ?? '';
  expect(printSetRecord(parseSetRecord(shown))).toBe(shown);
  for (const role of memberRoles) expect(page).toContain(`\`${role}\``);
});
