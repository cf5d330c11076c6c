import { z } from 'zod';

/**
 * Branded ids: a hall's id is never passed where a station's is wanted. Values are opaque; only `ticketId` is derived (docs/decisions/0002).
 */
const id = <B extends string>(brand: B) =>
  z
    .string()
    .min(1)
    .max(80)
    .regex(/^[A-Za-z0-9_.:-]+$/)
    .brand(brand);

export const hallIdSchema = id('HallId');
export const stationIdSchema = id('StationId');
export const windowIdSchema = id('WindowId');
export const staffIdSchema = id('StaffId');
export const itemIdSchema = id('ItemId');
export const ticketIdSchema = id('TicketId');
export const caseIdSchema = id('CaseId');
export const commandIdSchema = id('CommandId');

export type HallId = z.infer<typeof hallIdSchema>;
export type StationId = z.infer<typeof stationIdSchema>;
export type WindowId = z.infer<typeof windowIdSchema>;
export type StaffId = z.infer<typeof staffIdSchema>;
export type ItemId = z.infer<typeof itemIdSchema>;
export type TicketId = z.infer<typeof ticketIdSchema>;
export type CaseId = z.infer<typeof caseIdSchema>;
export type CommandId = z.infer<typeof commandIdSchema>;

/** Reference data that a district publishes to all of its halls lives under this pseudo hall. */
export const SHARED_HALL_ID = hallIdSchema.parse('shared');

/** Business day, `YYYY-MM-DD` in the hall's time zone. */
export const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/**
 * A ticket's id follows from hall, business day and number, so a desk that is cut off can speak of the ticket whose number the
 * person shows, and two tickets with one number cannot both exist unseen: they meet in one record, where a clash is noticed.
 */
export function ticketIdOf(hallId: HallId, day: string, number: string): TicketId {
  return ticketIdSchema.parse(`${hallId}:${day}:${number}`);
}

/**
 * UUIDv7 (RFC 9562 §5.7). `random` must hold 10 bytes from a cryptographic source.
 */
export function uuidV7(nowMs: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(nowMs) << 16n);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A fresh UUIDv7 from the platform's cryptographic source (Node and browsers alike). */
export function newId(nowMs: number = Date.now()): string {
  return uuidV7(nowMs, globalThis.crypto.getRandomValues(new Uint8Array(10)));
}
