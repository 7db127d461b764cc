import { PageLink } from '../../components/page-link.tsx';
import { useCompany } from '../../session/company.tsx';
import { trashTexts } from '../../texts/trash.ts';

/** Below the notification that assets are in the trash: what to know about it, and the way there. */
export function TrashedNote({ warnings }: { warnings: readonly string[] }) {
  const { company } = useCompany();
  return (
    <>
      {warnings.map((warning) => (
        <div key={warning}>{warning}</div>
      ))}
      <PageLink to={`/${company}/library/trash`} color="inverted">
        {trashTexts.open}
      </PageLink>
    </>
  );
}
