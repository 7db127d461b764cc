import { beforeAll, describe, expect, inject, it } from 'vitest';
import { makePressroom } from '../../infra/pressroom.ts';
import { checkRegion } from '../../infra/regions.ts';
import { stackPlaces } from '../../scripts/deployment/stack-places.ts';
import { resources, synthesise } from './synth.ts';

describe('the region of a deployment', () => {
  it.each(['us-east-1', 'eu-central-1', 'ap-southeast-2', 'me-south-1'])('may be %s', (region) => {
    expect(() => checkRegion(region)).not.toThrow();
  });

  it.each([
    ['ap-south-2', 'no function URLs'],
    ['eu-central-2', 'no function URLs'],
    ['cn-north-1', 'CloudFront there'],
    ['us-gov-west-1', 'CloudFront there'],
    ['xx-new-1', 'nobody has checked'],
  ])('is refused if it is %s', (region, reason) => {
    expect(() => checkRegion(region)).toThrow(`The region ${region} cannot be used: `);
    expect(() => checkRegion(region)).toThrow(reason);
    expect(() => checkRegion(region)).toThrow('Use one of: af-south-1, ');
  });

  it('is checked before anything is synthesised', () => {
    const props = { outdir: inject('scratch') };
    expect(() => makePressroom(props, { account: '123456789012', region: 'ca-west-1' })).toThrow(
      'The region ca-west-1 cannot be used',
    );
  });
});

describe('two installations with one prefix in two regions of an account', () => {
  /** Types whose names are the account's, and where in their properties the name is. */
  const globalTypes: Readonly<Record<string, RegExp>> = {
    'AWS::CloudFront::Function': /"Name":"([^"]+)"/,
    'AWS::CloudFront::CachePolicy': /"Name":"([^"]+)"/,
    'AWS::CloudFront::OriginAccessControl': /"Name":"([^"]+)"/,
    'AWS::CloudFront::OriginRequestPolicy': /"Name":"([^"]+)"/,
    'AWS::CloudFront::ResponseHeadersPolicy': /"Name":"([^"]+)"/,
    'AWS::CloudFront::KeyValueStore': /"Name":"([^"]+)"/,
    'AWS::CloudWatch::Dashboard': /"DashboardName":"([^"]+)"/,
    'AWS::Cognito::UserPoolDomain': /"Domain":"([^"]+)"/,
    'AWS::IAM::ManagedPolicy': /"ManagedPolicyName":"([^"]+)"/,
    'AWS::IAM::Role': /"RoleName":"([^"]+)"/,
    'AWS::IAM::User': /"UserName":"([^"]+)"/,
    'AWS::S3::Bucket': /"BucketName":"([^"]+)"/,
    // In us-east-1 for installations of all regions.
    'AWS::Logs::DeliverySource': /"Name":"([^"]+)"/,
    'AWS::Logs::DeliveryDestination': /"Name":"([^"]+)"/,
    'AWS::WAFv2::WebACL': /"Name":"([^"]+)"/,
  };
  let names: string[][];
  beforeAll(() => {
    names = ['eu-central-1', 'us-west-2'].map((region) => {
      const made = synthesise(
        { maxRequestsPerAddress: '10000' },
        { env: { account: '123456789012', region } },
      );
      return Object.entries(globalTypes).flatMap(([type, pattern]) =>
        resources(type, made).flatMap(({ Properties }) => {
          const name = pattern.exec(JSON.stringify(Properties))?.[1];
          return name === undefined ? [] : [`${type} ${name}`];
        }),
      );
    });
  });

  it('have no stack of one name in one region', () => {
    const placesOf = (region: string) => {
      const { stacks, former } = stackPlaces({}, { account: '123456789012', region });
      return [...stacks, ...former].map((place) => `${place.region} ${place.name}`);
    };
    const first = placesOf('eu-central-1');
    expect(first).toEqual(
      expect.arrayContaining(['eu-central-1 pressroom-data', 'us-east-1 pressroom-eu-central-1-edge']),
    );
    expect(first.filter((place) => placesOf('us-west-2').includes(place))).toEqual([]);
  });

  it('share no name that the whole account shares', () => {
    const [first = [], second = []] = names;
    expect(first.length).toBeGreaterThanOrEqual(8);
    expect(first.filter((name) => second.includes(name))).toEqual([]);
  });
});
