import { z } from 'zod';
import { RATING_LEVELS } from '../../domain/rating-level.ts';
import type { IdCardFault } from '../../drivers/id-card/emulator.ts';
import type { KeypadFault } from '../../drivers/keypad/emulator.ts';
import type { EmulatedPrinterState, Paper } from '../../drivers/printer/emulator.ts';
import type { Outbox } from '../../sync/protocol/wire.ts';

/**
 * Between the dock page and the launcher (electron/demo/dock-server.ts). All under `Authorization: Bearer <dock token>`:
 * `GET /dock/api/state` → DockState, `GET /dock/api/papers/:stationId` → DockPapers, `POST /dock/api/act` takes a DockAct.
 */
const stationId = z.string().min(1).max(80);

export const dockActSchema = z.discriminatedUnion('act', [
  z.object({ act: z.literal('card.place'), stationId, card: z.number().int().min(0) }),
  z.object({ act: z.literal('card.remove'), stationId }),
  z.object({
    act: z.literal('card.fault'),
    stationId,
    fault: z.enum(['silent', 'checksum', 'half-frame', 'noise', 'pulled-mid-read']).nullable(),
  }),
  z.object({ act: z.literal('keypad.press'), stationId, level: z.enum(RATING_LEVELS) }),
  z.object({ act: z.literal('keypad.fault'), stationId, fault: z.enum(['silent', 'checksum', 'half-frame', 'noise']).nullable() }),
  /** Pulls the cable of a serial device out, or puts it back. */
  z.object({ act: z.literal('device.plug'), stationId, device: z.enum(['idCard', 'keypad']), plugged: z.boolean() }),
  z.object({
    act: z.literal('printer.set'),
    stationId,
    paper: z.enum(['ok', 'near-end', 'end']).optional(),
    cover: z.enum(['closed', 'open']).optional(),
    silent: z.boolean().optional(),
  }),
  z.object({
    act: z.literal('printer.fault'),
    stationId,
    fault: z
      .object({ kind: z.enum(['end-mid-ticket', 'drop-connection-mid-ticket']), afterLines: z.number().int().min(0).max(100) })
      .nullable(),
  }),
  z.object({ act: z.literal('link.set'), link: z.string().max(80), cut: z.boolean() }),
  z.object({ act: z.literal('process.kill'), process: z.string().max(80) }),
  z.object({ act: z.literal('process.restart'), process: z.string().max(80) }),
]);
export type DockAct = z.infer<typeof dockActSchema>;

export interface DockStation {
  readonly stationId: string;
  readonly title: string;
  readonly role: 'kiosk' | 'desk' | 'screen';
  /** Absent: the station has no such device. */
  readonly idCard?: { readonly card: number | null; readonly fault: IdCardFault | null; readonly plugged: boolean };
  readonly keypad?: { readonly prompting: boolean; readonly fault: KeypadFault | null; readonly plugged: boolean };
  readonly printer?: EmulatedPrinterState & { readonly papers: number; readonly armed: string | null };
  readonly cut: boolean;
}

export interface DockProcess {
  readonly name: string;
  readonly title: string;
  readonly phase: 'starting' | 'ready' | 'waiting' | 'stopping' | 'stopped';
  readonly restarts: number;
  readonly pid: number | null;
  /** What it says of itself; null until it answers. */
  readonly outbox: Outbox | null;
}

export interface DockState {
  readonly hallName: string;
  readonly stations: readonly DockStation[];
  readonly extranetCut: boolean;
  readonly processes: readonly DockProcess[];
  /** Invented people. */
  readonly cards: readonly { readonly name: string; readonly kind: string }[];
  readonly pages: readonly { readonly title: string; readonly url: string }[];
  readonly staff: readonly { readonly staffNumber: string; readonly name: string; readonly post: string; readonly pin: string }[];
}

/** Newest first, at most 20; `n` counts the papers of this printer. */
export interface DockPapers {
  readonly papers: readonly { readonly n: number; readonly paper: Paper }[];
}
