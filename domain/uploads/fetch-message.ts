/** A message in the queue of fetch-files. It names what to do; fetch-files then reads the current records. */
export type FetchMessage =
  /** Lists the files of an upload's source, and has each of them fetched. */
  | { readonly kind: 'list'; readonly company: string; readonly jobId: string }
  /** Fetches a file of an upload. */
  | { readonly kind: 'file'; readonly company: string; readonly jobId: string; readonly file: number }
  /** Unpacks an archive that has arrived. */
  | { readonly kind: 'unpack'; readonly company: string; readonly jobId: string; readonly file: number };
