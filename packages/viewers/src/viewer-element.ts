import { create } from './create-element.ts';
import { type MediaItem, readJson, readMedia } from './media.ts';
import { sharedStyle } from './shared-style.ts';
import { defaultTexts, type TextName, type Texts } from './texts.ts';

/** Settings of a viewer: those in the file that `config` names, and over them the attributes of the element. */
type Config = Readonly<Record<string, unknown>> & { readonly texts?: Texts };

/** What a viewer needs to build itself. */
export interface Pane {
  /** Into what it builds. It is empty. */
  readonly body: HTMLElement;
  /** Aborts when the viewer builds itself anew, or leaves the page. */
  readonly signal: AbortSignal;
  readonly text: (name: TextName, values?: Readonly<Record<string, string | number>>) => string;
  /** Emits `viewer-<name>`. */
  readonly emit: (name: string, detail: Readonly<Record<string, unknown>>) => void;
  /** Says something to screen readers. */
  readonly say: (text: string) => void;
  /** Calls back now, and when the element has another size, also by the zoom of the browser. */
  readonly onResize: (element: Element, resized: (width: number, height: number) => void) => void;
}

/** Where the published modules are: the image server has the same origin. */
const publishedAt = /^(https?:\/\/.*)\/viewers\/[^/]+\/[^/]+$/;

/** How far from the visible part of the page a viewer begins to load. */
const nearBy = '300px';

const properties = ['asset', 'config', 'serverUrl', 'texts', 'media'] as const;

/**
 * What all viewers have in common: attributes, loading when they come near, texts, events, errors.
 * Everything is in a shadow root, whose style is a constructed sheet: a content security policy needs no exception.
 */
export abstract class ViewerElement extends HTMLElement {
  static readonly observedAttributes: readonly string[] = ['asset', 'config', 'server-url', 'texts'];

  readonly #status = create('p', { class: 'status', role: 'status' });
  readonly #body = create('div', { class: 'body' });
  #watcher: IntersectionObserver | undefined;
  #building: AbortController | undefined;
  #media: MediaItem | undefined;
  #texts: Texts | undefined;
  #config: Config = {};
  #isQueued = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sharedStyle(), ...this.styles()];
    root.append(this.#body, this.#status);
  }

  /** Sheets of the viewer, shared by all its elements. */
  protected styles(): readonly CSSStyleSheet[] {
    return [];
  }

  /** Shows the media. Called again with an empty body when they change. */
  protected abstract build(media: MediaItem, pane: Pane): void;

