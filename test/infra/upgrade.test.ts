/**
 * Deployed installations survive a change of their settings and a new release: CloudFormation refuses nothing, and no
 * resource that holds data is made again.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { settingsWithStacks } from '../../scripts/deployment/stack-places.ts';
import { baselineSettings, readBaseline, withoutCode } from './baseline.ts';
import { pairsOf } from './covering-array.ts';
import { fixedSettings, settingSamples } from './setting-samples.ts';
import { sharedSynthesis, synthesise } from './synth.ts';
import { importedNames, type Templates, upgradeHazards } from './upgrade-hazards.ts';

type Settings = Readonly<Record<string, string>>;

/** A synthesis takes 0.3 seconds. */
const maxSyntheses = 40;

describe('a change of settings', () => {
  let defaults: Templates;
  let single: readonly (readonly [Settings, Templates])[];
  let pairs: readonly (readonly [Settings, Templates])[];

  beforeAll(() => {
    const made = (settings: Settings) => [settings, synthesise(settings).templates] as const;
    defaults = sharedSynthesis().templates;
    single = settingSamples.map(made);
    const structural = single.filter(([, templates]) => structureOf(templates) !== structureOf(defaults));
    pairs = pairsOf(structural.map(([settings]) => settings)).map(made);
  });

  it('is tried for every setting', () => {
    const tried = [...settingSamples.flatMap(Object.keys), ...Object.keys(fixedSettings)];
    expect(Object.keys(readConfig({})).filter((name) => !tried.includes(name))).toEqual([]);
    for (const reason of Object.values(fixedSettings)) expect(reason.length).toBeGreaterThan(40);
  });

  it('is tried for all pairs of settings that add or remove resources or imports, in few syntheses', () => {
    expect(pairs.length).toBeGreaterThan(0);
    expect(single.length + pairs.length).toBeLessThanOrEqual(maxSyntheses);
  });

  it('adds a stack only where npm run destroy knows of it', () => {
    const adding = single
      .filter(([, templates]) => Object.keys(templates).length > Object.keys(defaults).length)
      .flatMap(([settings]) => Object.keys(settings));
    expect(adding).toEqual(Object.keys(settingsWithStacks));
  });

  it('is deployed without a hazard, from the defaults and back', () => {
    // A stack that only a setting has stays as it is when the setting is taken back, until somebody deletes it.
    const ofDefaults = (templates: Templates) =>
      Object.fromEntries(Object.entries(templates).filter(([name]) => name in defaults));
    const hazards = [...single, ...pairs].flatMap(([settings, templates]) => {
      const names = Object.keys(settings).join(' and ');
      return [
        ...upgradeHazards(defaults, templates).map((hazard) => `setting ${names}: ${hazard}`),
        ...upgradeHazards(ofDefaults(templates), defaults).map((hazard) => `unsetting ${names}: ${hazard}`),
      ];
    });
    expect(hazards).toEqual([]);
  });
});

describe('an upgrade from the latest release', () => {
  it.each(Object.entries(baselineSettings))('has no hazard with the settings of %s', (name, settings) => {
    const { templates } = readBaseline(name);
    expect(upgradeHazards(templates, withoutCode(synthesise(settings).templates) as Templates)).toEqual([]);
  });
});

/** The resources of each stack, and what it imports from others. A version of a function is one, whatever its code. */
function structureOf(templates: Templates): string {
  return JSON.stringify(
    Object.entries(withoutCode(templates) as Templates).map(([stack, template]) => [
      stack,
      Object.keys(template.Resources).sort(),
      [...new Set(importedNames(template))].sort(),
    ]),
  );
}
