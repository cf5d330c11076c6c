import { z } from 'zod';
import { type Stamp, stampSchema } from './clock.ts';
import {
  caseIdSchema,
  commandIdSchema,
  daySchema,
  type HallId,
  hallIdSchema,
  itemIdSchema,
  type StationId,
  staffIdSchema,
  stationIdSchema,
  ticketIdSchema,
  windowIdSchema,
} from './ids.ts';
import { policySchema } from './policy.ts';
import { RATING_LEVELS } from './rating-level.ts';

export const COLLECTIONS = ['reference', 'tickets', 'cases', 'events', 'ratings', 'reviews', 'inbound'] as const;
export const collectionSchema = z.enum(COLLECTIONS);
export type Collection = z.infer<typeof collectionSchema>;

/** Largest serialised document that a server takes. Scans are not documents. */
export const MAX_DOCUMENT_BYTES = 64 * 1024;

const time = z.number().int().nonnegative();

/** Wall-clock instants are milliseconds since the epoch. */
export const ticketStateSchema = z.enum([
  'reserved',
  'printing',
  'unconfirmed',
  'waiting',
  'called',
  'serving',
  'held',
  'missed',
  'done',
  'void',
  'abandoned',
]);
export type TicketState = z.infer<typeof ticketStateSchema>;

/** 不持件 (came without the paper, any window later), 持件 (back to the same window), 等待 (waits for something, then is woken). */
export const holdKindSchema = z.enum(['WITHOUT_PAPERS', 'WITH_PAPERS', 'AWAITING']);
export type HoldKind = z.infer<typeof holdKindSchema>;

/** Two desks that could not see each other both acted on the ticket: both are told, nothing is dropped. */
export const clashSchema = z.object({
  commandId: commandIdSchema,
  kind: z.string(),
  stationId: stationIdSchema,
  windowId: windowIdSchema.optional(),
  at: time,
});

export const ticketBodySchema = z.looseObject({
  number: z.string(),
  series: z.string(),
  itemId: itemIdSchema,
  itemName: z.string(),
  issuedAt: time,
  issuedBy: stationIdSchema,
  /** Keyed hash of the ID number for one-per-person; never the number. */
  personHash: z.string().optional(),
  priority: z.enum(['NORMAL', 'PRIORITY']),
  printJobId: z.string().optional(),
  printAttempts: z.number().int(),
  waitingSince: time.optional(),
  calledAt: time.optional(),
  firstCalledAt: time.optional(),
  callCount: z.number().int(),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  windowId: windowIdSchema.optional(),
  staffId: staffIdSchema.optional(),
  /** After a transfer or a hold with papers: only this window may call it. */
  forWindowId: windowIdSchema.optional(),
  holdKind: holdKindSchema.optional(),
  heldMs: z.number().int(),
  heldSince: time.optional(),
  missedCount: z.number().int(),
  /** Place in the line: the time of issue, or, after a miss, just behind the ticket that policy names. */
  orderAt: z.number(),
  /** Why this ticket was next, in words the clerk can repeat. */
  callReason: z.string().optional(),
  voidReason: z.string().optional(),
  /** A cut-off desk took this number before its issue was known here; the issue fills in the rest. */
  adopted: z.boolean().optional(),
  clashes: z.array(clashSchema),
});
export type TicketBody = z.infer<typeof ticketBodySchema>;

export const caseStateSchema = z.enum(['draft', 'received', 'supplement', 'accepted', 'refused', 'closed', 'withdrawn']);
export type CaseState = z.infer<typeof caseStateSchema>;

export const caseMaterialSchema = z.object({
  name: z.string(),
  required: z.boolean(),
  checked: z.boolean(),
  copies: z.number().int().min(0).max(99),
});

export const caseBodySchema = z.looseObject({
  caseNumber: z.string(),
  ticketId: ticketIdSchema.optional(),
  ticketNumber: z.string().optional(),
  itemId: itemIdSchema.optional(),
  itemName: z.string().optional(),
  handling: z.enum(['IMMEDIATE', 'PROMISED', 'REPORTED']).optional(),
  materials: z.array(caseMaterialSchema),
  /** Applicant and note, AES-256-GCM sealed (sync/replica/seal.ts); nothing personal stands outside. */
  sealed: z.string().optional(),
  applicantMasked: z.string().optional(),
  personHash: z.string().optional(),
  windowId: windowIdSchema,
  staffId: staffIdSchema,
  startedAt: time,
  receivedAt: time.optional(),
  acceptedAt: time.optional(),
  closedAt: time.optional(),
  /** Promised day of decision; absent when the calendar does not cover it. */
  dueDay: daySchema.optional(),
  receiptPrintedAt: time.optional(),
});
export type CaseBody = z.infer<typeof caseBodySchema>;

/** What `caseBody.sealed` holds when opened. */
export const casePersonalSchema = z.object({
  applicant: z
    .object({
      name: z.string().max(60),
      idNumber: z.string().max(40),
      sex: z.string().max(10).optional(),
      ethnic: z.string().max(20).optional(),
      birthDate: z.string().max(10).optional(),
      address: z.string().max(200).optional(),
      phone: z.string().max(30).optional(),
      source: z.enum(['CARD', 'TYPED']),
    })
    .optional(),
  note: z.string().max(2000).optional(),
});
export type CasePersonal = z.infer<typeof casePersonalSchema>;

