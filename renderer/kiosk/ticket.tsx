import type { TFunction } from 'i18next';
import type { Dispatch, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../domain/ids.ts';
import type { Failure } from '../../domain/result.ts';
import type { IssuedTicket, WaitRange } from '../../sync/protocol/link.ts';
import { BigButton } from '../ui/big-button.tsx';
import { Heading } from './heading.tsx';
import type { Action, Work } from './kiosk-flow.ts';

interface WithDispatch {
  readonly dispatch: Dispatch<Action>;
}

export function WorkingView({ work }: { readonly work: Work }) {
  const { t } = useTranslation('kiosk');
  return (
    <>
      <Heading title={t(work.at === 'issuing' ? 'issuingTitle' : 'reprintingTitle')} hint={t('issuingHint')} />
      <div className="k-main k-working" aria-busy="true">
        <div className="k-spinner" aria-hidden="true" />
        {work.at === 'reprinting' && <p className="k-number">{work.number}</p>}
      </div>
    </>
  );
}

export function TicketView({ ticket, cardUsed, dispatch }: WithDispatch & { readonly ticket: IssuedTicket; readonly cardUsed: boolean }) {
  const { t } = useTranslation('kiosk');
  return (
    <>
      <Heading title={t('ticketTitle')} />
      <div className="k-main k-ticket">
        <div role="status" className="k-ticket-words">
          <p className="k-number">{ticket.number}</p>
          <p lang="zh-CN">{ticket.itemName}</p>
          <p className="k-ahead">
            <span>{aheadText(t, ticket.ahead)}</span>
            {(ticket.ahead !== 0 || ticket.waitRange !== null) && <span>{waitText(t, ticket.waitRange)}</span>}
          </p>
          <p>{t('waitingPlace', { place: ticket.waitingPlace })}</p>
        </div>
        <ul className="k-reminders">
          <li>{t('takePaper')}</li>
          {cardUsed && <li>{t('takeCard')}</li>}
        </ul>
        <div className="k-actions">
          <BigButton kind="primary" onClick={() => dispatch({ type: 'wipe' })}>
            {t('done')}
          </BigButton>
        </div>
        <p className="k-soon">{t('returnSoon')}</p>
      </div>
    </>
  );
}

function aheadText(t: TFunction<'kiosk'>, ahead: number | null): string {
  if (ahead === null) return t('aheadUnknown');
  return ahead === 0 ? t('aheadNone') : t('ahead', { count: ahead });
}

function waitText(t: TFunction<'kiosk'>, range: WaitRange | null): string {
  if (range === null) return t('waitUnknown');
  return range.fromMin === 0 ? t('waitUnder', { to: range.toMin }) : t('wait', { from: range.fromMin, to: range.toMin });
}

export function UnprintedView({ ticket, dispatch }: WithDispatch & { readonly ticket: IssuedTicket }) {
  const { t } = useTranslation('kiosk');
  const unknown = ticket.print === 'unknown';
  return (
    <Trouble title={t(unknown ? 'unknownTitle' : 'unprintedTitle')} number={ticket.number}>
      <p>{t('unprintedNumber', { number: ticket.number })}</p>
      <p>{t(unknown ? 'unknownWhat' : 'unprintedWhat')}</p>
      {ticket.printError !== undefined && (
        <p className="k-reason" lang="zh-CN">
          {ticket.printError.message}
        </p>
      )}
      <BigButton onClick={() => dispatch({ type: 'reprint', requestId: newId() })}>{t('reprint')}</BigButton>
    </Trouble>
  );
}

export function AlreadyView({ number, dispatch }: WithDispatch & { readonly number: string }) {
  const { t } = useTranslation('kiosk');
  return (
    <Trouble title={t('alreadyTitle')} number={number}>
      <p>{t('alreadyNumber', { number })}</p>
      <p>{t('alreadyWhat')}</p>
      <BigButton onClick={() => dispatch({ type: 'reprint', requestId: newId() })}>{t('reprint')}</BigButton>
    </Trouble>
  );
}

export function FailedView({ failure, dispatch }: WithDispatch & { readonly failure: Failure }) {
  const { t } = useTranslation('kiosk');
  const unanswered = failure.code === 'LINK_DOWN' || failure.code === 'LINK_TIMEOUT';
  return (
    <Trouble title={t('failedTitle')}>
      <p>{unanswered ? t('failedUnanswered') : t('failedWhat', { message: failure.message })}</p>
      {!unanswered && <p>{t('failedHelp')}</p>}
      <BigButton kind="primary" onClick={() => dispatch({ type: 'retry', requestId: newId() })}>
        {t('retry')}
      </BigButton>
    </Trouble>
  );
}

/** What happened, and the ways on; 叫工作人员 stands below on every screen. */
function Trouble({ title, number, children }: { readonly title: string; readonly number?: string; readonly children: ReactNode }) {
  return (
    <>
      <Heading title={title} />
      <div className="k-main k-trouble" role="alert">
        {number !== undefined && <p className="k-number">{number}</p>}
        {children}
      </div>
    </>
  );
}
