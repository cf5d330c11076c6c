import type { Ticket, TicketState } from './documents.ts';
import { isOpenAt } from './local-time.ts';
import type { PolicyValues } from './policy.ts';
import { err, ok, type Result } from './result.ts';
import type { TicketCommand } from './ticket-commands.ts';
import { TICKET_STATE_ZH } from './tickets.ts';

const IN_LINE: readonly TicketState[] = ['waiting', 'called', 'serving', 'held'];

export type GuardErrorCode = 'WINDOW_BUSY' | 'HAS_TICKET' | 'HALL_CLOSED';

type GuardPolicy = Pick<PolicyValues, 'onePerPerson' | 'issueOutsideHours' | 'openingHours' | 'timeZone'>;

/**
 * Rules that look at the other tickets of the day. What a cut-off station did has happened already, so it is never stopped here;
 * nor does a number without confirmed paper stop the same person from trying again.
 */
export function guardTicketCommand(today: readonly Ticket[], command: TicketCommand, policy: GuardPolicy): Result<void, GuardErrorCode> {
  if (command.offline === true) return ok(undefined);
  if (command.kind === 'issue') {
    if (!policy.issueOutsideHours && !isOpenAt(command.at, policy)) {
      const hours = policy.openingHours.map((span) => `${span.from}—${span.to}`).join('，');
      return err('HALL_CLOSED', `现在不在服务时间，请在 ${hours} 来取号。`);
    }
    const { personHash } = command;
    if (!policy.onePerPerson || personHash === undefined) return ok(undefined);
    const own = today.find((ticket) => ticket.body.personHash === personHash && IN_LINE.includes(ticket.state));
    return own === undefined
      ? ok(undefined)
      : err('HAS_TICKET', `您今天已取 ${own.body.number} 号，${TICKET_STATE_ZH[own.state]}，不用再取。号票丢了请找工作人员。`, {
          ticketId: own.id,
          number: own.body.number,
        });
  }
  if (command.kind !== 'call' && command.kind !== 'callTicket' && command.kind !== 'resume' && command.kind !== 'take')
    return ok(undefined);
  const here = today.find((ticket) => isAtWindow(ticket, command.windowId));
  if (here === undefined || ('ticketId' in command && here.id === command.ticketId)) return ok(undefined);
  return err('WINDOW_BUSY', `本窗口的 ${here.body.number} 号还没有办完，请先办结、挂起或按过号处理。`, {
    ticketId: here.id,
    number: here.body.number,
  });
}

function isAtWindow(ticket: Ticket, windowId: string): boolean {
  return (ticket.state === 'called' || ticket.state === 'serving') && ticket.body.windowId === windowId;
}
