import { err, ok, type Result } from '../../../domain/result.ts';
import type { TicketCommand, TicketCommandKind } from '../../../domain/ticket-commands.ts';
import type { SyncClient } from '../http/client.ts';

/** A kiosk gives out numbers; it never calls, serves or ends a ticket. */
const KIOSK_COMMANDS: ReadonlySet<TicketCommandKind> = new Set(['issue', 'printStarted', 'printConfirmed', 'printFailed', 'void']);

/** Who may do what to the queue, whatever the page over there shows. A desk acts for its own window only. */
export function checkCommandRight(client: SyncClient, command: TicketCommand): Result<void, 'FORBIDDEN'> {
  const ownWindow = client.windowId === undefined || !('windowId' in command) || command.windowId === client.windowId;
  const allowed = client.role === 'desk' ? ownWindow : client.role === 'kiosk' && KIOSK_COMMANDS.has(command.kind);
  return allowed ? ok(undefined) : err('FORBIDDEN', '本终端没有权限进行这个操作。', { role: client.role, kind: command.kind });
}
