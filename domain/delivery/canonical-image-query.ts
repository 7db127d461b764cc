import { edgeGrammar } from './edge-grammar.ts';
import { queryCanonicaliser } from './query-canonicaliser.ts';

/** The canonical form of an image query, as the edge function makes it. @param query without `?` */
export const canonicalImageQuery = queryCanonicaliser(edgeGrammar());
