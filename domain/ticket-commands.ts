import { z } from 'zod';
import { holdKindSchema } from './documents.ts';
import {
  commandIdSchema,
  daySchema,
  hallIdSchema,
  itemIdSchema,
  staffIdSchema,
  stationIdSchema,
  ticketIdSchema,
  windowIdSchema,
} from './ids.ts';

const base = {
  /** Commands are idempotent by this id: a repeat gets the first answer. */
  id: commandIdSchema,
  hallId: hallIdSchema,
  stationId: stationIdSchema,
  staffId: staffIdSchema.optional(),
  /** The actor's wall clock, ms. */
  at: z.number().int().nonnegative(),
  /** The station did this while it was cut off; it is replayed, never refused silently: what cannot be applied is kept as a clash. */
  offline: z.boolean().optional(),
};
const ticket = { ...base, ticketId: ticketIdSchema };
const atWindow = { ...ticket, windowId: windowIdSchema };
const command = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) => z.object({ ...shape, kind: z.literal(kind) });

/** Takes a fresh number. `leased` is set when a cut-off station used a number of its lease. */
export const issueCommandSchema = command('issue', {
  ...base,
  itemId: itemIdSchema,
  itemName: z.string().max(200),
  series: z.string().max(4),
  personHash: z.string().max(100).optional(),
  priority: z.enum(['NORMAL', 'PRIORITY']),
  leased: z.object({ day: daySchema, value: z.number().int().positive() }).optional(),
});
export const callCommandSchema = command('call', { ...base, windowId: windowIdSchema, series: z.array(z.string()).min(1) });
/** Out of order (指定叫号): needs a reason and stands in `events`. */
export const callTicketCommandSchema = command('callTicket', { ...atWindow, reason: z.string().min(1).max(200) });
/** A cut-off desk takes the ticket whose number the person shows. */
export const takeCommandSchema = command('take', {
  ...atWindow,
  number: z.string().max(12),
  day: daySchema,
  itemId: itemIdSchema.optional(),
});

export const ticketCommandSchema = z.discriminatedUnion('kind', [
  issueCommandSchema,
  callCommandSchema,
  callTicketCommandSchema,
  takeCommandSchema,
  command('printStarted', { ...ticket, jobId: z.string().max(80) }),
  command('printConfirmed', { ...ticket, jobId: z.string().max(80) }),
  command('printFailed', { ...ticket, jobId: z.string().max(80), reason: z.string().max(200) }),
  /** A clerk saw the paper, or lets the person wait without one. */
  command('confirmPaper', { ...ticket }),
  command('void', { ...ticket, reason: z.string().max(200) }),
  command('recall', { ...atWindow }),
  command('start', { ...atWindow }),
  command('hold', { ...atWindow, holdKind: holdKindSchema }),
  command('resume', { ...atWindow }),
  command('transfer', { ...atWindow, toWindowId: windowIdSchema.optional(), toSeries: z.string().max(4).optional() }),
  command('miss', { ...atWindow }),
  command('rejoin', { ...ticket }),
  command('finish', { ...atWindow }),
  command('abandon', { ...ticket }),
]);
export type TicketCommand = z.infer<typeof ticketCommandSchema>;
export type TicketCommandKind = TicketCommand['kind'];
export type IssueCommand = z.infer<typeof issueCommandSchema>;
export type CallCommand = z.infer<typeof callCommandSchema>;
export type TakeCommand = z.infer<typeof takeCommandSchema>;
