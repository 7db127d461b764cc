import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DryRunResponse } from '@pressroom/api/operation-types';
import { OutcomeList } from '../../../components/outcome-list.tsx';
import { settingsTexts } from '../../../texts/settings.ts';

const texts = settingsTexts.servers;

/** Assets that are named: the log of the job has all. */
const shownAssets = 200;

interface ServerPlanProps {
  readonly plan: DryRunResponse<'toggleServer'>;
  readonly turnsOn: boolean;
}

/** What a dry run of switching a server says. */
export function ServerPlan({ plan, turnsOn }: ServerPlanProps) {
  const { assets, leftOut, totals, warnings, complete } = plan;
  const shown = assets.slice(0, shownAssets);
  const notShown = assets.length - shown.length + leftOut;
  return (
    <SpaceBetween size="s">
      <div>
        {turnsOn ? texts.enableIntro(totals.assets) : texts.disableIntro(totals.assets)}{' '}
        {totals.invalidations > 0 && `${texts.invalidated(totals.invalidations)} `}
        {totals.assets > 0 && texts.cost(texts.usd(totals.estimatedCostUsd))}
      </div>
      {!complete && <Alert type="warning">{texts.incomplete}</Alert>}
      {warnings.map((warning) => (
        <Alert key={warning} type="warning">
          {warning}
        </Alert>
      ))}
      {shown.length > 0 && (
        <ExpandableSection headerText={texts.listed}>
          <OutcomeList
            outcomes={shown.map(({ id, action, message }) => ({
              id,
              type: action === 'none' || action === 'refuse' ? 'info' : turnsOn ? 'success' : 'warning',
              text: message ?? texts.actions[action],
            }))}
          />
          {notShown > 0 && <Box color="text-body-secondary">{texts.more(notShown)}</Box>}
        </ExpandableSection>
      )}
    </SpaceBetween>
  );
}
