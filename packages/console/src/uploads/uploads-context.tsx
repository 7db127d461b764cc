import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react';
import { createUploadQueue, type UploadQueue, type UploadTask } from './upload-queue.ts';

const QueueContext = createContext<UploadQueue | undefined>(undefined);

/** Around all pages and companies, so that uploads go on whatever is opened. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const [queue] = useState(createUploadQueue);
  return <QueueContext value={queue}>{children}</QueueContext>;
}

export function useUploadQueue(): UploadQueue {
  const queue = useContext(QueueContext);
  if (!queue) throw new Error('There is no UploadsProvider');
  return queue;
}

/** All uploads of this tab, oldest first. */
export function useUploadTasks(): readonly UploadTask[] {
  const queue = useUploadQueue();
  return useSyncExternalStore(queue.subscribe, queue.tasks);
}
