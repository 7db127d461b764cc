import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClient, useCompanyName } from './client-context.tsx';

/** Milliseconds between two questions, while the page is visible (docs/changes.md). */
const pollMilliseconds = 5_000;

/** Milliseconds after which everything is read again: a change is not reported if a process died after its write. */
const everythingMilliseconds = 300_000;

/**
 * Reads again what others have changed: asks every 5 seconds for the kinds of things that may have.
 * @returns the number of jobs that wait, run or stop, which the same responses have
 */
export function useChanges(): number {
  const client = useClient();
  const company = useCompanyName();
  const queries = useQueryClient();
  const [activeJobs, setActiveJobs] = useState(0);
  useEffect(() => {
    setActiveJobs(0);
    let since: string | undefined;
    let everythingAt = Date.now() + everythingMilliseconds;
    let isAsking = false;
    const stop = new AbortController();
    const ask = async () => {
      if (isAsking || document.visibilityState === 'hidden') return;
      isAsking = true;
      try {
        const query = since === undefined ? {} : { since };
        const response = await client.call('readChanges', { query, signal: stop.signal });
        const isDue = Date.now() >= everythingAt;
        if (isDue) everythingAt = Date.now() + everythingMilliseconds;
        // The first response names everything, which the pages have just read.
        const changed = isDue ? [[company]] : response.changed.map((kind) => [company, kind]);
        if (since !== undefined || isDue)
          for (const queryKey of changed) void queries.invalidateQueries({ queryKey });
        since = response.since;
        if (response.activeJobs !== undefined) setActiveJobs(response.activeJobs);
      } catch {
        // The next question is asked with the same time, so that nothing is missed. What the person does shows the fault.
      } finally {
        isAsking = false;
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), pollMilliseconds);
    const onVisible = () => void ask();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      stop.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [client, company, queries]);
  return activeJobs;
}
