import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { usePages } from '../../api/use-pages.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LiveState } from '../../components/live-icon.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { useCompany } from '../../session/company.tsx';
import { assetTexts } from '../../texts/asset.ts';
import { assetTypeTexts } from '../../texts/asset-types.ts';
import type { Asset } from './read-asset.ts';

const texts = assetTexts.derivatives;

interface Related {
  readonly id: string;
  readonly published: boolean;
  readonly thumbnailUrl?: string | undefined;
  readonly detail?: ReactNode;
}

interface RelatedListProps {
  readonly header: string;
  readonly empty: string;
  readonly items: readonly Related[];
  readonly list: {
    readonly error: unknown;
    readonly isPending: boolean;
    readonly isFetching: boolean;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): unknown;
    refetch(): unknown;
  };
}

function RelatedList({ header, empty, items, list }: RelatedListProps) {
  const { company } = useCompany();
  return (
    <section aria-label={header}>
      <SpaceBetween size="s">
        <Box variant="h3">{header}</Box>
        {list.isPending && <Skeleton rows={2} />}
        {list.error !== null && items.length === 0 && <QueryError query={list} />}
        {!list.isPending && list.error === null && items.length === 0 && <EmptyState title={empty} />}
        {items.length > 0 && (
          <ul className="derivatives">
            {items.map((item) => (
              <li key={item.id}>
                <span className="picture">
                  <Thumbnail asset={item} alt="" />
                </span>
                <div className="name">
                  <PageLink to={`/${company}/assets/${item.id}`}>{item.id}</PageLink>
                </div>
                <LiveState published={item.published} />
                <Box color="text-body-secondary" fontSize="body-s">
                  {item.detail}
                </Box>
              </li>
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {texts.more}
          </Button>
        )}
      </SpaceBetween>
    </section>
  );
}

/** Images that are derived from the asset, and sets that contain it. */
export function Derivatives({ asset }: { asset: Asset }) {
  const params = { id: asset.id };
  const mayHaveDerived = asset.type === 'image';
  const derived = usePages(
    'assets',
    'listDerived',
    { params, query: { limit: 50 } },
    { enabled: mayHaveDerived },
  );
  const sets = usePages('assets', 'listSetsOfAsset', { params, query: { limit: 50 } });
  return (
    <SpaceBetween size="l">
      {mayHaveDerived && (
        <RelatedList
          header={texts.derived}
          empty={texts.derivedEmpty}
          list={derived}
          items={derived.items.map(({ id, published, thumbnailUrl, recipe }) => ({
            id,
            published,
            thumbnailUrl,
            detail: recipe && <code>{recipe}</code>,
          }))}
        />
      )}
      <RelatedList
        header={texts.sets}
        empty={texts.setsEmpty}
        list={sets}
        items={sets.items.map(({ id, published, thumbnailUrl, type, places, trashed }) => ({
          id,
          published,
          thumbnailUrl,
          detail: [
            assetTypeTexts[type],
            ...(places > 1 ? [texts.places(places)] : []),
            ...(trashed ? [texts.inTrash] : []),
          ].join(' · '),
        }))}
      />
    </SpaceBetween>
  );
}
