import { err, ok, type Result } from '../../domain/result.ts';
import type { LinkMethod, LinkMethods, PageRole, StaffSession } from '../../sync/protocol/link.ts';
import { personHash } from '../../sync/replica/seal.ts';
import type { LinkPage } from '../../sync/server/link/link-page.ts';
import type { LinkHandlers } from '../../sync/server/link/link-server.ts';
import { isDiskFull } from '../../sync/server/store/sqlite-schema.ts';
import type { Parts } from './parts.ts';

type Method = Exclude<LinkMethod, 'hello'>;
type Params<M extends Method> = LinkMethods[M]['params'];
type Value<M extends Method> = LinkMethods[M]['result'];
type Answer<M extends Method> = Result<Value<M>> | Promise<Result<Value<M>>>;

/** Which pages may ask for it, and whether a clerk must be signed in. */
function guarded<M extends Method>(roles: readonly PageRole[], run: (page: LinkPage, params: Params<M>) => Answer<M>) {
  return async (page: LinkPage, params: Params<M>): Promise<Result<Value<M>>> => {
    if (!roles.includes(page.role)) return err('WRONG_ROLE', '这个页面不能进行这个操作。');
    try {
      return await run(page, params);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      return err('DISK_FULL', '本机磁盘满了，没有保存，请联系管理员清理磁盘。');
    }
  };
}

/** The link methods of this station (sync/protocol/link.ts), by its role. */
export function stationHandlers(parts: Parts): LinkHandlers {
  switch (parts.station.config.role) {
    case 'kiosk':
      return { ...cardHandlers(parts), ...kioskHandlers(parts), ...helpHandlers(parts) };
    case 'desk':
      return { ...cardHandlers(parts), ...staffHandlers(parts), ...queueHandlers(parts), ...caseHandlers(parts), ...helpHandlers(parts) };
    case 'screen':
      return {};
  }
}

function cardHandlers({ cards }: Parts): LinkHandlers {
  return {
    'card.read': guarded<'card.read'>(['kiosk', 'desk'], (page) => cards.read(page)),
    'card.cancel': guarded<'card.cancel'>(['kiosk', 'desk'], (page) => {
      cards.cancel(page);
      return ok(null);
    }),
    'card.forget': guarded<'card.forget'>(['kiosk', 'desk'], (_page, { cardId }) => {
      cards.forget(cardId);
      return ok(null);
    }),
  };
}

function kioskHandlers({ station, cards, ticketing }: Parts): LinkHandlers {
  return {
    'ticket.issue': guarded<'ticket.issue'>(['kiosk'], async (page, { requestId, itemId, cardId }) => {
      const request = { requestId, method: 'ticket.issue' as const, itemId, priority: 'NORMAL' as const };
      if (cardId === null) return ticketing.issue(request);
      const card = cards.find(cardId, page);
      // After a restart the card is gone, but a repeat still gets its first answer.
      if (!card.ok) return station.ledger.answerTo(requestId) === null ? card : ticketing.issue(request);
      const hashKey = station.keys?.hashKey;
      const hash = hashKey === undefined ? {} : { personHash: await personHash(hashKey, card.value.idNumber) };
      return ticketing.issue({ ...request, ...hash });
    }),
    'ticket.reprint': guarded<'ticket.reprint'>(['kiosk'], (_page, params) => ticketing.reprint(params)),
  };
}

function helpHandlers({ help, hub, station }: Parts): LinkHandlers {
  return {
    'help.call': guarded<'help.call'>(['kiosk', 'desk', 'rating'], () => {
      help.call();
      // The call is shown as soon as the hub is back; until then the person must not wait for somebody who was not told.
      return hub.online ? ok(null) : err('HUB_AWAY', '大厅主机连不上，没有通知到工作人员，请直接到服务台。');
    }),
    'help.clear': guarded<'help.clear'>(['kiosk', 'desk'], (_page, { stationId }) => {
      if (stationId !== station.config.stationId) return err('WRONG_STATION', '只能取消本机的呼叫。');
      help.clear();
      return ok(null);
    }),
  };
}

