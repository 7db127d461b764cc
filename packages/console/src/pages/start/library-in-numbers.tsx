import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useRead } from '../../api/use-read.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { PageLink } from '../../components/page-link.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useCompany, useMay } from '../../session/company.tsx';
import { formatNumber } from '../../texts/app.ts';
import { assetTypeTexts } from '../../texts/asset-types.ts';
import { startTexts } from '../../texts/start.ts';

const texts = startTexts.library;

interface BarProps {
  readonly label: string;
  readonly count: number;
  readonly total: number;
  /** Where the assets of the bar are listed. */
  readonly to: string;
}

function Bar({ label, count, total, to }: BarProps) {
  return (
    <li>
      <PageLink to={to}>{label}</PageLink>
      <meter className="bar" min={0} max={total} value={count} aria-label={label} />
      <span className="bar-count">{formatNumber(count)}</span>
    </li>
  );
}

/** How many assets there are, by state and by type. Each bar leads to the assets that it counts. */
export function LibraryInNumbers() {
  const { company } = useCompany();
  const mayUpload = useMay('user');
  const search = useRead('assets', 'searchAssets', { query: { limit: 1, facets: 'type,state' } });
  const { data } = search;
  const library = `/${company}/library`;
  const states = data?.facets?.state ?? [];
  const types = data?.facets?.type ?? [];
  return (
    <Container
      header={
        <Header variant="h2" {...(data?.total ? { counter: `(${formatNumber(data.total)})` } : {})}>
          {texts.header}
        </Header>
      }
    >
      {/* As high as it will be, so that what is below does not move. */}
      <div className="library-numbers">
        {search.error && <QueryError query={search} />}
        {search.isPending && <Skeleton rows={3} />}
        {data?.total === 0 && (
          <EmptyState
            title={texts.empty}
            description={texts.emptyDescription}
            action={mayUpload && <LinkButton to={`/${company}/upload`}>{texts.upload}</LinkButton>}
          />
        )}
        {data && data.total > 0 && (
          <div className="numbers">
            <section aria-label={texts.byState}>
              <ul className="bars">
                {states.map(({ value, count }) => (
                  <Bar
                    key={value}
                    label={texts.states[value as keyof typeof texts.states] ?? value}
                    count={count}
                    total={data.total}
                    to={`${library}?state=${value}`}
                  />
                ))}
              </ul>
            </section>
            <section aria-label={texts.byType}>
              <ul className="bars">
                {types.map(({ value, count }) => (
                  <Bar
                    key={value}
                    label={assetTypeTexts[value as keyof typeof assetTypeTexts] ?? value}
                    count={count}
                    total={data.total}
                    to={`${library}?type=${value}`}
                  />
                ))}
              </ul>
            </section>
          </div>
        )}
      </div>
    </Container>
  );
}
