import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { StaffSession } from '../../sync/protocol/link.ts';
import { useDesk } from './desk-context.ts';
import { useSignIn } from './sign-in.tsx';

interface Props {
  readonly staff: StaffSession;
  readonly onUnlock: () => void;
  readonly onOther: () => void;
}

/** Lies over the whole page; what is under it stays as it was. */
export function LockScreen({ staff, onUnlock, onOther }: Props) {
  const { t } = useTranslation('desk');
  const { state } = useDesk();
  const { signIn, failure, busy } = useSignIn();
  const [form] = Form.useForm<{ pin: string }>();
  const submit = async ({ pin }: { pin: string }) => {
    if (await signIn({ staffNumber: staff.staffNumber, pin })) onUnlock();
    else form.resetFields(['pin']);
  };
  return (
    <div className="desk-lock" role="dialog" aria-modal="true" aria-labelledby="desk-lock-title">
      <Form form={form} layout="vertical" size="large" requiredMark={false} onFinish={(entry) => void submit(entry)}>
        <h1 id="desk-lock-title">{t('lock.title')}</h1>
        <p>{t('lock.why')}</p>
        <p className="desk-lock-staff">{t('staffOf', { name: staff.name, number: staff.staffNumber })}</p>
        <Form.Item name="pin" label={t('signIn.pin')} rules={[{ required: true, message: t('signIn.missingPin') }]}>
          <Input.Password autoFocus autoComplete="off" maxLength={40} visibilityToggle={false} />
        </Form.Item>
        {failure && <Alert type="error" showIcon role="alert" title={failure.message} />}
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t('lock.unlock')}
        </Button>
        {state.ticket === null && (
          <Button type="link" block onClick={onOther}>
            {t('lock.other')}
          </Button>
        )}
      </Form>
    </div>
  );
}
