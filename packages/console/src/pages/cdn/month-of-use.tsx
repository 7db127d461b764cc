import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import type { OperationResponse } from '@pressroom/client/create-client';
import { Skeleton } from '../../components/skeleton.tsx';
import { language } from '../../texts/app.ts';
import { cdnTexts } from '../../texts/cdn.ts';

const texts = cdnTexts.month;

/** "November 2026" for "2026-11". */
function monthName(month: string): string {
  return new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}

/** What the company's invalidations of the current month have used of the free tags, and what they cost. */
export function MonthOfUse({
  month,
}: {
  month: OperationResponse<'listInvalidations'>['month'] | undefined;
}) {
  if (!month)
    return (
      <Container>
        <Skeleton rows={2} />
      </Container>
    );
  const { tags, freeTags, minCostUsd, maxCostUsd } = month;
  return (
    <Container header={<Header variant="h2">{texts.header(monthName(month.month))}</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          {
            label: texts.tags,
            value: (
              <ProgressBar
                value={Math.min(100, (tags / freeTags) * 100)}
                ariaLabel={texts.tags}
                additionalInfo={texts.tagsValue(tags)}
              />
            ),
          },
          { label: texts.free, value: texts.freeValue(freeTags) },
          {
            label: texts.cost,
            value: (
              <>
                {texts.costValue(minCostUsd, maxCostUsd)}
                {maxCostUsd > minCostUsd && (
                  <Box color="text-body-secondary" fontSize="body-s">
                    {texts.costWhy}
                  </Box>
                )}
              </>
            ),
          },
        ]}
      />
    </Container>
  );
}
