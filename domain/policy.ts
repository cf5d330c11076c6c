import { z } from 'zod';

const hhmm = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/**
 * Every local number and rule. Values ship as profiles of the places in the notices (domain/profiles), each with its source in
 * `sources`; none is a constant in code.
 */
export const policyValuesSchema = z.object({
  timeZone: z.string(),
  openingHours: z.array(z.object({ from: hhmm, to: hhmm })).min(1),
  /** The business day changes at this local time, not at midnight of a wrong clock. */
  businessDayStart: hhmm,
  /** May a number be taken while the hall is closed? */
  issueOutsideHours: z.boolean(),
  numberDigits: z.number().int().min(2).max(5),
  /** A kiosk holds this many numbers of each series for the time when the hub is away. */
  leaseSize: z.number().int().min(1).max(500),
  /** Leased blocks start here, so that the first person of the day gets number 1. */
  leaseFrom: z.number().int().min(2),
  recallMax: z.number().int().min(1),
  missedRule: z.enum(['REJOIN_BEHIND', 'REJOIN_NEXT', 'NEW_TICKET']),
  missedBehind: z.number().int().min(0),
  /** After this many priority tickets in a row an ordinary one is called. */
  priorityInterleave: z.number().int().min(1),
  ordinaryMaxWaitMin: z.number().int().min(1),
  onePerPerson: z.boolean(),
  /** A number whose paper was never confirmed is void after this time. */
  unprintedVoidMin: z.number().int().min(1),
  ratingTimeoutS: z.number().int().min(10),
  kioskIdleS: z.number().int().min(20),
  kioskIdleWarnS: z.number().int().min(20),
  kioskCardTimeoutS: z.number().int().min(10),
  pinMaxFailures: z.number().int().min(1),
  pinLockMin: z.number().int().min(1),
  deskIdleLockMin: z.number().int().min(1),
  /** Digit 1 is spoken 幺 in numbers. */
  voiceOneAsYao: z.boolean(),
  voiceRepeat: z.number().int().min(1).max(3),
  autoAcceptWorkdays: z.number().int().min(1),
});
export type PolicyValues = z.infer<typeof policyValuesSchema>;

export const policySchema = z.looseObject({
  place: z.string(),
  values: policyValuesSchema,
  sources: z.record(z.string(), z.string()),
});
export type Policy = z.infer<typeof policySchema>;
