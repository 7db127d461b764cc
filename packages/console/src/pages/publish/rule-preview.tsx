import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../api/client-context.tsx';
import { queryKeyOf } from '../../api/use-read.ts';
import { describeError } from '../../components/describe-error.ts';
import { Skeleton } from '../../components/skeleton.tsx';
import { Time } from '../../components/time.tsx';
import { useSettled } from '../../components/use-settled.ts';
import { useCompany } from '../../session/company.tsx';
import { ruleTexts } from '../../texts/schedule-rule.ts';
import type { Rule } from './job-draft.ts';

const texts = ruleTexts.preview;

/** The rule in words, and its next runs, while somebody types it. */
export function RulePreview({ rule, timeZone }: { rule: Rule; timeZone: string }) {
  const client = useClient();
  const { company } = useCompany();
  const settled = useSettled(JSON.stringify({ rule, timeZone }));
  const preview = useQuery({
    queryKey: queryKeyOf(company, 'schedules', 'previewSchedule', settled),
    queryFn: ({ signal }) =>
      client.call('previewSchedule', {
        body: JSON.parse(settled) as { rule: Rule; timeZone: string },
        signal,
      }),
    retry: false,
    placeholderData: (before) => before,
  });
  if (preview.error) return <Alert type="error">{describeError(preview.error)}</Alert>;
  if (!preview.data) return <Skeleton rows={3} />;
  const { description, nextRuns, clockChanges } = preview.data;
  return (
    <div aria-live="polite" aria-busy={preview.isFetching}>
      <SpaceBetween size="xs">
        <b>{description}</b>
        <Box variant="awsui-key-label">{texts.header}</Box>
        {nextRuns.length === 0 ? (
          texts.none
        ) : (
          <ol className="next-runs">
            {nextRuns.map(({ at }) => (
              <li key={at}>
                <Time at={at} />
              </li>
            ))}
          </ol>
        )}
        {clockChanges.map(({ local, effect }) => (
          <Box key={local} color="text-body-secondary" fontSize="body-s">
            {texts.clock[effect](local.replace('T', ' '))}
          </Box>
        ))}
      </SpaceBetween>
    </div>
  );
}
