import type { RxJsonSchema } from 'rxdb/plugins/core';
import { z } from 'zod';
import { type Doc, envelopeSchema } from '../../domain/documents.ts';

/** What RxDB keeps: the envelope; it adds `_deleted` itself. */
export type Kept = Omit<Doc<Record<string, unknown>>, '_deleted'>;

const { _deleted, ...fields } = envelopeSchema.shape;
// zod's type of a JSON schema does not carry the field names.
const properties = z.toJSONSchema(z.object(fields)).properties as unknown as RxJsonSchema<Kept>['properties'];

/**
 * RxDB's schema of every collection, made from the one envelope schema. Bodies are not described: additive changes of a body
 * must never migrate a replica. `day` is a day or '', which RxDB can index only as one string type with a length.
 */
export const replicaSchema: RxJsonSchema<Kept> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    ...properties,
    day: { type: 'string', maxLength: 10 },
    body: { type: 'object', additionalProperties: true },
  },
  required: Object.keys(fields) as (keyof Kept)[],
  indexes: ['kind', ['day', 'state']],
};
