import { z } from 'zod';
import { hallIdSchema, stationIdSchema, windowIdSchema } from '../../domain/ids.ts';
import { transportConfigSchema } from '../../drivers/core/transport.ts';

/** Everything a station process needs; `npm start` writes one per station, a real hall edits its own (docs/deployment.md). */
export const stationConfigSchema = z.object({
  stationId: stationIdSchema,
  hallId: hallIdSchema,
  role: z.enum(['kiosk', 'desk', 'screen']),
  windowId: windowIdSchema.optional(),
  /** Loopback only. 0 picks a free one. */
  port: z.number().int().min(0).max(65535),
  hubUrl: z.string().url(),
  /** One-time code; used at the first start only. */
  enrolCode: z.string().nullable(),
  dataDir: z.string(),
  webDir: z.string().optional(),
  /** Per-launch token of the pages of this station. */
  pageToken: z.string().min(16),
  demo: z.boolean().default(false),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  devices: z.object({
    idCard: z.object({ transport: transportConfigSchema }).optional(),
    ticketPrinter: z
      .object({
        transport: transportConfigSchema,
        columns: z.union([z.literal(48), z.literal(42), z.literal(32)]).default(48),
        statusMode: z.enum(['full', 'write-only']).default('full'),
      })
      .optional(),
    keypad: z.object({ transport: transportConfigSchema, profile: z.string() }).optional(),
  }),
});
export type StationConfig = z.infer<typeof stationConfigSchema>;
