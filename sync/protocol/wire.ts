import { z } from 'zod';
import { stampSchema } from '../../domain/clock.ts';
import { type collectionSchema, envelopeSchema, ticketBodySchema } from '../../domain/documents.ts';
import { daySchema, hallIdSchema, stationIdSchema, windowIdSchema } from '../../domain/ids.ts';
import { ticketCommandSchema } from '../../domain/ticket-commands.ts';

/** Version in every path (`/sync/v1`) and header; a server answers 426 to a client below its minimum. */
export const PROTOCOL_VERSION = 1;
export const MAX_PUSH_ROWS = 500;
export const MAX_PULL_LIMIT = 500;
export const MAX_COMMANDS = 200;
export const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

export const stationRoleSchema = z.enum(['kiosk', 'desk', 'screen', 'hub']);
export type StationRole = z.infer<typeof stationRoleSchema>;

/**
 * `seq` is given inside the write transaction while the hall's row is locked, so commit order is sequence order. `epoch` names
 * one life of a database: a restored or replaced server has another, and its clients start again from 0.
 */
export const checkpointSchema = z.object({ epoch: z.string().max(64), seq: z.number().int().nonnegative() });
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** `POST /sync/v1/:collection/pull`. `hallId` defaults to the caller's hall. `documents.length < limit` means: no more. */
export const pullRequestSchema = z.object({
  hallId: hallIdSchema.optional(),
  checkpoint: checkpointSchema.nullish(),
  limit: z.number().int().min(1).max(MAX_PULL_LIMIT),
});
export type PullRequest = z.infer<typeof pullRequestSchema>;
export const pullResponseSchema = z.object({ documents: z.array(envelopeSchema), checkpoint: checkpointSchema });
export type PullResponse = z.infer<typeof pullResponseSchema>;

/** Only the stamp of the assumed state is compared; RxDB clients send the whole document, ours send the stamp. */
export const pushRowSchema = z.object({
  newDocumentState: z.looseObject({ id: z.string().max(120) }),
  assumedMasterState: z.looseObject({ updatedAt: stampSchema }).nullish(),
});
export type PushRow = z.infer<typeof pushRowSchema>;
export const pushRequestSchema = z.array(pushRowSchema).max(MAX_PUSH_ROWS);
/** Master states of the rows in conflict; `[]` means all accepted. A refused row comes back with `state: 'rejected'` and `body.reason`. */
export const pushResponseSchema = z.array(envelopeSchema);
export type PushResponse = z.infer<typeof pushResponseSchema>;
export const REJECTED_STATE = 'rejected';

/** `POST /sync/v1/enrol`: a one-time code for a key of one's own. */
export const enrolRequestSchema = z.object({
  code: z.string().min(6).max(64),
  stationId: stationIdSchema,
  role: stationRoleSchema,
  hallId: hallIdSchema,
  windowId: windowIdSchema.optional(),
});
export const enrolResponseSchema = z.object({
  stationKey: z.string(),
  hallId: hallIdSchema,
  /** Base64, 32 bytes; only for roles that may see personal data (desk, hub). */
  dataKey: z.string().optional(),
  /** Base64, 32 bytes: keyed hash of ID numbers, the same for the whole hall. */
  hashKey: z.string().optional(),
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;
export type EnrolResponse = z.infer<typeof enrolResponseSchema>;

export const failureSchema = z.object({ code: z.string(), message: z.string(), detail: z.record(z.string(), z.unknown()).optional() });

export const ticketDocSchema = envelopeSchema.extend({ body: ticketBodySchema });

/** `POST /sync/v1/commands`: applied in order, each in its own transaction; one failing does not stop the others. */
export const commandsRequestSchema = z.object({ commands: z.array(ticketCommandSchema).min(1).max(MAX_COMMANDS) });
export const commandResultSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    commandId: z.string(),
    /** Absent only for `call` when nobody waits. */
    ticket: ticketDocSchema.optional(),
    ahead: z.number().int().optional(),
    waitRange: z.object({ fromMin: z.number(), toMin: z.number() }).nullish(),
    clash: z.boolean().optional(),
  }),
  z.object({ ok: z.literal(false), commandId: z.string(), error: failureSchema }),
]);
export const commandsResponseSchema = z.object({ results: z.array(commandResultSchema) });
export type CommandResult = z.infer<typeof commandResultSchema>;

/** `POST /sync/v1/leases`: blocks of numbers for the time when the hub is away. Asking again returns the same open block. */
export const leaseRequestSchema = z.object({ day: daySchema.optional(), series: z.array(z.string()).min(1) });
export const leaseSchema = z.object({ day: daySchema, series: z.string(), from: z.number().int(), to: z.number().int() });
export const leaseResponseSchema = z.object({ leases: z.array(leaseSchema) });
export type Lease = z.infer<typeof leaseSchema>;

export const deviceStatusSchema = z.object({
  device: z.string(),
  name: z.string(),
  state: z.string(),
  ok: z.boolean(),
  message: z.string(),
});
export type DeviceStatus = z.infer<typeof deviceStatusSchema>;

export const outboxSchema = z.object({
  count: z.number().int(),
  oldestAt: z.number().nullable(),
  lastSuccessAt: z.number().nullable(),
  parked: z.number().int(),
  upstream: z.enum(['online', 'offline', 'unknown']),
});
export type Outbox = z.infer<typeof outboxSchema>;

/** Presence is not a document: the last word of a station, kept in memory and forwarded upstream. */
export const presenceSchema = z.object({
  stationId: stationIdSchema,
  role: stationRoleSchema,
  windowId: windowIdSchema.optional(),
  window: z
    .object({ state: z.enum(['CLOSED', 'OPEN', 'PAUSED']), staffId: z.string().optional(), reason: z.string().optional() })
    .optional(),
  devices: z.array(deviceStatusSchema),
  outbox: outboxSchema,
  /** 呼叫工作人员 was pressed at this station and nobody has answered yet. */
  helpSince: z.number().nullable(),
  at: z.number(),
});
export type Presence = z.infer<typeof presenceSchema>;

/** Server → client messages of the event stream `GET /sync/v1/stream` (WebSocket). */
export type StreamMessage =
  | {
      readonly type: 'docs';
      readonly hallId: string;
      readonly collection: z.infer<typeof collectionSchema>;
      readonly prevSeq: number;
      readonly seq: number;
      readonly epoch: string;
      readonly documents: readonly unknown[];
    }
  | { readonly type: 'board'; readonly board: unknown }
  /** What the hub itself still owes the district. */
  | { readonly type: 'outbox'; readonly outbox: Outbox }
  | { readonly type: 'hello'; readonly epoch: string; readonly now: number; readonly version: number }
  | { readonly type: 'pong'; readonly now: number };

/** Client → server. */
export const streamClientMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('presence'), presence: presenceSchema }),
  z.object({
    type: z.literal('hallPresence'),
    hallId: hallIdSchema,
    stations: z.array(presenceSchema.extend({ online: z.boolean() })).max(500),
    board: z.unknown(),
    outbox: outboxSchema,
  }),
]);
export type StreamClientMessage = z.infer<typeof streamClientMessageSchema>;
