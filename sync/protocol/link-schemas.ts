import { z } from 'zod';
import { caseMaterialSchema, holdKindSchema } from '../../domain/documents.ts';
import { caseIdSchema, hallIdSchema, itemIdSchema, stationIdSchema, ticketIdSchema, windowIdSchema } from '../../domain/ids.ts';
import { RATING_LEVELS } from '../../domain/rating-level.ts';
import type { LinkMethod, LinkMethods } from './link.ts';

const none = z.strictObject({});
const requestId = z.string().min(1).max(80);
const shortText = z.string().max(200);
const reason = z.string().trim().min(1).max(200);
const cardId = z.string().min(1).max(80);
const act = z.object({ requestId });
const onTicket = z.object({ requestId, ticketId: ticketIdSchema });
const onCase = z.object({ requestId, caseId: caseIdSchema });

const applicantSchema = z.union([
  z.object({ cardId }),
  z.object({
    typed: z.object({
      name: z.string().trim().min(1).max(60),
      idNumber: z.string().trim().min(1).max(40),
      phone: z.string().max(30).optional(),
    }),
  }),
]);

/** Parameters of every link method: what a page sends is checked here before a handler sees it. */
export const linkParamSchemas = {
  hello: z.object({
    token: z.string().max(200).nullable(),
    role: z.enum(['kiosk', 'desk', 'rating', 'screen', 'supervisor', 'district']),
  }),

  'card.read': z.object({ purpose: z.enum(['TICKET', 'CASE']) }),
  'card.cancel': none,
  'card.forget': z.object({ cardId }),
  'ticket.issue': z.object({ requestId, itemId: itemIdSchema, cardId: cardId.nullable() }),
  'ticket.reprint': onTicket,
  'help.call': none,
  'help.clear': z.object({ stationId: stationIdSchema }),

  'staff.signIn': z.object({ staffNumber: z.string().min(1).max(40), pin: z.string().min(1).max(40) }),
  'staff.signOut': none,
  'window.set': z.object({ state: z.enum(['CLOSED', 'OPEN', 'PAUSED']), reason: shortText.optional() }),
  'queue.call': act,
  'queue.callTicket': onTicket.extend({ reason }),
  'queue.take': z.object({ requestId, number: z.string().trim().min(1).max(12) }),
  'queue.recall': act,
  'queue.start': act,
  'queue.miss': act,
  'queue.hold': z.object({ requestId, holdKind: holdKindSchema }),
  'queue.resume': onTicket,
  'queue.transfer': z.object({ requestId, toWindowId: windowIdSchema.optional(), toSeries: z.string().max(4).optional() }),
  'queue.finish': act,
  'queue.rejoin': onTicket,
  'queue.confirmPaper': onTicket,
  'queue.void': onTicket.extend({ reason }),
  'queue.issue': z.object({ requestId, itemId: itemIdSchema, priority: z.enum(['NORMAL', 'PRIORITY']) }),
  'card.reveal': z.object({ cardId }),
  'case.save': z.object({
    requestId,
    caseId: caseIdSchema.nullable(),
    ticketId: ticketIdSchema.nullable(),
    itemId: itemIdSchema.nullable(),
    materials: z.array(caseMaterialSchema).max(100),
    note: z.string().max(2000),
    applicant: applicantSchema.optional(),
  }),
  'case.receive': onCase,
  'case.refuse': onCase.extend({ reason }),
  'case.supplement': onCase.extend({ missing: z.array(shortText).min(1).max(100) }),
  'case.reveal': z.object({ caseId: caseIdSchema }),
  'case.printReceipt': onCase,

  'rating.submit': z.object({ sessionId: z.string().min(1).max(80), level: z.enum(RATING_LEVELS) }),

  'hall.overview': none,
  'district.halls': none,
  'district.hall': z.object({ hallId: hallIdSchema }),
} as const satisfies { readonly [M in LinkMethod]: z.ZodType<LinkMethods[M]['params']> };

/** The envelope of a page's message; `params` is checked afterwards by the method's own schema. */
export const linkRequestSchema = z.object({ id: z.number().int().nonnegative(), method: z.string().max(60), params: z.unknown() });

export function isLinkMethod(method: string): method is LinkMethod {
  return Object.hasOwn(linkParamSchemas, method);
}
