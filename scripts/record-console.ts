/**
 * `npm run picture`: writes docs/console/tour.webp, the moving picture of the README. A browser uses the real console in
 * front of a local cloud of its own: library, selection, publish with its plan, and the job's progress.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClient } from '@pressroom/client/create-client';
import { type Cloud, startCloud } from '@pressroom/local-aws/start-cloud';
import type { Locator, Page } from 'playwright-core';
import { uploadSamples } from '../local/demo/upload-samples.ts';
import { addressOf, outputOf } from '../local/endpoints.ts';
import { type Directory, seedSampleUsers, signIn } from '../local/sample-users.ts';
import { serveConsole } from '../local/serve-console.ts';
import { localSettings, synthesise } from '../local/synthesise.ts';
import { makeSamples } from '../samples/make-samples.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { createFilm, type Film } from './recording/film.ts';

const file = join(import.meta.dirname, '..', 'docs', 'console', 'tour.webp');
/** What a README may ask of a reader's connection. */
const maxBytes = 2_000_000;
const company = 'brightside';

const folder = mkdtempSync(join(tmpdir(), 'pressroom-tour-'));
let cloud: Cloud | undefined;
try {
  const assembly = join(folder, 'cdk.out');
  await synthesise(assembly, localSettings);
  cloud = await startCloud({ assembly, stateFolder: join(folder, 'cloud') });
  const address = await serveConsole(cloud);
  const login = await prepare(cloud);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 760 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
    });
    await page.goto(`${address}/${company}/library?folder=/autumn/`);
    await page.locator('input[name=username]').fill(login.name);
    await page.locator('input[name=password]').fill(login.password);
    await page.locator('[type=submit]').click();
    const film = createFilm(page);
    await act(page, film);
    const bytes = await film.develop({ width: 960, quality: 62 });
    if (bytes.length > maxBytes)
      throw new Error(`The picture has ${bytes.length} bytes; it may have ${maxBytes}: leave out frames.`);
    writeFileSync(file, bytes);
    console.log(`${file}: ${film.length} frames, ${(bytes.length / 1e3).toFixed(0)} kB`);
  } finally {
    await browser.close();
  }
} finally {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Uploads the sample pictures, so that some are live and the others wait for a job. */
async function prepare(running: Cloud): Promise<{ readonly name: string; readonly password: string }> {
  const connection = { region: running.region, credentials: running.rootCredentials };
  const directory: Directory = {
    cognito: new CognitoIdentityProviderClient({ ...connection, endpoint: running.ministackEndpoint }),
    dynamodb: new DynamoDBClient({ ...connection, endpoint: running.ownEndpoint }),
    userPoolId: outputOf(running, 'UserPoolId'),
    clientId: outputOf(running, 'UserPoolClientId'),
    jobTable: outputOf(running, 'JobTable'),
  };
  const logins = await seedSampleUsers(directory, company, folder);
  const admin = logins.find(({ role }) => role === 'admin');
  if (!admin) throw new Error('The sample company has no admin');
  const token = await signIn(directory, admin);
  const client = createClient(addressOf(running, 'api'), () => token, { company });
  const pictures = (await makeSamples(join(folder, 'samples'), () => undefined)).filter(({ contentType }) =>
    /^image\/(jpeg|png|webp)/.test(contentType),
  );
  const quiet = () => undefined;
  for (const [samples, publishAfterUploading] of [
    [pictures.slice(0, 4), true],
    [pictures.slice(4), false],
  ] as const) {
    const { job } = await uploadSamples(
      client,
      samples,
      { folder: '/autumn/', publishAfterUploading },
      quiet,
    );
    await untilSucceeded(job.id);
  }
  return admin;

  async function untilSucceeded(jobId: string): Promise<void> {
    for (let status = ''; status !== 'succeeded'; ) {
      ({ status } = await client.call('readJob', { params: { jobId } }));
      if (['failed', 'stopped', 'completed-with-errors'].includes(status))
        throw new Error(`The upload is ${status}`);
    }
  }
}

async function act(page: Page, film: Film): Promise<void> {
  const click = async (target: Locator) => {
    await film.moveTo(target);
    await target.click();
  };
  await page
    .getByRole('button', { name: /is unpublished/ })
    .first()
    .waitFor();
  await page.waitForLoadState('networkidle');
  await film.hold(1_600);
  const boxes = page.getByRole('checkbox', { name: /^Select / });
  for (const index of [4, 5, 6]) {
    await click(boxes.nth(index));
    await film.hold(350);
  }
  await click(page.getByRole('button', { name: 'File', exact: true }));
  await film.hold(1_300);
  await page.keyboard.press('Escape');
  await click(page.getByRole('link', { name: 'Publish', exact: true }));
  await page.getByLabel('Job name').waitFor();
  await film.moveTo(page.getByLabel('Job name'));
  await page.getByLabel('Job name').fill('Autumn collection');
  await film.hold(900);
  await click(page.getByRole('button', { name: 'Show what will happen' }));
  await page.getByText('Added').first().waitFor();
  await page.getByText('Loading', { exact: true }).waitFor({ state: 'hidden' });
  await page.waitForLoadState('networkidle');
  await film.hold(2_200);
  await click(page.getByRole('button', { name: 'Submit Publish' }));
  const succeeded = page.getByText('Succeeded', { exact: true });
  for (let frames = 0; frames < 40 && !(await succeeded.isVisible()); frames++) await film.hold(250);
  await succeeded.waitFor({ timeout: 60_000 });
  await film.hold(2_000);
  await click(page.getByRole('link', { name: 'Library', exact: true }));
  await page
    .getByRole('button', { name: /is published/ })
    .first()
    .waitFor();
  await page.waitForLoadState('networkidle');
  await film.hold(2_500);
}
