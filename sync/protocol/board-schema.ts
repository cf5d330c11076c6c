import { z } from 'zod';
import type { Board } from '../../domain/board.ts';
import { hallIdSchema, windowIdSchema } from '../../domain/ids.ts';

/** A board as it comes over the wire (`StreamMessage`, hall presence). */
export const boardSchema = z.object({
  hallId: hallIdSchema,
  hallName: z.string(),
  at: z.number(),
  day: z.string(),
  open: z.boolean(),
  hubAway: z.boolean(),
  windows: z.array(
    z.object({
      windowId: windowIdSchema,
      number: z.number(),
      name: z.string(),
      department: z.string(),
      type: z.string(),
      state: z.enum(['CLOSED', 'OPEN', 'PAUSED']),
      staffName: z.string().optional(),
      staffNumber: z.string().optional(),
      staffPost: z.string().optional(),
      partyMember: z.boolean().optional(),
      ticketNumber: z.string().optional(),
      ticketState: z.enum(['called', 'serving']).optional(),
      itemName: z.string().optional(),
    }),
  ),
  calls: z.array(
    z.object({
      callSeq: z.number(),
      ticketNumber: z.string(),
      windowNumber: z.number(),
      windowId: windowIdSchema,
      at: z.number(),
      recall: z.boolean(),
    }),
  ),
  waiting: z.array(z.object({ series: z.string(), name: z.string(), waiting: z.number() })),
  waitingTotal: z.number(),
  next: z.array(z.string()),
  notices: z.array(z.string()),
}) satisfies z.ZodType<Board>;
