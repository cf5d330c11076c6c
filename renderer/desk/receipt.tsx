import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import type { CaseId } from '../../domain/ids.ts';
import type { DeskCase } from '../../sync/protocol/link.ts';
import { clockText, useTimeZone } from '../ui/time-text.ts';
import { useDesk } from './desk-context.ts';

type Outcome = { readonly print: 'printing' | 'printed' | 'failed' | 'unknown'; readonly reason: string };

/** The last attempt for each case; outlives the form, which changes when the case is received. */
const useAttempts = create<{ readonly byCase: ReadonlyMap<CaseId, Outcome> }>()(() => ({ byCase: new Map() }));

function note(caseId: CaseId, outcome: Outcome): void {
  useAttempts.setState(({ byCase }) => ({ byCase: new Map(byCase).set(caseId, outcome) }));
}

export function useReceipt(): { readonly print: (caseId: CaseId) => Promise<void> } {
  const { act } = useDesk();
  return {
    async print(caseId) {
      note(caseId, { print: 'printing', reason: '' });
      const result = await act('case.printReceipt', { caseId });
      if (result.ok) note(caseId, { print: result.value.print, reason: result.value.printError?.message ?? '' });
      else note(caseId, { print: 'failed', reason: result.error.message });
    },
  };
}

/** Whether the receipt is on paper, and the way on when it is not. */
export function ReceiptLine({ existing }: { readonly existing: DeskCase }) {
  const { t } = useTranslation('desk');
  const timeZone = useTimeZone();
  const { busy } = useDesk();
  const { print } = useReceipt();
  const attempt = useAttempts((store) => store.byCase.get(existing.caseId));
  const [skipped, setSkipped] = useState(false);
  const again = (label: string) => (
    <Button size="small" disabled={busy} onClick={() => void print(existing.caseId)}>
      {label}
    </Button>
  );
  if (attempt?.print === 'printing') return <p role="status">{t('receipt.printing')}</p>;
  if (!skipped && (attempt?.print === 'failed' || attempt?.print === 'unknown')) {
    const title = attempt.print === 'failed' ? t('receipt.failed', { reason: attempt.reason }) : t('receipt.unknown');
    const action = (
      <span className="desk-receipt-buttons">
        {again(t('receipt.again'))}
        <Button size="small" onClick={() => setSkipped(true)}>
          {t('receipt.skip')}
        </Button>
      </span>
    );
    return <Alert type="warning" showIcon role="alert" title={title} action={action} />;
  }
  return existing.receiptPrintedAt === null ? (
    <p>
      {t('receipt.not')} {again(t('receipt.print'))}
    </p>
  ) : (
    <p>
      {t('receipt.printed', { time: clockText(existing.receiptPrintedAt, timeZone) })} {again(t('receipt.again'))}
    </p>
  );
}
