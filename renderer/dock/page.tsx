import { Alert, App as AntApp, Button, Card, Dropdown, Popconfirm, Space, Switch, Table, Tabs, Tag } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { OfficeTheme } from '../ui/office-theme.tsx';
import { sendAct, useDockState, usePapers } from './api.ts';
import { PaperView } from './paper-view.tsx';
import type { DockAct, DockProcess, DockState, DockStation } from './protocol.ts';
import { StationCard } from './station-card.tsx';
import './dock.css';

/** For developers and demonstrations: the hands on the emulated devices, the scissors at the cables, and what came of it. */
export function DockPage() {
  return (
    <OfficeTheme>
      <Dock />
    </OfficeTheme>
  );
}

function Dock() {
  const { t } = useTranslation('dock');
  const { message } = AntApp.useApp();
  const { state, error, refresh } = useDockState();
  const act = useCallback(
    async (wanted: DockAct) => {
      const done = await sendAct(wanted);
      if (!done.ok) void message.error(t('failed', { message: done.error.message }));
      await refresh();
    },
    [message, refresh, t],
  );
  return (
    <main className="dock">
      {error !== null && <Alert type="error" showIcon title={error.message} />}
      {state !== null && <Loaded state={state} act={(wanted) => void act(wanted)} />}
    </main>
  );
}

function Loaded({ state, act }: { readonly state: DockState; readonly act: (act: DockAct) => void }) {
  return (
    <>
      <Head state={state} act={act} />
      <div className="dock-columns">
        <div className="dock-stations">
          {state.stations.map((station) => (
            <StationCard key={station.stationId} station={station} cards={state.cards} act={act} />
          ))}
        </div>
        <div className="dock-side">
          <Processes processes={state.processes} act={act} />
          <Papers stations={state.stations} />
        </div>
      </div>
    </>
  );
}

function Head({ state, act }: { readonly state: DockState; readonly act: (act: DockAct) => void }) {
  const { t } = useTranslation('dock');
  const pages = state.pages.map((page) => ({
    key: page.url,
    label: (
      <a href={page.url} target="_blank" rel="noreferrer">
        {page.title}
      </a>
    ),
  }));
  const staff = state.staff.map((person) => ({ key: person.staffNumber, label: t('staffLine', { ...person }) }));
  return (
    <header className="dock-head">
      <h1>
        {t('title')}　{state.hallName}
      </h1>
      <p>{t('subtitle')}</p>
      <Space wrap>
        <span>{t('extranet')}</span>
        <Switch
          checked={!state.extranetCut}
          checkedChildren={t('on')}
          unCheckedChildren={t('cut')}
          aria-label={t('extranet')}
          onChange={(on) => act({ act: 'link.set', link: 'extranet', cut: !on })}
        />
        <Dropdown menu={{ items: pages }}>
          <Button>{t('pages')}</Button>
        </Dropdown>
        <Dropdown menu={{ items: staff }}>
          <Button>{t('staff')}</Button>
        </Dropdown>
      </Space>
    </header>
  );
}

function Processes({ processes, act }: { readonly processes: readonly DockProcess[]; readonly act: (act: DockAct) => void }) {
  const { t } = useTranslation('dock');
  return (
    <Card size="small" title={t('processes')}>
      <Table
        size="small"
        pagination={false}
        rowKey="name"
        dataSource={[...processes]}
        columns={[
          { title: t('process'), render: (_, row) => row.title },
          { title: t('phase'), render: (_, row) => <Phase process={row} /> },
          { title: t('unsent'), render: (_, row) => <Unsent process={row} /> },
          {
            title: t('acts'),
            render: (_, row) => (
              <Space size={4}>
                <Popconfirm title={`${t('kill')}？`} onConfirm={() => act({ act: 'process.kill', process: row.name })}>
                  <Button size="small" danger>
                    {t('kill')}
                  </Button>
                </Popconfirm>
                <Button size="small" onClick={() => act({ act: 'process.restart', process: row.name })}>
                  {t('restart')}
                </Button>
              </Space>
            ),
          },
        ]}
      />
    </Card>
  );
}

function Phase({ process }: { readonly process: DockProcess }) {
  const { t } = useTranslation('dock');
  return (
    <>
      <Tag color={process.phase === 'ready' ? 'success' : 'warning'}>{t(`phase_${process.phase}`)}</Tag>
      {process.restarts > 0 && <small>{t('restarts', { count: process.restarts })}</small>}
    </>
  );
}

function Unsent({ process: { name, outbox } }: { readonly process: DockProcess }) {
  const { t } = useTranslation('dock');
  if (name === 'district') return null; // the end of the line
  if (outbox === null) return <span>{t('unknown')}</span>;
  const since = outbox.oldestAt === null ? '' : new Date(outbox.oldestAt).toLocaleTimeString('zh-CN');
  return (
    <>
      {outbox.count === 0 ? t('unsentNone') : <Tag color="warning">{t('unsentSince', { count: outbox.count, time: since })}</Tag>}
      {outbox.parked > 0 && <Tag color="error">{t('parked', { count: outbox.parked })}</Tag>}
    </>
  );
}

function Papers({ stations }: { readonly stations: readonly DockStation[] }) {
  const { t } = useTranslation('dock');
  const printers = stations.flatMap(({ stationId, title, printer }) =>
    printer === undefined ? [] : [{ stationId, title, count: printer.papers }],
  );
  return (
    <Card size="small" title={t('papers')}>
      <Tabs
        size="small"
        items={printers.map(({ stationId, title, count }) => ({
          key: stationId,
          label: t('papersOf', { title, count }),
          children: <PaperList stationId={stationId} count={count} />,
        }))}
      />
    </Card>
  );
}

function PaperList({ stationId, count }: { readonly stationId: string; readonly count: number }) {
  const { t } = useTranslation('dock');
  const papers = usePapers(stationId, count);
  if (papers.length === 0) return <p>{t('noPapers')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll it
    <section className="dock-papers" aria-label={t('papers')} tabIndex={0}>
      {papers.map(({ n, paper }) => (
        <PaperView key={n} paper={paper} />
      ))}
    </section>
  );
}
