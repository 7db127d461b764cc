/** The tables as infra makes them: for the memory table, and for the one that Dynoxide is given. */
import { assetTable, jobTable, secretTable } from '../../../adapters/dynamodb/keys.ts';

export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Attributes beside the keys. */
  readonly includes: readonly string[];
}

export interface TableDefinition {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly indexes: readonly IndexDefinition[];
}

interface TableKeys {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly indexes?: Readonly<
    Record<string, Omit<IndexDefinition, 'includes'> & { readonly includes?: readonly string[] }>
  >;
}

function definitionOf({ partitionKey, sortKey, indexes = {} }: TableKeys): TableDefinition {
  return {
    partitionKey,
    sortKey,
    indexes: Object.values(indexes).map(({ name, partitionKey, sortKey, includes = [] }) => ({
      name,
      partitionKey,
      sortKey,
      includes: includes.filter((attribute) => attribute !== sortKey),
    })),
  };
}

export const tableDefinitions = {
  assets: definitionOf(assetTable),
  jobs: definitionOf(jobTable),
  secrets: definitionOf(secretTable),
} as const;

/** The one key attribute that is a number. */
export function keyType(attribute: string): 'N' | 'S' {
  return attribute === 'bytes' ? 'N' : 'S';
}
