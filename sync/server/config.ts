import { z } from 'zod';
import { hallIdSchema, stationIdSchema, windowIdSchema } from '../../domain/ids.ts';
import { stationRoleSchema } from '../protocol/wire.ts';

const common = {
  port: z.number().int().min(0).max(65535),
  host: z.string().default('127.0.0.1'),
  dataDir: z.string(),
  /** Folder of the built renderer; absent: no pages are served. */
  webDir: z.string().optional(),
  /** Pages other than public screens need this token. */
  pageToken: z.string().min(16),
  demo: z.boolean().default(false),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
};

/** One hub per hall (or for several small halls). */
export const hubConfigSchema = z.object({
  ...common,
  hubId: stationIdSchema,
  hallId: hallIdSchema,
  districtUrl: z.string().url().nullable(),
  districtEnrolCode: z.string().nullable(),
  /** One-time enrolment codes of the hall's stations. */
  enrolment: z.array(
    z.object({ code: z.string().min(6), stationId: stationIdSchema, role: stationRoleSchema, windowId: windowIdSchema.optional() }),
  ),
});
export type HubConfig = z.infer<typeof hubConfigSchema>;

export const districtConfigSchema = z.object({
  ...common,
  districtName: z.string(),
  /** PostgreSQL; null: SQLite in `dataDir`. */
  databaseUrl: z.string().nullable(),
  /** Hall profiles (domain/profiles) published at first start. */
  profiles: z.array(z.string()),
  enrolment: z.array(z.object({ code: z.string().min(6), hubId: stationIdSchema, hallId: hallIdSchema })),
});
export type DistrictConfig = z.infer<typeof districtConfigSchema>;
