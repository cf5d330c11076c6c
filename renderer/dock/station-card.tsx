import { Button, Card, Segmented, Select, Space, Switch, Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RATING_LEVEL_ZH, RATING_LEVELS } from '../../domain/rating-level.ts';
import type { DockAct, DockState, DockStation } from './protocol.ts';

type Act = (act: DockAct) => void;

/** One station with the devices on its desk. */
export function StationCard({
  station,
  cards,
  act,
}: {
  readonly station: DockStation;
  readonly cards: DockState['cards'];
  readonly act: Act;
}) {
  const { t } = useTranslation('dock');
  const { idCard, keypad, printer } = station;
  return (
    <Card size="small" title={`${station.title}（${station.stationId}）`} extra={<LanSwitch station={station} act={act} />}>
      <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
        {idCard !== undefined && <IdCardPanel stationId={station.stationId} reader={idCard} cards={cards} act={act} />}
        {keypad !== undefined && <KeypadPanel stationId={station.stationId} keypad={keypad} act={act} />}
        {printer !== undefined && <PrinterPanel stationId={station.stationId} printer={printer} act={act} />}
        {idCard === undefined && keypad === undefined && printer === undefined && t('noDevices')}
      </Space>
    </Card>
  );
}

function LanSwitch({ station, act }: { readonly station: DockStation; readonly act: Act }) {
  const { t } = useTranslation('dock');
  return (
    <Switch
      checked={!station.cut}
      checkedChildren={t('lanOn')}
      unCheckedChildren={t('lanCut')}
      aria-label={t('lan', { title: station.title })}
      title={t('lan', { title: station.title })}
      onChange={(on) => act({ act: 'link.set', link: station.stationId, cut: !on })}
    />
  );
}

function Panel({ title, state, children }: { readonly title: string; readonly state: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="dock-panel">
      <h2>
        {title} {state}
      </h2>
      <Space wrap size="small">
        {children}
      </Space>
    </section>
  );
}

interface IdCardProps {
  readonly stationId: string;
  readonly reader: NonNullable<DockStation['idCard']>;
  readonly cards: DockState['cards'];
  readonly act: Act;
}

function IdCardPanel({ stationId, reader, cards, act }: IdCardProps) {
  const { t } = useTranslation('dock');
  const lying = reader.card === null ? undefined : cards[reader.card];
  return (
    <Panel title={t('idCard')} state={<Tag color={lying === undefined ? 'default' : 'processing'}>{lying?.name ?? t('emptyReader')}</Tag>}>
      <Select
        style={{ width: 250 }}
        placeholder={t('placeCard')}
        aria-label={t('placeCard')}
        value={reader.card}
        options={cards.map((card, index) => ({ value: index, label: `${card.name}　${card.kind}` }))}
        onSelect={(card: number) => act({ act: 'card.place', stationId, card })}
      />
      <Button disabled={lying === undefined} onClick={() => act({ act: 'card.remove', stationId })}>
        {t('removeCard')}
      </Button>
      <Select<NonNullable<typeof reader.fault> | 'none'>
        style={{ width: 190 }}
        aria-label={t('fault')}
        value={reader.fault ?? 'none'}
        options={[
          { value: 'none', label: t('faultNone') },
          { value: 'silent', label: t('faultSilent') },
          { value: 'checksum', label: t('faultChecksum') },
          { value: 'half-frame', label: t('faultHalfFrame') },
          { value: 'noise', label: t('faultNoise') },
          { value: 'pulled-mid-read', label: t('faultPulled') },
        ]}
        onSelect={(fault) => act({ act: 'card.fault', stationId, fault: fault === 'none' ? null : fault })}
      />
      <PlugSwitch plugged={reader.plugged} onChange={(plugged) => act({ act: 'device.plug', stationId, device: 'idCard', plugged })} />
    </Panel>
  );
}

function KeypadPanel({
  stationId,
  keypad,
  act,
}: {
  readonly stationId: string;
  readonly keypad: NonNullable<DockStation['keypad']>;
  readonly act: Act;
}) {
  const { t } = useTranslation('dock');
  return (
    <Panel
      title={t('keypad')}
      state={<Tag color={keypad.prompting ? 'success' : 'default'}>{t(keypad.prompting ? 'prompting' : 'notPrompting')}</Tag>}
    >
      {RATING_LEVELS.map((level) => (
        <Button key={level} onClick={() => act({ act: 'keypad.press', stationId, level })}>
          {RATING_LEVEL_ZH[level]}
        </Button>
      ))}
      <Select<NonNullable<typeof keypad.fault> | 'none'>
        style={{ width: 150 }}
        aria-label={t('fault')}
        value={keypad.fault ?? 'none'}
        options={[
          { value: 'none', label: t('faultNone') },
          { value: 'silent', label: t('faultSilent') },
          { value: 'checksum', label: t('faultChecksum') },
          { value: 'half-frame', label: t('faultHalfFrame') },
          { value: 'noise', label: t('faultNoise') },
        ]}
        onSelect={(fault) => act({ act: 'keypad.fault', stationId, fault: fault === 'none' ? null : fault })}
      />
      <PlugSwitch plugged={keypad.plugged} onChange={(plugged) => act({ act: 'device.plug', stationId, device: 'keypad', plugged })} />
    </Panel>
  );
}

function PlugSwitch({ plugged, onChange }: { readonly plugged: boolean; readonly onChange: (plugged: boolean) => void }) {
  const { t } = useTranslation('dock');
  return (
    <Switch
      checked={plugged}
      checkedChildren={t('plugged')}
      unCheckedChildren={t('unplugged')}
      aria-label={t('plugged')}
      onChange={onChange}
    />
  );
}

/** After this many lines of a ticket the armed fault strikes. */
const MID_TICKET_LINES = 5;

function PrinterPanel({
  stationId,
  printer,
  act,
}: {
  readonly stationId: string;
  readonly printer: NonNullable<DockStation['printer']>;
  readonly act: Act;
}) {
  const { t } = useTranslation('dock');
  const armed = { 'end-mid-ticket': t('midTicketEnd'), 'drop-connection-mid-ticket': t('midTicketDrop') }[printer.armed ?? ''];
  const arm = (kind: 'end-mid-ticket' | 'drop-connection-mid-ticket') =>
    act({ act: 'printer.fault', stationId, fault: { kind, afterLines: MID_TICKET_LINES } });
  return (
    <Panel title={t('printer')} state={armed === undefined ? null : <Tag color="warning">{t('armed', { what: armed })}</Tag>}>
      <Segmented
        aria-label={t('paper')}
        value={printer.paper}
        options={(['ok', 'near-end', 'end'] as const).map((value) => ({ value, label: t(`paper_${value}`) }))}
        onChange={(paper) => act({ act: 'printer.set', stationId, paper })}
      />
      <Segmented
        aria-label={t('cover')}
        value={printer.cover}
        options={(['closed', 'open'] as const).map((value) => ({ value, label: `${t('cover')}${t(`cover_${value}`)}` }))}
        onChange={(cover) => act({ act: 'printer.set', stationId, cover })}
      />
      <Switch
        checked={printer.silent}
        checkedChildren={t('silent')}
        unCheckedChildren={t('silent')}
        aria-label={t('silent')}
        onChange={(silent) => act({ act: 'printer.set', stationId, silent })}
      />
      <Button onClick={() => arm('end-mid-ticket')}>{t('midTicketEnd')}</Button>
      <Button onClick={() => arm('drop-connection-mid-ticket')}>{t('midTicketDrop')}</Button>
    </Panel>
  );
}
