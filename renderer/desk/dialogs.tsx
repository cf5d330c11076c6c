import { Modal } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TicketId } from '../../domain/ids.ts';
import { useLink } from '../link/hooks.ts';
import { useDesk } from './desk-context.ts';
import { HoldDialog } from './hold-dialog.tsx';
import { IssueDialog } from './issue-dialog.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { TransferDialog } from './transfer-dialog.tsx';

type Open =
  | { readonly kind: 'pause' | 'issue' | 'hold' | 'transfer' | 'finish' }
  | { readonly kind: 'callTicket' | 'void'; readonly ticketId: TicketId; readonly number: string };

/** The one dialog that is open. */
export interface Dialogs {
  readonly open: Open | null;
  readonly show: (dialog: Open) => void;
  readonly close: () => void;
}

/** A dialog about the ticket at the window ends with that ticket. */
export function useDialogs(ticketId: string | null): Dialogs {
  const [shown, setShown] = useState<{ readonly dialog: Open; readonly ticketId: string | null } | null>(null);
  return useMemo(() => {
    const ofTicket = shown !== null && ['hold', 'transfer', 'finish'].includes(shown.dialog.kind);
    return {
      open: ofTicket && shown.ticketId !== ticketId ? null : (shown?.dialog ?? null),
      show: (dialog) => setShown({ dialog, ticketId }),
      close: () => setShown(null),
    };
  }, [shown, ticketId]);
}

export function DeskDialogs({ dialogs }: { readonly dialogs: Dialogs }) {
  const { open, close } = dialogs;
  const ticket = useDesk().state.ticket;
  if (open === null) return null;
  switch (open.kind) {
    case 'issue':
      return <IssueDialog onClose={close} />;
    case 'pause':
      return <PauseDialog onClose={close} />;
    case 'callTicket':
    case 'void':
      return <TicketReasonDialog key={open.kind} kind={open.kind} ticketId={open.ticketId} number={open.number} onClose={close} />;
    case 'hold':
      return ticket && <HoldDialog number={ticket.body.number} onClose={close} />;
    case 'transfer':
      return ticket && <TransferDialog ticket={ticket} onClose={close} />;
    case 'finish':
      return <FinishDialog onClose={close} />;
  }
}

function PauseDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('desk');
  const link = useLink();
  const pause = async (reason: string) => {
    const result = await link.call('window.set', { state: 'PAUSED', reason });
    return result.ok ? null : result.error;
  };
  return <ReasonDialog title={t('pause.title')} hint={t('pause.hint')} presets={t('pause.reasons')} onConfirm={pause} onClose={onClose} />;
}

interface TicketReasonProps {
  readonly kind: 'callTicket' | 'void';
  readonly ticketId: TicketId;
  readonly number: string;
  readonly onClose: () => void;
}

function TicketReasonDialog({ kind, ticketId, number, onClose }: TicketReasonProps) {
  const { t } = useTranslation('desk');
  const { act } = useDesk();
  const confirm = async (reason: string) => {
    const result = await act(`queue.${kind}`, { ticketId, reason });
    return result.ok ? null : result.error;
  };
  return (
    <ReasonDialog
      title={t(`${kind}.title`, { number })}
      hint={t(`${kind}.hint`)}
      presets={t(`${kind}.reasons`)}
      danger={kind === 'void'}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

function FinishDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('desk');
  const { state, act, busy } = useDesk();
  const count = state.cases.filter((one) => one.state === 'draft').length;
  const finish = async () => {
    await act('queue.finish', {});
    onClose();
  };
  return (
    <Modal
      open
      getContainer={false}
      title={t('finish.title')}
      okText={t('finish.confirm')}
      cancelText={t('back')}
      confirmLoading={busy}
      onOk={() => void finish()}
      onCancel={onClose}
    >
      <p>{t('finish.draft', { count })}</p>
    </Modal>
  );
}
