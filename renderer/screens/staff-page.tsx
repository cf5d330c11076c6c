import { useTranslation } from 'react-i18next';
import type { BoardWindow } from '../../domain/board.ts';
import { Clock, ScreenFrame } from './screen-frame.tsx';
import { usePage } from './use-page.ts';
import { whereabouts } from './window-status.ts';

const STAFF_PER_PAGE = 8;

/** 工作人员去向: who is here, at which window, and who is away for a moment. */
export function StaffScreenPage() {
  return (
    <ScreenFrame kind="staff">
      {(board) => (
        <>
          <StaffHead hallName={board.hallName} />
          <StaffTable windows={board.windows.filter((window) => window.staffName !== undefined && window.state !== 'CLOSED')} />
        </>
      )}
    </ScreenFrame>
  );
}

function StaffHead({ hallName }: { readonly hallName: string }) {
  const { t } = useTranslation('screens');
  return (
    <header className="hall-head">
      <h1>
        {hallName}　{t('staffTitle')}
      </h1>
      <Clock />
    </header>
  );
}

function StaffTable({ windows }: { readonly windows: readonly BoardWindow[] }) {
  const { t } = useTranslation('screens');
  const { rows, index, count } = usePage(windows, STAFF_PER_PAGE);
  if (rows.length === 0) return <p className="screen-message">{t('noStaffHere')}</p>;
  return (
    <section className="staff-table">
      <table>
        <thead>
          <tr>
            <th>{t('columnName')}</th>
            <th>{t('columnStaffNumber')}</th>
            <th>{t('columnPost')}</th>
            <th>{t('columnWindow')}</th>
            <th>{t('columnState')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((window) => (
            <tr key={window.windowId} data-whereabouts={whereabouts(window)}>
              <td>{window.staffName}</td>
              <td>{window.staffNumber}</td>
              <td>{window.staffPost}</td>
              <td>{t('windowNumber', { number: window.number })}</td>
              <td className="staff-state">{t(`whereabouts${whereabouts(window)}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > 1 && <p className="hall-page">{t('page', { page: index + 1, pages: count })}</p>}
    </section>
  );
}
