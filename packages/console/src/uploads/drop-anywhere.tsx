import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useNotifications } from '../app/notifications.tsx';
import { useCompany } from '../session/company.tsx';
import { uploadTexts } from '../texts/upload.ts';
import { useChosenFiles } from './chosen-context.tsx';
import { filesOfDrop } from './chosen-files.ts';
import './uploads.css';

/** Takes files that are dropped on any page to the upload page, for the folder that is open. */
export function DropAnywhere() {
  const [isOver, setOver] = useState(false);
  const { company } = useCompany();
  const { add } = useChosenFiles();
  const { notifyError } = useNotifications();
  const navigate = useNavigate();
  const { search } = useLocation();
  const folder = new URLSearchParams(search).get('folder') ?? '/';
  useEffect(() => {
    /** Elements under the pointer: leaving one for another inside it is no leaving. */
    let depth = 0;
    /** A drag that has begun on this page, such as of a picture, which browsers call a file too. */
    let isOwn = false;
    const hasFiles = (event: DragEvent) => !isOwn && event.dataTransfer?.types.includes('Files') === true;
    const start = () => {
      isOwn = true;
    };
    const finish = () => {
      isOwn = false;
    };
    const end = () => {
      depth = 0;
      setOver(false);
    };
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setOver(true);
    };
    const over = (event: DragEvent) => {
      // Without it, the browser would open the file.
      if (hasFiles(event)) event.preventDefault();
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) end();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      end();
      filesOfDrop(event.dataTransfer.items).then(
        (chosen) => {
          add(chosen);
          void navigate(`/${company}/upload?${new URLSearchParams({ folder })}`);
        },
        (error: unknown) => notifyError(uploadTexts.drop.unreadable, error),
      );
    };
    addEventListener('dragstart', start);
    addEventListener('dragend', finish);
    addEventListener('dragenter', enter);
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragstart', start);
      removeEventListener('dragend', finish);
      removeEventListener('dragenter', enter);
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [add, company, folder, navigate, notifyError]);
  if (!isOver) return null;
  return (
    <div className="drop-anywhere" aria-hidden="true">
      <p>{uploadTexts.drop.anywhere(folder)}</p>
    </div>
  );
}
