/**
 * The search index of one company: an SQLite database in a file. Names and texts are found by their trigrams (FTS5), which
 * finds any part of a word. `detail=none` keeps no positions, which makes that index a third of its size; the text itself
 * then decides.
 */
import { rmSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { searchWords } from '../../domain/library/fold-text.ts';
import {
  type FacetValue,
  fieldTerm,
  type IndexChange,
  type IndexedAsset,
  type IndexHits,
  type IndexQuery,
  indexFormat,
  keywordPrefix,
  keywordTerm,
  type SearchFacet,
  type SearchSort,
} from '../../domain/library/indexed-asset.ts';
import type { SearchFilters } from '../../domain/library/search-filters.ts';

/** What an index has seen of the changes. */
export interface IndexCoverage {
  /** Files of changes up to this place are in the index. */
  readonly covers: string;
  /** Changes before this time are in the index or obsolete, and are ignored: ISO 8601, UTC. */
  readonly since: string;
  /** Place of the rebuild that made the index. */
  readonly rebuilt: string;
}

export interface AssetIndex {
  /** Applies changes in any order, any number of times: the newest of each item wins. All of them, or none. */
  apply(changes: readonly IndexChange[]): void;
  search(query: IndexQuery): IndexHits;
  /** The number of assets. */
  count(): number;
  coverage(): IndexCoverage;
  /** Deletes what is only kept for changes before `since`. */
  setCoverage(coverage: IndexCoverage): void;
  /** Makes searches faster after many changes. Takes seconds for a million assets. */
  optimise(): void;
  close(): void;
}

/** Bytes. The database's own cache; the operating system caches the file as well. */
const cacheKibibytes = 64 * 1_024;

/** Trigrams of a word that the index looks up. More would hardly leave fewer assets to check. */
const maxTrigrams = 12;

/** Values of a facet. */
const maxFacetValues = 50;

const schema = `
  CREATE TABLE assets (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sequence TEXT NOT NULL, name TEXT NOT NULL, title TEXT NOT NULL,
    folder TEXT NOT NULL, type TEXT NOT NULL, bytes INTEGER NOT NULL, width INTEGER, height INTEGER, orientation TEXT,
    created TEXT NOT NULL, modified TEXT NOT NULL, uploader TEXT NOT NULL, published INTEGER NOT NULL,
    changed INTEGER NOT NULL, held INTEGER NOT NULL, parent TEXT
  );
  CREATE INDEX byModified ON assets (modified, id);
  CREATE INDEX byName ON assets (name, id);
  CREATE INDEX byBytes ON assets (bytes, id);
  CREATE INDEX byFolder ON assets (folder, id);
  CREATE TABLE texts (n INTEGER PRIMARY KEY, text TEXT NOT NULL, terms TEXT NOT NULL);
  CREATE VIRTUAL TABLE grams USING fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
  );
  CREATE TABLE terms (term TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (term, n)) WITHOUT ROWID;
  CREATE INDEX termsOf ON terms (n);
  CREATE TABLE gone (id TEXT PRIMARY KEY, sequence TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE uses (
    member TEXT NOT NULL, owner TEXT NOT NULL, sequence TEXT NOT NULL, at TEXT NOT NULL, shown INTEGER NOT NULL,
    PRIMARY KEY (member, owner)
  ) WITHOUT ROWID;
  CREATE INDEX usesOf ON uses (owner);
  CREATE TABLE coverage (covers TEXT NOT NULL, since TEXT NOT NULL, rebuilt TEXT NOT NULL);
  INSERT INTO coverage VALUES ('', '', '');
`;

const sortColumns: Readonly<Record<SearchSort, string>> = {
  name: 'a.name',
  title: 'a.title',
  date: 'a.modified',
  created: 'a.created',
  size: 'a.bytes',
  width: 'ifnull(a.width, 0)',
  type: 'a.type',
  folder: 'a.folder',
  uploader: 'a.uploader',
};

const unused = `NOT EXISTS (
  SELECT 1 FROM uses u JOIN assets s ON s.id = u.owner WHERE u.member = a.id AND u.shown)`;
const incomplete = `(a.published AND EXISTS (
  SELECT 1 FROM uses u LEFT JOIN assets m ON m.id = u.member
  WHERE u.owner = a.id AND u.shown AND ifnull(m.published, 0) = 0))`;
const stillLive = `(a.published AND a.parent IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM assets p WHERE p.id = a.parent AND p.published))`;

/** Opens the index of a file that was closed before. @returns undefined if its format is another one */
export function openAssetIndex(path: string): AssetIndex | undefined {
  const database = open(path);
  const { user_version: format } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (format === indexFormat) return assetIndex(database);
  database.close();
  return undefined;
}

/** Creates an empty index. A file that is there is overwritten. */
export function createAssetIndex(path: string): AssetIndex {
  rmSync(path, { force: true });
  const database = open(path);
  database.exec(`PRAGMA page_size = 8192; ${schema} PRAGMA user_version = ${indexFormat};`);
  return assetIndex(database);
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  // The file is a copy of what S3 has: nothing has to survive a crash.
  database.exec(
    `PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -${cacheKibibytes}; PRAGMA mmap_size = 2147418112;`,
  );
  return database;
}

function assetIndex(database: DatabaseSync): AssetIndex {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const run = (sql: string, ...values: SQLInputValue[]) => statement(sql).run(...values);
  const get = (sql: string, ...values: SQLInputValue[]) => statement(sql).get(...values);

  const coverage = (): IndexCoverage => ({
    ...(get('SELECT covers, since, rebuilt FROM coverage') as unknown as IndexCoverage),
  });

  return {
    apply(changes) {
      const { since } = coverage();
      transaction(() => {
        for (const change of changes) {
          // Times of changes are whole seconds, so they compare by their first 19 characters.
          if (change.at.slice(0, 19) < since.slice(0, 19)) continue;
          if (change.kind === 'use') applyUse(change);
          else applyAsset(change);
        }
      });
    },
    search,
    count: () => Number(get('SELECT count(*) AS assets FROM assets')?.assets),
    coverage,
    setCoverage({ covers, since, rebuilt }) {
      transaction(() => {
        run('UPDATE coverage SET covers = ?, since = ?, rebuilt = ?', covers, since, rebuilt);
        run('DELETE FROM gone WHERE at < ?', since);
        run('DELETE FROM uses WHERE at < ? AND NOT shown', since);
      });
    },
    optimise() {
      database.exec("INSERT INTO grams (grams) VALUES ('optimize'); ANALYZE;");
    },
    close: () => database.close(),
  };

  function transaction(work: () => void): void {
    database.exec('BEGIN');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  function applyUse({ member, set, shown, sequence, at }: Extract<IndexChange, { kind: 'use' }>): void {
    run(
      `INSERT INTO uses (member, owner, sequence, at, shown) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (member, owner) DO UPDATE SET sequence = excluded.sequence, at = excluded.at, shown = excluded.shown
       WHERE excluded.sequence > uses.sequence`,
      member,
      set,
      sequence,
      at,
      shown ? 1 : 0,
    );
  }

  function applyAsset({ id, asset, sequence, at }: Extract<IndexChange, { kind: 'asset' }>): void {
    const known = get('SELECT n, sequence FROM assets WHERE id = ?', id) as
      | { readonly n: number; readonly sequence: string }
      | undefined;
    if (known && sequence <= known.sequence) return;
    if (!known) {
      const gone = get('SELECT sequence FROM gone WHERE id = ?', id);
      if (gone && sequence <= String(gone.sequence)) return;
    }
    if (asset === undefined) {
      if (known) remove(known.n);
      run('INSERT OR REPLACE INTO gone VALUES (?, ?, ?)', id, sequence, at);
      return;
    }
    if (!known) run('DELETE FROM gone WHERE id = ?', id);
    const n = known?.n ?? insert(asset, sequence);
    if (known) update(n, asset, sequence);
    putTexts(n, asset);
  }

  function insert(asset: IndexedAsset, sequence: string): number {
    const { lastInsertRowid } = run(
      `INSERT INTO assets (sequence, name, title, folder, type, bytes, width, height, orientation, created, modified,
         uploader, published, changed, held, parent, id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...columnsOf(asset, sequence),
      asset.id,
    );
    return Number(lastInsertRowid);
  }

  function update(n: number, asset: IndexedAsset, sequence: string): void {
    run(
      `UPDATE assets SET sequence = ?, name = ?, title = ?, folder = ?, type = ?, bytes = ?, width = ?, height = ?,
         orientation = ?, created = ?, modified = ?, uploader = ?, published = ?, changed = ?, held = ?, parent = ?
       WHERE n = ?`,
      ...columnsOf(asset, sequence),
      n,
    );
  }

  /** Publishing changes neither texts nor terms: then nothing is written. */
  function putTexts(n: number, { text, terms }: IndexedAsset): void {
    const before = get('SELECT text, terms FROM texts WHERE n = ?', n);
    const list = JSON.stringify(terms);
    if (before?.text === text && before.terms === list) return;
    run('INSERT OR REPLACE INTO texts VALUES (?, ?, ?)', n, text, list);
    if (before === undefined) run('INSERT INTO grams (rowid, text) VALUES (?, ?)', n, text);
    else if (before.text !== text) run('UPDATE grams SET text = ? WHERE rowid = ?', text, n);
    if (before?.terms === list) return;
    if (before !== undefined) run('DELETE FROM terms WHERE n = ?', n);
    for (const term of terms) run('INSERT OR IGNORE INTO terms VALUES (?, ?)', term, n);
  }

  function remove(n: number): void {
    run('DELETE FROM assets WHERE n = ?', n);
    run('DELETE FROM texts WHERE n = ?', n);
    run('DELETE FROM grams WHERE rowid = ?', n);
    run('DELETE FROM terms WHERE n = ?', n);
  }

  function search({ filters, sort, order, limit, after, facets = [] }: IndexQuery): IndexHits {
    const { from, where, values } = matchesOf(filters);
    const column = sortColumns[sort];
    const [direction, beyond] = order === 'asc' ? (['ASC', '>'] as const) : (['DESC', '<'] as const);
    const page = after === undefined ? [] : [`(${column}, a.id) ${beyond} (?, ?)`];
    const rows = statement(
      `SELECT a.id AS id, ${column} AS value, ${unused} AS unused, ${incomplete} AS incomplete, ${stillLive} AS stillLive
       FROM ${from} WHERE ${[...where, ...page].join(' AND ')}
       ORDER BY ${column} ${direction}, a.id ${direction} LIMIT ?`,
    ).all(...values, ...(after === undefined ? [] : [after.value, after.id]), limit + 1);
    const hits = rows.slice(0, limit).map((row) => ({
      id: String(row.id),
      unused: row.unused === 1,
      incomplete: row.incomplete === 1,
      stillLive: row.stillLive === 1,
    }));
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const condition = where.join(' AND ');
    return {
      hits,
      total: Number(get(`SELECT count(*) AS total FROM ${from} WHERE ${condition}`, ...values)?.total),
      ...(last && { next: { value: last.value as string | number, id: String(last.id) } }),
      facets: Object.fromEntries(facets.map((facet) => [facet, facetOf(facet, from, condition, values)])),
    };
  }

  function facetOf(
    facet: SearchFacet,
    from: string,
    condition: string,
    values: readonly SQLInputValue[],
  ): FacetValue[] {
    if (facet === 'state') {
      const counts = get(
        `SELECT ifnull(sum(a.published), 0) AS published, ifnull(sum(NOT a.published), 0) AS unpublished,
           ifnull(sum(a.changed), 0) AS changed, ifnull(sum(a.held), 0) AS held FROM ${from} WHERE ${condition}`,
        ...values,
      );
      return Object.entries(counts ?? {}).map(([value, count]) => ({ value, count: Number(count) }));
    }
    const isKeyword = facet === 'keyword';
    const value = isKeyword ? `substr(k.term, ${keywordPrefix.length + 1})` : `a.${facet}`;
    const rows = statement(
      `SELECT ${value} AS value, count(*) AS count FROM ${from}
       ${isKeyword ? 'JOIN terms k ON k.n = a.n' : ''}
       WHERE ${condition} AND ${isKeyword ? `substr(k.term, 1, ${keywordPrefix.length}) = '${keywordPrefix}'` : `${value} IS NOT NULL`}
       GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${maxFacetValues}`,
    ).all(...values);
    return rows.map((row) => ({ value: String(row.value), count: Number(row.count) }));
  }
}

function columnsOf(asset: IndexedAsset, sequence: string): SQLInputValue[] {
  const { name, title, folder, type, bytes, width, height, orientation, created, modified, uploader } = asset;
  const { published, changed, held, parent } = asset;
  return [
    ...[sequence, name, title, folder, type, bytes, width ?? null, height ?? null, orientation ?? null],
    ...[created, modified, uploader, published ? 1 : 0, changed ? 1 : 0, held ? 1 : 0, parent ?? null],
  ];
}

interface Matches {
  readonly from: string;
  readonly where: readonly string[];
  readonly values: readonly SQLInputValue[];
}

function matchesOf(filters: SearchFilters): Matches {
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...more: SQLInputValue[]) => {
    where.push(condition);
    values.push(...more);
  };
  const within = (column: string, from: string | number | undefined, to: string | number | undefined) => {
    if (from !== undefined) add(`${column} >= ?`, from);
    if (to !== undefined) add(`${column} <= ?`, to);
  };
  const hasTerm = (term: string) => add('a.n IN (SELECT n FROM terms WHERE term = ?)', term);

  const words = filters.q === undefined ? [] : searchWords(filters.q);
  const grams = words.flatMap(trigramsOf);
  if (grams.length > 0) {
    const match = [...new Set(grams)].map((gram) => `"${gram.replaceAll('"', '""')}"`).join(' AND ');
    add('a.n IN (SELECT rowid FROM grams WHERE grams MATCH ?)', match);
  }
  // A word of three characters is its trigram.
  const toCheck = words.filter((word) => [...word].length !== 3);
  for (const word of toCheck) add('instr(t.text, ?) > 0', word);

  if (filters.keyword !== undefined) hasTerm(keywordTerm(filters.keyword));
  if (filters.field !== undefined) hasTerm(fieldTerm(filters.field.name, filters.field.value));
  if (filters.types !== undefined)
    add(`a.type IN (${filters.types.map(() => '?').join(', ')})`, ...filters.types);
  if (filters.state === 'published') add('a.published');
  if (filters.state === 'unpublished') add('NOT a.published');
  if (filters.state === 'changed') add('a.changed');
  if (filters.state === 'held') add('a.held');
  within('a.modified', filters.modifiedFrom, filters.modifiedTo);
  within('a.created', filters.createdFrom, filters.createdTo);
  within('a.bytes', filters.bytesFrom, filters.bytesTo);
  within('a.width', filters.widthFrom, filters.widthTo);
  within('a.height', filters.heightFrom, filters.heightTo);
  if (filters.orientation !== undefined) add('a.orientation = ?', filters.orientation);
  if (filters.uploader !== undefined) add('a.uploader = ?', filters.uploader);
  if (filters.folder !== undefined) {
    // Paths end with a slash, and the zero is the character after it.
    if (filters.below)
      add('a.folder >= ? AND a.folder < ?', filters.folder, `${filters.folder.slice(0, -1)}0`);
    else add('a.folder = ?', filters.folder);
  }
  for (const [wanted, condition] of [
    [filters.unused, unused],
    [filters.incomplete, incomplete],
    [filters.stillLive, stillLive],
  ] as const)
    if (wanted !== undefined) add(wanted ? condition : `NOT ${condition}`);

  return {
    from: toCheck.length > 0 ? 'assets a JOIN texts t ON t.n = a.n' : 'assets a',
    where: where.length > 0 ? where : ['1'],
    values,
  };
}

/** Parts of three characters, spread over the word if it has many. */
function trigramsOf(word: string): string[] {
  const characters = [...word];
  const all = characters.slice(2).map((_, index) => characters.slice(index, index + 3).join(''));
  if (all.length <= maxTrigrams) return all;
  return Array.from(
    { length: maxTrigrams },
    (_, index) => all[Math.round((index * (all.length - 1)) / (maxTrigrams - 1))] ?? '',
  );
}
