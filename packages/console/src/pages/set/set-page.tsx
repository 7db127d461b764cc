import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router';
import { useClient } from '../../api/client-context.tsx';
import { useChange } from '../../api/use-change.ts';
import { queryKeyOf } from '../../api/use-read.ts';
import { useNotifications } from '../../app/notifications.tsx';
import { ConflictDialog } from '../../components/conflict-dialog.tsx';
import { describeError, isConflict } from '../../components/describe-error.ts';
import { FolderField } from '../../components/folder-field.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Page } from '../../components/page.tsx';
import { QueryError } from '../../components/query-error.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useCompany } from '../../session/company.tsx';
import { assetTypeTexts } from '../../texts/asset-types.ts';
import { setTexts as texts } from '../../texts/set.ts';
import { AddMembers } from './add-members.tsx';
import { MemberList } from './member-list.tsx';
import {
  type DraftMember,
  membersOf,
  placeOf,
  type ReadSet,
  type SetType,
  type StoredMember,
  setTypes,
} from './set-draft.ts';
import { SetPreview } from './set-preview.tsx';

/** What the library opens the builder of a new set with: the selected assets. */
interface SetState {
  readonly members?: readonly StoredMember[];
}

interface TaggedSet {
  readonly body: ReadSet;
  readonly etag: string | undefined;
}

/** The builder of a set: `sets/new`, or the id of one that exists. */
export default function SetPage() {
  const { id = '' } = useParams();
  const isNew = id === 'new';
  const client = useClient();
  const { company } = useCompany();
  const request = { params: { id } };
  const set = useQuery<TaggedSet>({
    // Read once: the list does not change under the hands of the person who sorts it.
    queryKey: ['edited', ...queryKeyOf(company, 'assets', 'readSet', request)],
    queryFn: () => client.callTagged('readSet', request),
    enabled: !isNew,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Page title={isNew ? texts.newTitle : (set.data?.body.title ?? id)} description={texts.description}>
      {set.error && <QueryError query={set} />}
      {!isNew && set.isPending && <Skeleton rows={8} />}
      {(isNew || set.data) && (
        <Builder key={set.data?.etag ?? 'new'} read={set.data} onReload={() => void set.refetch()} />
      )}
    </Page>
  );
}

interface BuilderProps {
  readonly read: TaggedSet | undefined;
  readonly onReload: () => void;
}

const typeOption = (value: SetType) => ({ value, label: assetTypeTexts[value] });

function Builder({ read, onReload }: BuilderProps) {
  const client = useClient();
  const { company } = useCompany();
  const navigate = useNavigate();
  const { notify } = useNotifications();
  const [params] = useSearchParams();
  const given = (useLocation().state as SetState | null)?.members ?? [];
  const [type, setType] = useState<SetType>(() => (read?.body.type as SetType) ?? 'image-set');
  const [id, setId] = useState('');
  const [folder, setFolder] = useState(params.get('folder') ?? '/');
  const [members, setMembers] = useState<readonly DraftMember[]>(() =>
    (read?.body.members ?? given).map(placeOf),
  );
  const [publish, setPublish] = useState(true);
  const [hasTried, setTried] = useState(false);
  const [theirs, setTheirs] = useState<TaggedSet>();
  const create = useChange('createSet', ['assets']);
  const edit = useChange('editSet', ['assets']);
  const failed = create.error ?? (isConflict(edit.error) ? undefined : edit.error);

  async function save(ifMatch: string | undefined) {
    setTried(true);
    if (members.length === 0 || (!read && id.trim() === '')) return;
    setTheirs(undefined);
    try {
      const saved = read
        ? await edit.mutateAsync({
            params: { id: read.body.id },
            ifMatch,
            body: { members: membersOf(members), publish },
          })
        : await create.mutateAsync({
            body: { type, id: id.trim(), folder, members: membersOf(members), publish },
          });
      notify({
        type: saved.warnings.length > 0 ? 'warning' : 'success',
        header: texts.saved(saved.id),
        content: saved.warnings.join(' '),
      });
      await navigate(`/${company}/assets/${saved.id}`);
    } catch (error) {
      if (read && isConflict(error))
        setTheirs(await client.callTagged('readSet', { params: { id: read.body.id } }));
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save(read?.etag);
      }}
    >
      <Form
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <LinkButton
              variant="link"
              to={read ? `/${company}/assets/${read.body.id}` : `/${company}/library`}
            >
              {texts.cancel}
            </LinkButton>
            <Button variant="primary" loading={create.isPending || edit.isPending}>
              {texts.save}
            </Button>
          </SpaceBetween>
        }
        errorText={failed ? `${texts.failed}: ${describeError(failed)}` : undefined}
      >
        <SpaceBetween size="l">
          {!read && (
            <Container>
              <Grid
                gridDefinition={[
                  { colspan: { default: 12, s: 4 } },
                  { colspan: { default: 12, s: 4 } },
                  { colspan: { default: 12, s: 4 } },
                ]}
              >
                <FormField label={texts.type}>
                  <Select
                    selectedOption={typeOption(type)}
                    options={setTypes.map(typeOption)}
                    onChange={({ detail }) => setType(detail.selectedOption.value as SetType)}
                  />
                </FormField>
                <FormField
                  label={texts.id}
                  errorText={hasTried && id.trim() === '' ? texts.needsId : undefined}
                >
                  <Input value={id} spellcheck={false} onChange={({ detail }) => setId(detail.value)} />
                </FormField>
                <FolderField label={texts.folder} value={folder} onChange={setFolder} />
              </Grid>
            </Container>
          )}
          <Grid gridDefinition={[{ colspan: { default: 12, m: 7 } }, { colspan: { default: 12, m: 5 } }]}>
            <Container
              header={
                <Header variant="h2" counter={`(${members.length})`}>
                  {texts.members}
                </Header>
              }
            >
              <MemberList members={members} hasRows={type === 'spin-set'} onChange={setMembers} />
              {hasTried && members.length === 0 && <Alert type="error">{texts.needsMembers}</Alert>}
            </Container>
            <SpaceBetween size="l">
              <Container header={<Header variant="h2">{texts.preview}</Header>}>
                <SetPreview type={type} members={members} />
              </Container>
              <Container>
                <AddMembers onAdd={(member) => setMembers((before) => [...before, member])} />
              </Container>
            </SpaceBetween>
          </Grid>
          <Checkbox
            checked={publish}
            description={texts.publishHint}
            onChange={({ detail }) => setPublish(detail.checked)}
          >
            {texts.publish}
          </Checkbox>
        </SpaceBetween>
      </Form>
      {theirs && (
        <ConflictDialog
          visible
          yours={members.map(({ id: one }) => one).join(', ')}
          theirs={theirs.body.members.map(({ id: one }) => one).join(', ')}
          onKeepYours={() => void save(theirs.etag)}
          onTakeTheirs={onReload}
          onDismiss={() => setTheirs(undefined)}
        />
      )}
    </form>
  );
}