function staffHandlers({ sessions, desk }: Parts): LinkHandlers {
  return {
    'staff.signIn': guarded<'staff.signIn'>(['desk'], (_page, { staffNumber, pin }) => sessions.signIn(staffNumber, pin)),
    'staff.signOut': guarded<'staff.signOut'>(['desk'], () => {
      desk.setWindow('CLOSED', undefined, sessions.current);
      sessions.signOut();
      return ok(null);
    }),
    'window.set': guarded<'window.set'>(['desk'], (_page, { state, reason }) => {
      const staff = sessions.require();
      if (!staff.ok) return staff;
      desk.setWindow(state, reason, staff.value);
      return ok(null);
    }),
  };
}

function queueHandlers(parts: Parts): LinkHandlers {
  const { desk, ticketing } = parts;
  const act = <M extends Method & `queue.${string}`>(method: M, run: (act: DeskAct, params: Params<M>) => Answer<M>) =>
    signedIn<M>(parts, (_page, params, staff) => run({ requestId: params.requestId, method, staff }, params));
  return {
    'queue.call': act('queue.call', (by) => desk.call(by)),
    'queue.callTicket': act('queue.callTicket', (by, { ticketId, reason }) => desk.callTicket(by, ticketId, reason)),
    'queue.take': act('queue.take', (by, { number }) => desk.take(by, number)),
    'queue.recall': act('queue.recall', (by) => desk.recall(by)),
    'queue.start': act('queue.start', (by) => desk.start(by)),
    'queue.miss': act('queue.miss', (by) => desk.miss(by)),
    'queue.hold': act('queue.hold', (by, { holdKind }) => desk.hold(by, holdKind)),
    'queue.resume': act('queue.resume', (by, { ticketId }) => desk.resume(by, ticketId)),
    'queue.transfer': act('queue.transfer', (by, { toWindowId, toSeries }) =>
      desk.transfer(by, { ...(toWindowId !== undefined && { toWindowId }), ...(toSeries !== undefined && { toSeries }) }),
    ),
    'queue.finish': act('queue.finish', (by) => desk.finish(by)),
    'queue.rejoin': act('queue.rejoin', (by, { ticketId }) => desk.rejoin(by, ticketId)),
    'queue.confirmPaper': act('queue.confirmPaper', (by, { ticketId }) => desk.confirmPaper(by, ticketId)),
    'queue.void': act('queue.void', (by, { ticketId, reason }) => desk.void(by, ticketId, reason)),
    'queue.issue': act('queue.issue', ({ requestId, staff }, { itemId, priority }) =>
      ticketing.issue({ requestId, method: 'queue.issue', itemId, priority, staffId: staff.staffId }),
    ),
    'ticket.reprint': signedIn<'ticket.reprint'>(parts, (_page, params, { staffId }) => ticketing.reprint({ ...params, staffId })),
  };
}

function caseHandlers(parts: Parts): LinkHandlers {
  const { cards, cases, receipts, rating } = parts;
  return {
    'card.reveal': signedIn<'card.reveal'>(parts, (page, { cardId }, staff) => cards.reveal(cardId, page, staff)),
    'case.save': signedIn<'case.save'>(parts, (page, params, staff) => cases.save(params, staff, page)),
    'case.receive': signedIn<'case.receive'>(parts, (_page, { requestId, caseId }, staff) => cases.receive(requestId, caseId, staff)),
    'case.refuse': signedIn<'case.refuse'>(parts, (_page, { requestId, caseId, reason }, staff) =>
      cases.refuse(requestId, caseId, reason, staff),
    ),
    'case.supplement': signedIn<'case.supplement'>(parts, (_page, { requestId, caseId, missing }, staff) =>
      cases.supplement(requestId, caseId, missing, staff),
    ),
    'case.reveal': signedIn<'case.reveal'>(parts, (_page, { caseId }, staff) => cases.reveal(caseId, staff)),
    'case.printReceipt': signedIn<'case.printReceipt'>(parts, (_page, { requestId, caseId }, staff) =>
      receipts.print(requestId, caseId, staff),
    ),
    // The citizen's own screen; the clerk's page cannot rate.
    'rating.submit': guarded<'rating.submit'>(['rating'], (_page, { sessionId, level }) => rating.submit(sessionId, level, 'SCREEN')),
  };
}

interface DeskAct {
  readonly requestId: string;
  readonly method: string;
  readonly staff: StaffSession;
}

function signedIn<M extends Method>({ sessions }: Parts, run: (page: LinkPage, params: Params<M>, staff: StaffSession) => Answer<M>) {
  return guarded<M>(['desk'], (page, params) => {
    const staff = sessions.require();
    return staff.ok ? run(page, params, staff.value) : staff;
  });
}
