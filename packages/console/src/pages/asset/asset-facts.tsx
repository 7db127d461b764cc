import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { ReactNode } from 'react';
import { useMemberNames } from '../../api/use-member-names.ts';
import { PageLink } from '../../components/page-link.tsx';
import { Time } from '../../components/time.tsx';
import { useCompany } from '../../session/company.tsx';
import { formatNumber } from '../../texts/app.ts';
import { assetTexts } from '../../texts/asset.ts';
import { assetTypeTexts } from '../../texts/asset-types.ts';
import { formatBytes } from '../../texts/bytes.ts';
import type { Asset } from './read-asset.ts';

const texts = assetTexts.facts;

/** What is known about the file. */
export function AssetFacts({ asset }: { asset: Asset }) {
  const { company } = useCompany();
  const nameOf = useMemberNames();
  const { width, height, duration, videoCodec, audioCodec, parent, recipe } = asset;
  const codecs = [videoCodec, audioCodec].filter(Boolean).join(', ');
  const modifiers = [asset.modifier, asset.postModifier].filter(Boolean).join(' … ');
  const facts: (readonly [label: string, value: ReactNode])[] = [
    [texts.id, <code key="id">{asset.id}</code>],
    [texts.type, `${assetTypeTexts[asset.type]} (${asset.mimeType})`],
    ...(asset.memberCount === undefined
      ? [[texts.size, formatBytes(asset.bytes)] as const]
      : [[texts.members, formatNumber(asset.memberCount)] as const]),
    ...(width && height ? [[texts.pixels, `${formatNumber(width)} × ${formatNumber(height)}`] as const] : []),
    ...(duration ? [[texts.duration, texts.seconds(duration)] as const] : []),
    ...(codecs ? [[texts.codecs, codecs] as const] : []),
    ...(asset.colourSpace ? [[texts.colourSpace, asset.colourSpace] as const] : []),
    ...(parent
      ? [
          [
            texts.parent,
            <PageLink key="parent" to={`/${company}/assets/${parent}`}>
              {parent}
            </PageLink>,
          ] as const,
        ]
      : []),
    ...(recipe ? [[texts.recipe, <code key="recipe">{recipe}</code>] as const] : []),
    ...(modifiers ? [[texts.modifiers, <code key="modifiers">{modifiers}</code>] as const] : []),
    [
      texts.folder,
      <PageLink key="folder" to={`/${company}/library?folder=${encodeURIComponent(asset.folder)}`}>
        {asset.folder}
      </PageLink>,
    ],
    [texts.fileName, asset.fileName],
    [texts.version, formatNumber(asset.version)],
    [
      texts.modified,
      <span key="modified">
        <Time at={asset.modified} /> {texts.by(nameOf(asset.modifiedBy))}
      </span>,
    ],
    [
      texts.created,
      <span key="created">
        <Time at={asset.created} /> {texts.by(nameOf(asset.createdBy))}
      </span>,
    ],
    ...(asset.sha256
      ? [
          [
            texts.sha256,
            <code key="sha256" className="break">
              {asset.sha256}
            </code>,
          ] as const,
        ]
      : []),
  ];
  return (
    <Container fitHeight header={<Header variant="h2">{texts.header}</Header>}>
      <KeyValuePairs columns={2} items={facts.map(([label, value]) => ({ label, value }))} />
    </Container>
  );
}
