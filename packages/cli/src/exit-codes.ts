/** Exit codes of the command line. Programs rely on them: docs/cli.md lists them, and a test compares the two. */
export const exitCodes = {
  done: { code: 0, meaning: 'Done.' },
  failed: {
    code: 1,
    meaning: 'The API refused the request, or the command failed: see the error.',
  },
  usage: { code: 2, meaning: 'The command line is wrong: unknown command, option or value.' },
  signedOut: { code: 3, meaning: 'You are not signed in, or the login has expired.' },
  notFound: { code: 4, meaning: 'Something that the command names does not exist.' },
  forbidden: { code: 5, meaning: 'Your role does not allow this.' },
  unavailable: {
    code: 6,
    meaning: 'The network or the service is not available, or busy. Run the same command again.',
  },
  partly: { code: 7, meaning: 'Finished, but some assets, files or jobs failed.' },
  interrupted: { code: 130, meaning: 'Interrupted with Ctrl-C.' },
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]['code'];
