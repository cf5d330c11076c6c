import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseId } from '../../domain/ids.ts';
import type { DeskCase, ReadCard } from '../../sync/protocol/link.ts';
import { CaseForm } from './case-form.tsx';
import { isEditable } from './case-rules.ts';
import { useDesk } from './desk-context.ts';

/** The cases of this visit: one ticket, several items (one person asks for more than one thing). */
export function CasePanel() {
  const { t } = useTranslation('desk');
  const { ticket, cases } = useDesk().state;
  if (ticket?.state === 'serving') return <Visit cases={cases} />;
  return (
    <section className="desk-panel desk-case" aria-label={t('case.title')}>
      <p className="desk-case-none">{t(ticket?.state === 'called' ? 'case.calledHint' : 'case.none')}</p>
    </section>
  );
}

/** A form that began without a case keeps its place when the ledger names the case. */
interface Fresh {
  readonly key: string;
  readonly caseId: CaseId | null;
}

function Visit({ cases }: { readonly cases: readonly DeskCase[] }) {
  const { t } = useTranslation('desk');
  const { saveOpenCase } = useDesk();
  const [begun, setBegun] = useState<readonly Fresh[]>(() => (cases.length === 0 ? [fresh(0)] : []));
  const [chosen, setChosen] = useState<string | null>(null);
  const [card, setCard] = useState<ReadCard | null>(null);
  const tabs = [
    ...cases.map((one) => ({ key: begun.find((entry) => entry.caseId === one.caseId)?.key ?? one.caseId, existing: one })),
    ...begun.filter((entry) => !cases.some((one) => one.caseId === entry.caseId)).map(({ key }) => ({ key, existing: null })),
  ];
  const shown =
    tabs.find((tab) => tab.key === chosen) ??
    tabs.findLast((tab) => tab.existing === null || isEditable(tab.existing.state)) ??
    tabs.at(-1);
  // The form stays under the clerk's hands, also when a case that another window began for this ticket arrives.
  if (shown !== undefined && shown.key !== chosen) setChosen(shown.key);
  const leaveFor = async (key: string) => {
    if (await saveOpenCase()) setChosen(key);
  };
  const add = async () => {
    const next = fresh(begun.length);
    if (!(await saveOpenCase())) return;
    setBegun((before) => [...before, next]);
    setChosen(next.key);
  };
  const created = (key: string, { caseId }: DeskCase) =>
    setBegun((before) => before.map((entry) => (entry.key === key ? { ...entry, caseId } : entry)));
  return (
    <section className="desk-panel desk-case" aria-label={t('case.title')}>
      <nav className="desk-case-tabs" aria-label={t('case.title')}>
        {tabs.map(({ key, existing }, index) => (
          <button key={key} type="button" aria-current={key === shown?.key} onClick={() => void leaveFor(key)}>
            <b>{index + 1}</b>
            <span className="desk-case-tab-name">{existing?.itemName ?? t('case.new')}</span>
            <small>{existing !== null && t(`caseState.${existing.state}`)}</small>
          </button>
        ))}
        {tabs.every((tab) => tab.existing !== null) && <Button onClick={() => void add()}>{t('case.add')}</Button>}
      </nav>
      {shown !== undefined && (
        <CaseForm
          key={shown.key}
          existing={shown.existing}
          first={tabs.length === 1}
          visitCard={card}
          onCard={setCard}
          onCreated={(saved) => created(shown.key, saved)}
        />
      )}
    </section>
  );
}

function fresh(index: number): Fresh {
  return { key: `fresh-${index}`, caseId: null };
}
