import { z } from 'zod';
import {
  type Collection,
  caseBodySchema,
  caseStateSchema,
  type Envelope,
  envelopeSchema,
  eventBodySchema,
  MAX_DOCUMENT_BYTES,
  ratingBodySchema,
  referenceBodySchemas,
  ticketBodySchema,
  ticketStateSchema,
} from '../../domain/documents.ts';
import { err, ok, type Result } from '../../domain/result.ts';

export type DocumentFault = 'INVALID_DOCUMENT' | 'DOCUMENT_TOO_LARGE';

/** Control characters and lone surrogates cannot be keys: PostgreSQL refuses NUL, and UTF-8 maps every lone surrogate to the same character. */
const PRINTABLE = /^[^\p{C}]*$/u;

const anyBody = z.record(z.string(), z.unknown());

/**
 * One document as any tier stores it. The value is the document as given (unknown fields kept, nested ones too) with its
 * JSON text. Detail names the place of the fault, never the data.
 */
export function validateDocument(
  collection: Collection,
  doc: unknown,
): Result<{ readonly doc: Envelope; readonly json: string }, DocumentFault> {
  const json = serialise(doc);
  if (json === null) return invalid('', 'not serialisable');
  if (Buffer.byteLength(json) > MAX_DOCUMENT_BYTES) {
    return err('DOCUMENT_TOO_LARGE', `这条记录超过 ${MAX_DOCUMENT_BYTES / 1024} KB，没有收下，请联系管理员。`, {
      bytes: Buffer.byteLength(json),
    });
  }
  const envelope = envelopeSchema.safeParse(doc);
  if (!envelope.success) return fromZod(envelope.error);
  const { id, kind, state, _deleted, body } = envelope.data;
  for (const [field, value] of Object.entries({ id, kind, state })) if (!PRINTABLE.test(value)) return invalid(field, 'control character');
  if (!_deleted) {
    const schema = bodySchemaOf(collection, kind);
    if (schema === null) return invalid('kind', 'unknown kind');
    const checkedState = stateSchemaOf(collection).safeParse(state);
    if (!checkedState.success) return invalid('state', 'unknown state');
    const checkedBody = schema.safeParse(body);
    if (!checkedBody.success) return fromZod(checkedBody.error);
  }
  return ok({ doc: doc as Envelope, json });
}

function bodySchemaOf(collection: Collection, kind: string): z.ZodType | null {
  switch (collection) {
    case 'reference':
      return Object.hasOwn(referenceBodySchemas, kind) ? referenceBodySchemas[kind as keyof typeof referenceBodySchemas] : null;
    case 'tickets':
      return ticketBodySchema;
    case 'cases':
      return caseBodySchema;
    case 'events':
      return eventBodySchema;
    case 'ratings':
      return ratingBodySchema;
    case 'reviews':
    case 'inbound':
      return anyBody;
  }
}

const anyState = z.string();

function stateSchemaOf(collection: Collection): z.ZodType {
  if (collection === 'tickets') return ticketStateSchema;
  return collection === 'cases' ? caseStateSchema : anyState;
}

/** null when the value nests so deep that it cannot be written down again. */
function serialise(doc: unknown): string | null {
  try {
    return JSON.stringify(doc) ?? null;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

function fromZod(error: z.ZodError) {
  const issue = error.issues[0];
  return invalid(issue?.path.map(String).join('.') ?? '', issue?.code ?? 'invalid');
}

function invalid(path: string, reason: string) {
  return err('INVALID_DOCUMENT', '这条记录的内容不完整或格式不对，没有收下，请联系管理员。', { path: path.slice(0, 200), reason });
}
