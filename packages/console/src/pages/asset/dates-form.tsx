import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { useClient } from '../../api/client-context.tsx';
import { useChange } from '../../api/use-change.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { ConflictDialog } from '../../components/conflict-dialog.tsx';
import { describeError, isConflict } from '../../components/describe-error.ts';
import { PageLink } from '../../components/page-link.tsx';
import { ZoneField } from '../../components/zone-field.tsx';
import { LiveDateField } from '../../live-dates/date-fields.tsx';
import {
  type DatesDraft,
  datesDraftOf,
  datesProblemsOf,
  instantsOf,
  inZone,
  type LiveDates,
} from '../../live-dates/dates-draft.ts';
import { DatesState } from '../../live-dates/dates-state.tsx';
import { useCompany } from '../../session/company.tsx';
import { dateTexts } from '../../texts/dates.ts';
import type { ReadAsset } from './read-asset.ts';

const texts = dateTexts.live;

/** From when until when an asset is live. */
export function DatesForm({ read, mayChange }: { read: ReadAsset; mayChange: boolean }) {
  const { company, timeZone } = useCompany();
  const { parent } = read.body;
  return (
    <SpaceBetween size="l">
      <Box color="text-body-secondary">{texts.description}</Box>
      <State dates={read.body} />
      {parent !== undefined ? (
        <span>
          {texts.derived}{' '}
          <PageLink to={`/${company}/assets/${encodeURIComponent(parent)}?tab=dates`}>{parent}</PageLink>
        </span>
      ) : (
        // The company's zone is known a moment after the page: dates are on its clocks at first.
        mayChange && <Form key={timeZone} read={read} timeZone={timeZone} />
      )}
    </SpaceBetween>
  );
}

function State({ dates }: { dates: LiveDates }) {
  const { liveFrom, liveUntil } = dates;
  if (liveFrom === undefined && liveUntil === undefined) return texts.state.none;
  return (
    <SpaceBetween size="xs">
      <DatesState liveFrom={liveFrom} liveUntil={liveUntil} />
    </SpaceBetween>
  );
}

const isSame = (draft: DatesDraft, dates: LiveDates) => {
  const { liveFrom, liveUntil } = instantsOf(draft);
  return liveFrom === (dates.liveFrom ?? null) && liveUntil === (dates.liveUntil ?? null);
};

function Form({ read, timeZone }: { read: ReadAsset; timeZone: string }) {
  const client = useClient();
  const { notify } = useNotifications();
  const change = useChange('setDates', ['assets']);
  const [base, setBase] = useState(read);
  const [draft, setDraft] = useState(() => datesDraftOf(read.body, timeZone));
  const [theirs, setTheirs] = useState<ReadAsset>();
  const isChanged = !isSame(draft, base.body);
  const isValid = Object.keys(datesProblemsOf(draft)).length === 0;

  // What others change appears, unless somebody is typing here: then it is a conflict when they save.
  useEffect(() => {
    if (isChanged || base.etag === read.etag) return;
    setBase(read);
    setDraft((before) => datesDraftOf(read.body, before.timeZone));
  }, [isChanged, base.etag, read]);

  function take(asset: ReadAsset) {
    setBase(asset);
    setDraft((before) => datesDraftOf(asset.body, before.timeZone));
    setTheirs(undefined);
    change.reset();
  }

  async function save(ifMatch: string | undefined) {
    const { liveFrom, liveUntil } = instantsOf(draft);
    if (!isChanged || !isValid || liveFrom === undefined || liveUntil === undefined) return;
    setTheirs(undefined);
    const params = { id: base.body.id };
    try {
      await change.mutateAsync({ params, ifMatch, body: { liveFrom, liveUntil } });
      notify({ type: 'success', header: texts.saved });
      take(await client.callTagged('readAsset', { params }));
    } catch (error) {
      if (isConflict(error)) setTheirs(await client.callTagged('readAsset', { params }));
    }
  }

  const { liveFrom, liveUntil } = instantsOf(draft);
  const field = { draft, onChange: setDraft };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save(base.etag);
      }}
    >
      <SpaceBetween size="l">
        <div className="live-dates">
          <LiveDateField name="liveFrom" {...field} />
          <LiveDateField name="liveUntil" {...field} />
          <ZoneField timeZone={draft.timeZone} onChange={(zone) => setDraft(inZone(draft, zone))} />
        </div>
        {change.error && !isConflict(change.error) && (
          <Alert type="error" header={texts.notSaved}>
            {describeError(change.error)}
          </Alert>
        )}
        <SpaceBetween size="xs" direction="horizontal">
          <Button variant="primary" disabled={!isChanged || !isValid} loading={change.isPending}>
            {texts.save}
          </Button>
          {isChanged && (
            <Button formAction="none" variant="link" onClick={() => take(read)}>
              {texts.discard}
            </Button>
          )}
        </SpaceBetween>
      </SpaceBetween>
      {theirs && (
        <ConflictDialog
          visible
          yours={<State dates={{ liveFrom: liveFrom ?? undefined, liveUntil: liveUntil ?? undefined }} />}
          theirs={<State dates={theirs.body} />}
          onKeepYours={() => void save(theirs.etag)}
          onTakeTheirs={() => take(theirs)}
          onDismiss={() => setTheirs(undefined)}
        />
      )}
    </form>
  );
}
