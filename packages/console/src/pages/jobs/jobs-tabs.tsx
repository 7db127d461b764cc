import Tabs from '@cloudscape-design/components/tabs';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { useCompany } from '../../session/company.tsx';
import { jobsTexts } from '../../texts/jobs.ts';

const texts = jobsTexts.tabs;

/** The two lists of the Jobs page, each with an address of its own. */
export function JobsTabs({ active, children }: { active: 'history' | 'scheduled'; children: ReactNode }) {
  const { company } = useCompany();
  const navigate = useNavigate();
  const tab = (id: 'history' | 'scheduled', href: string) => ({
    id,
    label: texts[id],
    href,
    content: id === active ? children : null,
  });
  return (
    <Tabs
      ariaLabel={texts.label}
      activeTabId={active}
      tabs={[tab('history', `/${company}/jobs`), tab('scheduled', `/${company}/jobs/scheduled`)]}
      onChange={({ detail }) => void navigate(detail.activeTabHref ?? '')}
    />
  );
}
