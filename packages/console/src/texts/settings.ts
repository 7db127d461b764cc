import { counted } from './app.ts';
import { formatUsd } from './money.ts';

export const settingsTexts = {
  title: 'Settings',
  navigation: 'Sections of the settings',
  sections: {
    publishing: 'Publishing',
    servers: 'Servers',
    members: 'Members',
    machines: 'Access for machines',
    'image-presets': 'Image presets',
    'image-settings': 'Image settings',
    metadata: 'Metadata fields',
    notifications: 'Notifications',
    audit: 'Audit',
    email: 'My e-mail',
  },
  save: 'Save changes',
  discard: 'Discard changes',
  saved: 'The settings are saved',
  on: 'On',
  off: 'Off',
  publishing: {
    header: 'Publishing',
    description: 'They apply to everything that is uploaded or published from now on.',
    timeZone: 'Time zone of the company',
    timeZoneHint: 'For job names, days in lists, and schedules without a zone of their own',
    publishOnUpload: 'Uploads that are to be published',
    publishOnUploadChoices: {
      now: { label: 'Publish at once', description: 'They are live as soon as they are processed' },
      mark: { label: 'Wait for a publish job', description: 'The next publish job takes them' },
    },
    retain: 'Assets that are uploaded again',
    retainLabel: 'Keep their publish state',
    retainHint: 'Off: they count as new uploads',
    overwrite: 'An upload replaces an asset of the same name',
    overwriteModes: {
      'any-folder-any-extension': {
        label: 'In every folder, with every extension',
        description: 'The asset moves to the folder of the upload',
      },
      'any-folder-same-extension': {
        label: 'In every folder, with the same extension',
        description: 'The asset moves to the folder of the upload',
      },
      'current-folder-any-extension': {
        label: 'In the same folder, with every extension',
        description: 'Otherwise the upload gets a number at its end: chair-1',
      },
      'current-folder-same-extension': {
        label: 'In the same folder, with the same extension',
        description: 'Otherwise the upload gets a number at its end: chair-1',
      },
    },
    active: 'JavaScript and HTML',
    activeLabel: 'Accept them and publish them',
    activeHint: 'They run in the browsers of visitors. When it is switched off, what is live is withdrawn.',
    autoQuality: 'Automatic quality',
    autoQualityLabel: 'Find the best quality of each uploaded image',
    autoQualityHint:
      'For addresses with qlt=auto. Each upload takes about half a second longer. Off: they have the default quality.',
    activeOff: {
      header: 'Withdraw what runs in browsers?',
      description: 'JavaScript and HTML files that are live are unpublished at once:',
      confirm: 'Switch it off and withdraw them',
      withdrawn: (count: number) => `${counted(count, 'asset was', 'assets were')} withdrawn`,
    },
  },
  servers: {
    header: 'Servers',
    description:
      'What is published goes to the servers that are on. Before a server is switched, you see what would happen.',
    caption: 'Servers',
    columns: { server: 'Server', actions: 'Action' },
    about: {
      'image-serving': 'Images, sets and fonts, in every size and format',
      'image-rendering': 'The same images for addresses of image rendering',
      video: 'Video and sound',
      'server-directory': 'The files as they were uploaded: documents, style sheets, scripts and other files',
    },
    enable: 'Switch on',
    disable: 'Switch off',
    enableOf: (server: string) => `Switch on ${server}`,
    disableOf: (server: string) => `Switch off ${server}`,
    enableHeader: (server: string) => `Switch on ${server}?`,
    disableHeader: (server: string) => `Switch off ${server}?`,
    reading: 'Reading the library to show what would happen…',
    disableIntro: (count: number) =>
      count === 0
        ? 'Nothing is live on this server.'
        : `${counted(count, 'asset is', 'assets are')} withdrawn from this server. Their addresses stop working for visitors.`,
    enableIntro: (count: number) =>
      count === 0
        ? 'No asset is waiting for this server.'
        : `${counted(count, 'asset becomes', 'assets become')} due: the next publish job takes them.`,
    incomplete: 'The library is too large to read it all now: there may be more.',
    listed: 'Show the assets',
    more: (count: number) => `and ${counted(count, 'more asset', 'more assets')}`,
    cost: (usd: string) => `This costs about ${usd}.`,
    invalidated: (count: number) => `${counted(count, 'asset is', 'assets are')} invalidated at the CDN.`,
    back: 'When it is switched on again, the assets become due, and the next publish job takes them.',
    type: (server: string) => `To confirm, type ${server}`,
    mismatch: (server: string) => `Type ${server}.`,
    submitted: (server: string, on: boolean) =>
      `${server} is ${on ? 'on' : 'off'}. A job goes through the library.`,
    openJob: 'Open the job',
    actions: {
      publish: 'Published',
      withdraw: 'Withdrawn',
      mark: 'Becomes due',
      hold: 'Unpublished',
      none: 'Stays as it is',
      refuse: 'Stays as it is',
    },
    usd: formatUsd,
  },
} as const;
