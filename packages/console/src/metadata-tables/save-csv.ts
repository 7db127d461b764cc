/** Offers a table as a file. It begins with a byte order mark: without it, Excel takes UTF-8 for another encoding. */
export function saveCsv(csv: string, name: string): void {
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(new Blob(['\uFEFF', csv], { type: 'text/csv' }));
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(anchor.href);
}
