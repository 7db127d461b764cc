import { expect, it } from 'vitest';
import { cloudFrontRooms } from '../../scripts/preflight/check-cloudfront.ts';
import { resources } from './synth.ts';

it.each(cloudFrontRooms)(
  'preflight looks for room for as many $what as the templates have',
  ({ type, needed }) => {
    expect(resources(type)).toHaveLength(needed);
  },
);

it('preflight looks for room for everything that the templates make in CloudFront', () => {
  const made = new Set(
    resources()
      .map(({ Type }) => Type)
      .filter((type) => type.startsWith('AWS::CloudFront::')),
  );
  expect([...made].sort()).toEqual(cloudFrontRooms.map(({ type }) => type).sort());
});