  /** Shows the error of something that `build` has begun. */
  protected watch(work: Promise<unknown>, { signal }: Pane): void {
    work.catch((error: unknown) => {
      if (!signal.aborted) this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
  }

  get asset(): string {
    return this.getAttribute('asset') ?? '';
  }
  set asset(value: string) {
    this.setAttribute('asset', value);
  }

  get config(): string {
    return this.getAttribute('config') ?? '';
  }
  set config(value: string) {
    this.setAttribute('config', value);
  }

  /** Address of the image server, with a slash at its end. */
  get serverUrl(): string {
    const given = this.getAttribute('server-url');
    if (given) return new URL(given.endsWith('/') ? given : `${given}/`, document.baseURI).href;
    const origin = publishedAt.exec(import.meta.url)?.[1];
    return origin === undefined ? '' : `${origin}/is/image/`;
  }
  set serverUrl(value: string) {
    this.setAttribute('server-url', value);
  }

  /** What to show, in place of `asset`. */
  get media(): MediaItem | undefined {
    return this.#media;
  }
  set media(value: MediaItem | undefined) {
    this.#media = value;
    this.#rebuild();
  }

  get texts(): Texts {
    return this.#texts ?? {};
  }
  set texts(value: Texts) {
    this.#texts = value;
    this.#rebuild();
  }

  /** A setting by its attribute: of the element, else of `config`. An attribute without a value is `true`. */
  protected setting(name: string): unknown {
    const attribute = this.getAttribute(name);
    if (attribute === '') return true;
    return attribute ?? this.#config[name];
  }

  connectedCallback(): void {
    // Set before the module was there: they hide the properties of the class.
    for (const name of properties) {
      const given = Object.getOwnPropertyDescriptor(this, name);
      if (!given) continue;
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, given.value);
    }
    // What is not shown does not intersect either.
    this.#watcher = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        this.#watcher?.disconnect();
        this.#watcher = undefined;
        this.#start();
      },
      { rootMargin: nearBy },
    );
    this.#watcher.observe(this);
  }

  disconnectedCallback(): void {
    this.#watcher?.disconnect();
    this.#watcher = undefined;
    this.#building?.abort();
    this.#building = undefined;
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === 'texts') this.#texts = now === null ? undefined : parseTexts(now);
    this.#rebuild();
  }

  /** Once for all that changes in one turn. */
  #rebuild(): void {
    if (!this.#building || this.#isQueued) return;
    this.#isQueued = true;
    queueMicrotask(() => {
      this.#isQueued = false;
      if (this.#building) this.#start();
    });
  }

  #start(): void {
    this.#building?.abort();
    const building = new AbortController();
    this.#building = building;
    void this.#load(building.signal);
  }

  async #load(signal: AbortSignal): Promise<void> {
    this.#body.setAttribute('aria-busy', 'true');
    try {
      const server = this.serverUrl;
      if (server === '' && (this.config || !this.#media)) throw new Error(this.#text('noServer'));
      const [media, config] = await Promise.all([
        this.#media ?? readMedia(server, this.asset, signal),
        this.config === '' ? {} : readJson<Config>(configAddress(server, this.config), signal),
      ]);
      if (signal.aborted) return;
      this.#config = config;
      this.#body.replaceChildren();
      this.#status.textContent = '';
      this.build(media, this.#pane(signal));
      this.#emit('ready', { type: media.type });
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#body.removeAttribute('aria-busy');
    }
  }

  #fail(error: Error): void {
    const retry = create('button', { type: 'button', class: 'retry' }, this.#text('retry'));
    retry.addEventListener('click', () => this.#start());
    this.#body.replaceChildren(
      create('div', { class: 'failure' }, create('p', {}, this.#text('failed')), retry),
    );
    this.#status.textContent = this.#text('failed');
    this.#emit('error', {
      message: error.message,
      ...('status' in error && { status: error.status }),
    });
  }

  #pane(signal: AbortSignal): Pane {
    return {
      body: this.#body,
      signal,
      text: (name, values) => this.#text(name, values),
      emit: (name, detail) => this.#emit(name, detail),
      say: (text) => {
        this.#status.textContent = text;
      },
      onResize(element, resized) {
        const observer = new ResizeObserver(() => {
          const { clientWidth, clientHeight } = element;
          if (clientWidth > 0 && clientHeight > 0) resized(clientWidth, clientHeight);
        });
        observer.observe(element);
        signal.addEventListener('abort', () => observer.disconnect(), { once: true });
      },
    };
  }

  #text(name: TextName, values: Readonly<Record<string, string | number>> = {}): string {
    const text = this.#texts?.[name] ?? this.#config.texts?.[name] ?? defaultTexts[name];
    return text.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
  }

  #emit(name: string, detail: Readonly<Record<string, unknown>>): void {
    this.dispatchEvent(
      new CustomEvent(`viewer-${name}`, {
        bubbles: true,
        composed: true,
        detail: { viewer: this.localName, asset: this.#media?.id ?? this.asset, ...detail },
      }),
    );
  }
}

/** `company/id` of a published JSON file. */
function configAddress(server: string, config: string): string {
  const path = config.split('/').map(encodeURIComponent).join('/');
  return new URL(`../content/${path}`, server).href;
}

/** Texts that are no JSON are ignored: the defaults are better than no viewer. */
function parseTexts(text: string): Texts | undefined {
  try {
    return JSON.parse(text) as Texts;
  } catch {
    return undefined;
  }
}
