import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type HybridClock, stampSchema } from '../../../domain/clock.ts';
import { type Collection, collectionSchema, type Envelope, envelopeSchema } from '../../../domain/documents.ts';
import type { Failure, Result } from '../../../domain/result.ts';
import type { TicketCommand } from '../../../domain/ticket-commands.ts';
import {
  type CommandResult,
  commandsRequestSchema,
  commandsResponseSchema,
  enrolRequestSchema,
  enrolResponseSchema,
  type Lease,
  leaseRequestSchema,
  leaseResponseSchema,
  MAX_PUSH_ROWS,
  type PullResponse,
  type PushResponse,
  type PushRow,
  pullRequestSchema,
  pullResponseSchema,
  pushRequestSchema,
  pushResponseSchema,
  REJECTED_STATE,
} from '../../protocol/wire.ts';
import type { DocumentStore, RejectedRow } from '../store/store.ts';
import type { Authenticator, SyncClient } from './client.ts';
import { badRequest, HttpFailure } from './errors.ts';
import { maySeeHall, requireClient, requireRight } from './guard.ts';
import { routeSchema } from './openapi.ts';

export type LeaseRequest = z.infer<typeof leaseRequestSchema>;
export type CommandsHandler = (
  client: SyncClient,
  commands: readonly TicketCommand[],
) => readonly CommandResult[] | Promise<readonly CommandResult[]>;
export type LeaseHandler = (client: SyncClient, request: LeaseRequest) => Result<readonly Lease[]> | Promise<Result<readonly Lease[]>>;

export interface SyncRouteOptions {
  readonly store: DocumentStore;
  readonly auth: Authenticator;
  readonly clock: HybridClock;
  readonly onCommands?: CommandsHandler;
  readonly onLease?: LeaseHandler;
}

export function registerSyncRoutes(app: FastifyInstance, options: SyncRouteOptions): void {
  const { store, auth, clock } = options;

  app.post(
    '/sync/v1/:collection/pull',
    { schema: routeSchema({ summary: '拉取变更', body: pullRequestSchema, answer: pullResponseSchema, collection: true }) },
    async (request): Promise<PullResponse> => {
      const client = await requireClient(auth, request.headers);
      const collection = collectionOf(request.params);
      requireRight(client, 'pull', collection);
      const { hallId = client.hallId, checkpoint, limit } = parse(pullRequestSchema, request.body);
      if (!maySeeHall(client, hallId)) throw otherHall();
      const afterSeq = checkpoint?.epoch === store.epoch ? checkpoint.seq : 0;
      const page = await store.pull(hallId, collection, afterSeq, limit);
      return { documents: [...page.documents], checkpoint: { epoch: store.epoch, seq: page.seq } };
    },
  );

  app.post(
    '/sync/v1/:collection/push',
    { schema: routeSchema({ summary: '上传变更', body: pushRequestSchema, answer: pushResponseSchema, collection: true }) },
    async (request): Promise<PushResponse> => {
      const client = await requireClient(auth, request.headers);
      const collection = collectionOf(request.params);
      requireRight(client, 'push', collection);
      const rows = parsePushRows(request.body);
      const { conflicts, rejected } = await store.push(client.hallId, collection, rows, client.stationId);
      return [...conflicts, ...rejected.map((refusal) => rejectedState(refusal, rows, client, clock))];
    },
  );

  app.post(
    '/sync/v1/enrol',
    { schema: routeSchema({ summary: '终端登记', body: enrolRequestSchema, answer: enrolResponseSchema, open: true }) },
    async (request) => {
      if (auth.enrol === undefined) throw notOffered();
      const result = await auth.enrol(parse(enrolRequestSchema, request.body), request.ip);
      if (!result.ok) throw new HttpFailure(result.error.code === 'ENROL_LOCKED' ? 429 : 403, result.error);
      return result.value;
    },
  );

  app.post(
    '/sync/v1/commands',
    { schema: routeSchema({ summary: '号票命令', body: commandsRequestSchema, answer: commandsResponseSchema }) },
    async (request) => {
      const client = await requireClient(auth, request.headers);
      if (options.onCommands === undefined) throw notOffered();
      const { commands } = parse(commandsRequestSchema, request.body);
      const foreign = commands.some((command) => command.hallId !== client.hallId || command.stationId !== client.stationId);
      if (foreign) throw new HttpFailure(403, { code: 'FORBIDDEN', message: '不能代别的终端或大厅发出命令。' });
      return { results: await options.onCommands(client, commands) };
    },
  );

  app.post(
    '/sync/v1/leases',
    { schema: routeSchema({ summary: '预留号段', body: leaseRequestSchema, answer: leaseResponseSchema }) },
    async (request) => {
      const client = await requireClient(auth, request.headers);
      if (options.onLease === undefined) throw notOffered();
      const result = await options.onLease(client, parse(leaseRequestSchema, request.body));
      if (!result.ok) throw new HttpFailure(409, result.error);
      return { leases: result.value };
    },
  );
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badRequest({ path: issue?.path.map(String).join('.').slice(0, 200), reason: issue?.code });
}

function collectionOf(params: unknown): Collection {
  const parsed = collectionSchema.safeParse((params as { readonly collection?: unknown }).collection);
  if (parsed.success) return parsed.data;
  throw new HttpFailure(404, { code: 'NOT_FOUND', message: '没有这类数据。' });
}

const rowsSchema = z.array(z.unknown()).max(MAX_PUSH_ROWS);
/** Only what is needed to name the row in the answer: the store judges the rest, so that one bad row does not stop the others. */
const looseRowSchema = z.object({
  newDocumentState: z.looseObject({ id: z.string() }),
  assumedMasterState: z.looseObject({ updatedAt: stampSchema }).nullish().catch(null),
});

function parsePushRows(body: unknown): PushRow[] {
  return parse(rowsSchema, body).map((row) => parse(looseRowSchema, row));
}

const shape = envelopeSchema.shape;

/** A refused row as a state of the document, never as an HTTP error: RxDB would send the batch again for ever (research/sync.md §0.6). */
function rejectedState({ id, error }: RejectedRow, rows: readonly PushRow[], client: SyncClient, clock: HybridClock): Envelope {
  const given: Record<string, unknown> = { ...rows.find((row) => row.newDocumentState.id === id)?.newDocumentState };
  const keep = <S extends z.ZodType>(schema: S, field: string, otherwise: z.infer<S>): z.infer<S> => {
    const parsed = schema.safeParse(given[field]);
    return parsed.success ? parsed.data : otherwise;
  };
  return {
    id,
    hallId: keep(shape.hallId, 'hallId', client.hallId),
    kind: keep(shape.kind, 'kind', REJECTED_STATE),
    state: REJECTED_STATE,
    day: keep(shape.day, 'day', ''),
    updatedAt: keep(shape.updatedAt, 'updatedAt', clock.tick()),
    updatedBy: keep(shape.updatedBy, 'updatedBy', client.stationId),
    _deleted: false,
    body: { ...(isSmall(error) ? keep(shape.body, 'body', {}) : {}), reason: error },
  };
}

/** A body that could not be read or is too large is not sent back. */
function isSmall(error: Failure): boolean {
  return error.code !== 'DOCUMENT_TOO_LARGE' && error.detail?.reason !== 'not serialisable';
}

function otherHall(): HttpFailure {
  return new HttpFailure(403, { code: 'WRONG_HALL', message: '本终端不能读取别的大厅的数据。' });
}

function notOffered(): HttpFailure {
  return new HttpFailure(404, { code: 'NOT_OFFERED', message: '这台服务器不提供这项功能。' });
}
