import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { samplePicture } from '../support/sample-picture.ts';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

const svg = new Blob(
  ['<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="20" cx="20" cy="20"/></svg>'],
  { type: 'image/svg+xml' },
);

const notThere = 'There is no page at this address';

/** Chooses from the menu of a row. */
async function act(page: Page, who: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${who}` }).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

describe('the settings', () => {
  it('open with the first section, and list all sections for an admin', async () => {
    const page = await app.open('admin', '/settings');
    await page.waitForURL(/\/settings\/publishing$/);
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Members' }).click();
    await page.waitForURL(/\/settings\/members$/);
    await page.getByRole('grid', { name: 'Members' }).waitFor();
  });

  it.each(['viewer', 'user'] as const)('of the company are not there for a %s', async (role) => {
    for (const section of ['publishing', 'servers', 'members', 'machines', 'image-presets', 'audit']) {
      const page = await app.open(role, `/settings/${section}`);
      await page.getByText(notThere).waitFor();
      await page.context().close();
    }
  });
});

describe('the publish settings', () => {
  it('are shown', async () => {
    await app.look('settings-publishing', 'admin', '/settings/publishing', (page) =>
      page.getByText('Time zone of the company').waitFor(),
    );
  });

  it('save what was changed, and discard what was not saved', async () => {
    const page = await app.open('admin', '/settings/publishing');
    await page.getByLabel('Wait for a publish job').check();
    await page.getByRole('button', { name: 'Discard changes' }).click();
    expect(await page.getByLabel('Publish at once').isChecked()).toBe(true);
    await page.getByLabel('Keep their publish state').uncheck();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The settings are saved').waitFor();
    const saved = await app.company.as('admin').call('readSettings');
    expect(saved).toMatchObject({ retainPublishState: false, publishOnUpload: 'now' });
  });

  it('keep what was typed, with the words of the API, if the server fails', async () => {
    const page = await app.open('admin', '/settings/publishing');
    app.expectProblems(/500/);
    await page.route('**/settings', (route) =>
      route.request().method() === 'PATCH'
        ? route.fulfill({ status: 500, json: { detail: 'It broke' } })
        : route.continue(),
    );
    await page.getByLabel('Wait for a publish job').check();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('It broke').waitFor();
    expect(await page.getByLabel('Wait for a publish job').isChecked()).toBe(true);
  });

  it('name what would be withdrawn before JavaScript is no longer accepted', async () => {
    await app.company.as('admin').call('editSettings', { body: { allowActiveContent: true } });
    await app.company.as('admin').call('toggleServer', {
      params: { server: 'server-directory' },
      body: { on: true },
    });
    const script = { name: 'menu.js', type: 'text/javascript', content: new Blob(['let a = 1;']) };
    await app.company.upload([script]);
    const page = await app.open('admin', '/settings/publishing');
    app.expectProblems(/4\d\d/);
    await page.getByLabel('Accept them and publish them').uncheck();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page
      .getByText('menu.js')
      .or(page.getByText(/menu .*is live/))
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Switch it off and withdraw them' }).click();
    await page.getByText('1 asset was withdrawn').waitFor();
  });
});

describe('the servers', () => {
  it('offer another attempt where the API fails', async () => {
    const page = await app.open('admin', '/settings/publishing');
    await page.getByText('Time zone of the company').waitFor();
    app.expectProblems(/500/);
    await page.route('**/servers', (route) => route.fulfill({ status: 500, json: { detail: 'It broke' } }));
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Servers' }).click();
    await page.getByText('It broke').waitFor();
    await page.unroute('**/servers');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row', { name: /Image server/ }).waitFor();
  });

  it('show what would be withdrawn, and are switched off by whoever types the name', async () => {
    await app.company.upload([{ name: 'autumn.svg', type: 'image/svg+xml', content: svg }]);
    const page = await app.open('admin', '/settings/servers');
    await app.look('settings-servers', 'admin', '/settings/servers', (look) =>
      look.getByRole('row', { name: /Image server/ }).waitFor(),
    );
    await page.getByRole('button', { name: 'Switch off Image server' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 asset is withdrawn from this server.').waitFor();
    await dialog.getByRole('button', { name: 'Show the assets' }).click();
    await dialog.getByText('autumn').waitFor();
    await dialog.getByRole('button', { name: 'Switch off Image server' }).click();
    await dialog.getByText('Type image-serving.').waitFor();
    await app.expectAccessible(page);
    await dialog.getByRole('textbox').fill('image-serving');
    await dialog.getByRole('button', { name: 'Switch off Image server' }).click();
    await page.getByText('Image server is off. A job goes through the library.').waitFor();
    await page
      .getByRole('row', { name: /Image server/ })
      .getByText('Off')
      .waitFor();
    await page.getByRole('link', { name: 'Open the job' }).click();
    await page.getByText('Succeeded', { exact: true }).first().waitFor({ timeout: 60_000 });
    const back = await app.open('admin', '/settings/servers');
    await back.getByRole('button', { name: 'Switch on Image server' }).click();
    await back.getByText('1 asset becomes due').waitFor();
    await back.getByRole('dialog').getByRole('button', { name: 'Switch on Image server' }).click();
    await back.getByText('Image server is on.').waitFor();
  });
});

describe('the members', () => {
  it('are shown, and found by name or address', async () => {
    await app.look('settings-members', 'admin', '/settings/members', (page) =>
      page.getByRole('row', { name: /^viewer@/ }).waitFor(),
    );
    await app.look('settings-members-none', 'admin', '/settings/members?q=nobody', (page) =>
      page.getByText('No member matches').waitFor(),
    );
  });

  it('offer another attempt where the API fails', async () => {
    const page = await app.open('admin', '/settings/publishing');
    await page.getByText('Time zone of the company').waitFor();
    app.expectProblems(/500/);
    await page.route('**/members', (route) => route.fulfill({ status: 500, json: { detail: 'It broke' } }));
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Members' }).click();
    await page.getByText('It broke').waitFor();
    await page.unroute('**/members');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row', { name: /^viewer@/ }).waitFor();
  });

  it('are invited, get another role with undo, and are removed', async () => {
    const page = await app.open('admin', '/settings/members');
    await page.getByRole('button', { name: 'Invite a member' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
    await dialog.getByText('Enter an e-mail address, such as ann@example.com.').waitFor();
    const email = `bea@${app.company.name}.test`;
    await dialog.getByLabel('E-mail address').fill(email);
    await dialog.getByLabel('Name', { exact: true }).fill('Bea Example');
    await app.expectAccessible(page);
    await page.keyboard.press('Enter');
    await page.getByText('Bea Example is invited: the mail is on its way').waitFor();
    const row = page.getByRole('row', { name: /Bea Example/ });
    await row.getByText('User', { exact: true }).waitFor();

    await act(page, 'Bea Example', 'Edit');
    await page.getByRole('dialog').getByLabel('Viewer').check();
    await page.getByText('Their schedules stay.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row.getByText('Viewer', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.getByText('User', { exact: true }).waitFor();

    await act(page, 'Bea Example', 'Login');
    await page.getByText('Invited: has not signed in yet').waitFor();
    await page.getByRole('button', { name: 'Send the invitation again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send the invitation again' }).click();
    await page.getByText('The invitation of Bea Example is on its way again').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: /close/i }).click();

    await act(page, 'Bea Example', 'Remove');
    await page.getByText('They have no schedules.').waitFor();
    await app.expectAccessible(page);
    await page.getByRole('button', { name: 'Remove from the company' }).click();
    await page.getByText('Bea Example is removed').waitFor();
    await expect.poll(() => row.count()).toBe(0);
  });

  it('keep their last admin', async () => {
    const page = await app.open('admin', '/settings/members');
    app.expectProblems(/409/);
    await act(page, app.company.login('admin').name, 'Edit');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Viewer').check();
    await dialog.getByText('You give up your own rights as an admin.').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText(/is the only admin of the company/).waitFor();
  });
});

describe('the notifications', () => {
  it('say that nothing was sent yet', async () => {
    await app.look('settings-notifications-empty', 'admin', '/settings/notifications', async (page) => {
      await page.getByText('There is no secret yet').waitFor();
      await page.getByText('No notification was sent yet').waitFor();
    });
  });

  it('show users the deliveries alone, and viewers nothing', async () => {
    const page = await app.open('user', '/settings/notifications');
    await page.getByText('No notification was sent yet').waitFor();
    expect(await page.getByRole('heading', { name: 'Signing secrets' }).count()).toBe(0);
    const other = await app.open('viewer', '/settings/notifications');
    await other.getByText(notThere).waitFor();
  });

  it('offer another attempt where the API fails', async () => {
    const page = await app.open('user', '/settings/email');
    await page.getByText('Send me mail about').waitFor();
    app.expectProblems(/500/);
    await page.route('**/deliveries?*', (route) =>
      route.fulfill({ status: 500, json: { detail: 'It broke' } }),
    );
    await page.getByRole('link', { name: 'Notifications' }).click();
    await page.getByText('It broke').waitFor();
    await page.unroute('**/deliveries?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No notification was sent yet').waitFor();
  });

  it('have a secret that is shown once, and whose predecessor can be ended', async () => {
    const page = await app.open('admin', '/settings/notifications');
    await page.getByText('There is no secret yet').waitFor();
    for (const round of [1, 2]) {
      await page.getByRole('button', { name: 'Make a new secret' }).first().click();
      await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click();
      const dialog = page.getByRole('dialog', { name: 'Your new secret' });
      await dialog.getByText(/^whsec_/).waitFor();
      await dialog.getByRole('button', { name: 'Copy: Secret' }).click();
      const secret = await dialog.getByText(/^whsec_/).textContent();
      await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(secret);
      await app.expectAccessible(page);
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      await expect.poll(() => page.getByRole('row', { name: /Newest|Until/ }).count()).toBe(round);
    }
    await app.look('settings-notifications', 'admin', '/settings/notifications', (look) =>
      look.getByRole('button', { name: 'End it now' }).waitFor(),
    );
    await page.getByRole('button', { name: 'End it now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End it now' }).click();
    await page.getByText('The secret has ended').waitFor();
    await expect.poll(() => page.getByRole('row', { name: /Until/ }).count()).toBe(0);
  });

  it('about own jobs are sent again', async () => {
    const at = '2026-11-24T08:30:00.000Z';
    const delivery = {
      jobId: '01JDEZ3T5V0A1B2C3D4E5F6G7H',
      jobName: 'Autumn',
      user: (await app.company.as('user').call('readMe')).subject,
      url: 'https://hooks.example.com/…',
      state: 'waiting',
      attempts: 2,
      last: at,
      next: at,
      status: 503,
      response: 'Try later',
      reason: 'The receiver responded with 503',
      milliseconds: 120,
    };
    const ofOther = { ...delivery, jobId: '01JDEZ3T5V0A1B2C3D4E5F6G7J', jobName: 'Winter', user: 'another' };
    const page = await app.open('user');
    await page.route('**/deliveries?*', (route) => route.fulfill({ json: { items: [delivery, ofOther] } }));
    await page.route('**/send', (route) => route.fulfill({ status: 202, json: { asked: at } }));
    await page.getByRole('link', { name: 'Settings' }).click();
    await page
      .getByRole('row', { name: /Autumn/ })
      .getByText('Another attempt follows')
      .waitFor();
    await app.expectAccessible(page);
    // The API refuses that for the jobs of others.
    await page.getByRole('row', { name: /Winter/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Send again: Winter' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Send again: Autumn' }).click();
    await page.getByText('The notification about Autumn is sent again').waitFor();
  });
});

describe('my e-mail', () => {
  it('is chosen by everybody for themselves', async () => {
    await app.look('settings-email', 'viewer', '/settings', (page) =>
      page.getByText('Send me mail about').waitFor(),
    );
    const page = await app.open('viewer', '/settings');
    await page.getByLabel('Jobs that end with warnings or errors').check();
    await page.getByLabel('All jobs of the company').check();
    await page.getByLabel('Uploads').uncheck();
    await page.getByLabel('Publish jobs').uncheck();
    await page.getByText('Choose at least one type.').waitFor();
    await page.getByLabel('Publish jobs').check();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Your choice is saved').waitFor();
    expect(await app.company.as('viewer').call('readEmailPreferences')).toMatchObject({
      completion: 'problems',
      scope: 'company',
      types: ['publish'],
    });
  });
});

describe('access for machines', () => {
  it('says what machines and trust rules are for', async () => {
    await app.look('settings-machines-empty', 'admin', '/settings/machines', async (page) => {
      await page.getByText('There are no machines').waitFor();
      await page.getByText('There are no trust rules').waitFor();
    });
  });

  it('is given to a machine, whose secret is changed, and taken away', async () => {
    const page = await app.open('admin', '/settings/machines');
    await page.getByRole('button', { name: 'Add a machine' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.getByText('Enter a value.').waitFor();
    await dialog.getByLabel('Name').fill('Shop import');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    const credentials = page.getByRole('dialog', { name: 'Credentials of the new machine' });
    await credentials.getByRole('button', { name: 'Copy: Secret' }).waitFor();
    await credentials.getByRole('button', { name: 'I have copied it' }).click();
    await app.look('settings-machines', 'admin', '/settings/machines', (look) =>
      look.getByRole('row', { name: /Shop import/ }).waitFor(),
    );
    // The local user pool keeps one secret for each machine.
    await page.route('**/machines/*/secret', (route) =>
      route.fulfill({ json: { subject: 'shop', secret: 'another-secret' } }),
    );
    await act(page, 'Shop import', 'Make a new secret');
    await page.getByLabel('End the current secret now').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click();
    const rotated = page.getByRole('dialog', { name: 'New secret of Shop import' });
    await rotated.getByText('another-secret').waitFor();
    await rotated.getByRole('button', { name: 'I have copied it' }).click();
    await act(page, 'Shop import', 'Remove');
    await page.getByText('its secrets are deleted').waitFor();
    await page.getByRole('button', { name: 'Remove from the company' }).click();
    await page.getByText('There are no machines').waitFor();
  });

  it('keeps what was typed for a trust rule that is refused', async () => {
    const page = await app.open('admin', '/settings/machines');
    app.expectProblems(/400/);
    await page.getByRole('button', { name: 'Add a trust rule' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Pipeline');
    await dialog.getByLabel('Issuer').fill('https://token.actions.githubusercontent.com');
    await dialog.getByLabel('Audience').fill('pressroom');
    await dialog.getByLabel('Subject').fill('*');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog
      .getByText(/subjectPattern|subject/)
      .last()
      .waitFor();
    expect(await dialog.getByLabel('Audience').inputValue()).toBe('pressroom');
  });
});

describe('the audit', () => {
  it('lists what was done, with filters in the address, details and export', async () => {
    await app.company.as('admin').call('editSettings', { body: { timeZone: 'Europe/Paris' } });
    await app.look('settings-audit', 'admin', '/settings/audit', (page) =>
      page
        .getByRole('row', { name: /editSettings/ })
        .first()
        .waitFor(),
    );
    const page = await app.open('admin', '/settings/audit?kind=settings');
    await page
      .getByRole('row', { name: /editSettings/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Show the details of editSettings' }).first().click();
    await page.getByRole('dialog').getByText('Europe/Paris').waitFor();
    await app.expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: /close/i }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'CSV, for spreadsheets' }).click();
    expect((await download).suggestedFilename()).toBe(`audit-${app.company.name}.csv`);
    await page.getByText('The audit is exported').waitFor();
    await page.getByLabel('Of what').fill('nothing-has-this-id');
    await page.keyboard.press('Enter');
    await page.getByText('No entry matches the filters').waitFor();
    expect(page.url()).toContain('subject=nothing-has-this-id');
  });

  it('offers another attempt where the API fails', async () => {
    const page = await app.open('admin', '/settings/email');
    await page.getByText('Send me mail about').waitFor();
    app.expectProblems(/500/);
    await page.route('**/audit?*', (route) => route.fulfill({ status: 500, json: { detail: 'It broke' } }));
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByText('It broke').waitFor();
    await page.unroute('**/audit?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('grid', { name: /Audit/ }).waitFor();
  });
});

describe('image presets', () => {
  it('say what they are for', async () => {
    await app.look('settings-presets-empty', 'admin', '/settings/image-presets', (page) =>
      page.getByText('There are no image presets').waitFor(),
    );
  });

  it('are added with a preview, changed by two people, and deleted', async () => {
    await app.company.upload([{ name: 'shoe.jpg', content: await samplePicture(1) }]);
    const page = await app.open('admin', '/settings/image-presets');
    await page.getByRole('button', { name: 'Add a preset' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Enter at least one command.').waitFor();
    await dialog.getByLabel('Name').fill('large');
    await dialog.getByLabel('Image commands').fill('wid=120&fmt=png');
    await dialog.getByRole('img', { name: 'shoe with this preset' }).waitFor();
    await app.expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('large is saved').waitFor();
    await app.look('settings-presets', 'admin', '/settings/image-presets', (look) =>
      look.getByRole('row', { name: /wid=120/ }).waitFor(),
    );

    app.expectProblems(/412/);
    await act(page, 'large', 'Edit');
    await app.company.as('admin').call('putImagePreset', {
      params: { name: 'large' },
      body: { commands: 'wid=200' },
    });
    await dialog.getByLabel('Image commands').fill('wid=300');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody else has changed this').waitFor();
    await page.getByText('wid=200').last().waitFor();
    await page.getByRole('button', { name: 'Save my version' }).click();
    await page.getByRole('row', { name: /wid=300/ }).waitFor();

    await act(page, 'large', 'Delete');
    await page.getByText('Addresses with $large$ stop working').waitFor();
    await page.getByRole('button', { name: 'Delete this preset' }).click();
    await page.getByText('There are no image presets').waitFor();
  });
});

describe('the image settings', () => {
  it('are saved after a question, and show both versions where two people change them', async () => {
    await app.look('settings-image-settings', 'admin', '/settings/image-settings', (page) =>
      page.getByLabel('JPEG quality').waitFor(),
    );
    const page = await app.open('admin', '/settings/image-settings');
    app.expectProblems(/412/);
    await page.getByLabel('JPEG quality').fill('101');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Enter a whole number from 1 to 100.').waitFor();
    await page.getByLabel('JPEG quality').fill('70');
    await app.company.as('admin').call('putImageSettings', {
      body: { jpegQuality: { quality: 60, fullChroma: false } },
    });
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Somebody else has changed this').waitFor();
    await app.expectAccessible(page);
    await page.getByRole('button', { name: 'Save my version' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The image settings are saved, and all images are invalidated').waitFor();
    const saved = await app.company.as('admin').call('readImageSettings');
    expect(saved).toMatchObject({ jpegQuality: { quality: 70 }, version: 2 });
  });
});

describe('the metadata fields', () => {
  it('are added, ordered and saved together', async () => {
    await app.look('settings-metadata-empty', 'admin', '/settings/metadata', (page) =>
      page.getByText('There are no fields yet').waitFor(),
    );
    const page = await app.open('admin', '/settings/metadata');
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Add a field' }).first().click();
    await dialog.getByLabel('Label').fill('Season');
    await dialog.getByLabel('Name').fill('season');
    await dialog.getByRole('button', { name: 'Type' }).click();
    await page.getByRole('option', { name: 'Choice' }).click();
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dialog.getByText('Enter between 1 and 500 different values.').waitFor();
    await dialog.getByLabel('Values, one in each line').fill('spring\nautumn\n');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Add a field' }).first().click();
    await dialog.getByLabel('Label').fill('SKU');
    await dialog.getByLabel('Name').fill('sku');
    await dialog.getByLabel('It must have a value').check();
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await act(page, 'SKU', 'Move up');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The metadata fields are saved').waitFor();
    const { fields } = await app.company.as('admin').call('readMetadataSchema');
    expect(fields).toMatchObject([
      { name: 'sku', type: 'text', required: true },
      { name: 'season', type: 'choice', values: ['spring', 'autumn'] },
    ]);
    await app.look('settings-metadata', 'admin', '/settings/metadata', (look) =>
      look.getByRole('row', { name: /Season/ }).waitFor(),
    );
  });

  it('show both versions where two people change them', async () => {
    const page = await app.open('admin', '/settings/metadata');
    app.expectProblems(/412/);
    await page.getByLabel('Allow fields that are not in this list').click();
    await app.company.as('admin').call('writeMetadataSchema', {
      body: { fields: [{ name: 'colour', label: 'Colour', type: 'text' }] },
    });
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Somebody else has changed this').waitFor();
    await page.getByRole('button', { name: 'Discard my version' }).click();
    await page.getByRole('row', { name: /Colour/ }).waitFor();
  });
});