export const ratingBodySchema = z.looseObject({
  ticketId: ticketIdSchema,
  ticketNumber: z.string(),
  caseId: caseIdSchema.optional(),
  itemId: itemIdSchema.optional(),
  level: z.enum(RATING_LEVELS),
  channel: z.enum(['KEYPAD', 'SCREEN']),
  windowId: windowIdSchema,
  staffId: staffIdSchema.optional(),
  promptedAt: time,
  ratedAt: time,
});
export type RatingBody = z.infer<typeof ratingBodySchema>;

/** One act of one station, hash-chained: `hash` covers everything else in the body plus the document's id. */
export const eventBodySchema = z.looseObject({
  n: z.number().int().positive(),
  act: z.string(),
  stationId: stationIdSchema,
  staffId: staffIdSchema.optional(),
  subject: z.object({ collection: collectionSchema, id: z.string() }).optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
  at: time,
  prevHash: z.string(),
  hash: z.string(),
});
export type EventBody = z.infer<typeof eventBodySchema>;

const hallBodySchema = z.looseObject({
  name: z.string(),
  /** 为民服务中心, 便民服务中心 …: titles differ by place and are data. */
  level: z.enum(['DISTRICT', 'TOWN', 'VILLAGE']),
  districtName: z.string(),
  siteCode: z.string(),
  address: z.string(),
  phone: z.string(),
  complaintPhone: z.string(),
  waitingPlace: z.string(),
  series: z.array(z.object({ prefix: z.string(), name: z.string() })),
});

const windowBodySchema = z.looseObject({
  windowId: windowIdSchema,
  number: z.number().int(),
  name: z.string(),
  type: z.string(),
  department: z.string(),
  series: z.array(z.string()),
});

const staffBodySchema = z.looseObject({
  staffId: staffIdSchema,
  staffNumber: z.string(),
  name: z.string(),
  post: z.string(),
  unit: z.string(),
  partyMember: z.boolean(),
  role: z.enum(['CLERK', 'MANAGER']),
  /** `scrypt$<salt base64>$<hash base64>` */
  pinHash: z.string(),
});

export const itemMaterialSchema = z.object({
  name: z.string(),
  required: z.boolean(),
  copies: z.number().int(),
  note: z.string().optional(),
});

const itemBodySchema = z.looseObject({
  itemId: itemIdSchema,
  /** Row of the published list; the order in which the list shows. */
  order: z.number().int(),
  name: z.string(),
  /** Groups by the hyphens of the published name, e.g. ['迁移登记'] for 迁移登记-市外迁入（城镇）购房落户. */
  path: z.array(z.string()),
  department: z.string(),
  /** 部分覆盖: offered only at some sites. */
  partial: z.boolean(),
  offeredHere: z.boolean(),
  /** Where to go when it is not offered here. */
  offeredElsewhere: z.string().optional(),
  topics: z.array(z.string()),
  series: z.string(),
  handling: z.enum(['IMMEDIATE', 'PROMISED', 'REPORTED']),
  promisedDays: z.number().int().optional(),
  legalDays: z.number().int().optional(),
  fee: z.string(),
  conditions: z.string().optional(),
  process: z.string().optional(),
  materials: z.array(itemMaterialSchema),
  pinyin: z.string(),
  initials: z.string(),
  source: z.string(),
});

const calendarBodySchema = z.looseObject({
  year: z.number().int(),
  /** 放假 days and 调休上班日 that differ from Monday–Friday. */
  holidays: z.array(daySchema),
  extraWorkdays: z.array(daySchema),
  source: z.string(),
});

const noticeBodySchema = z.looseObject({ title: z.string(), text: z.string(), until: time.optional() });

export const referenceBodySchemas = {
  hall: hallBodySchema,
  window: windowBodySchema,
  staff: staffBodySchema,
  item: itemBodySchema,
  calendar: calendarBodySchema,
  policy: policySchema,
  notice: noticeBodySchema,
} as const;
export type ReferenceKind = keyof typeof referenceBodySchemas;

export type HallBody = z.infer<typeof hallBodySchema>;
export type WindowBody = z.infer<typeof windowBodySchema>;
export type StaffBody = z.infer<typeof staffBodySchema>;
export type ItemBody = z.infer<typeof itemBodySchema>;
export type CalendarBody = z.infer<typeof calendarBodySchema>;
export type NoticeBody = z.infer<typeof noticeBodySchema>;

/**
 * The small, stable envelope around every body, so that additive changes of a body never migrate a replica. `day` is the
 * business day or '' where none applies; `updatedAt` names this state of the document (domain/clock.ts).
 */
export const envelopeSchema = z.looseObject({
  id: z.string().min(1).max(120),
  hallId: hallIdSchema,
  kind: z.string().min(1).max(40),
  state: z.string().max(40),
  day: z.union([daySchema, z.literal('')]),
  updatedAt: stampSchema,
  updatedBy: stationIdSchema,
  _deleted: z.boolean(),
  body: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** An envelope whose body and states are known. */
export interface Doc<Body, State extends string = string> {
  readonly id: string;
  readonly hallId: HallId;
  readonly kind: string;
  readonly state: State;
  readonly day: string;
  readonly updatedAt: Stamp;
  readonly updatedBy: StationId;
  readonly _deleted: boolean;
  readonly body: Body;
}
export type Ticket = Doc<TicketBody, TicketState>;
export type Case = Doc<CaseBody, CaseState>;
export type Rating = Doc<RatingBody>;
export type EventDoc = Doc<EventBody>;
